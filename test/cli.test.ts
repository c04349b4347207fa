/** What somebody reads who does not know codexctl yet, or has set it up wrongly: what happened, and what to do. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { codexctl } from './support/codexctl.ts';

const CLI = join(import.meta.dirname, '../src/cli.ts');
/** Nobody listens there. */
const UNREACHABLE = 'http://127.0.0.1:4';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const APP = { APP_ID: '1', PRIVATE_KEY: privateKey, GITHUB_API_URL: UNREACHABLE };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'codex-cli-'));
  mkdirSync(join(directory, 'broken'));
  writeFileSync(join(directory, 'broken/codex.db'), 'This is no database.'.repeat(100));
  writeFileSync(join(directory, 'alert.json'), '{}');
});
afterAll(() => rmSync(directory, { recursive: true }));

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return codexctl(args, { CODEX_DATA_DIR: 'data', ...environment }, directory);
}

const HELP = 'Add --help to see what it takes.';

test.each([
  ['a command that is none', 'pln', {}, ["unknown command 'pln'", 'Did you mean plan?', HELP]],
  ['an argument that is missing', 'logs', {}, ["missing required argument 'run'", HELP]],
  ['an option that is missing', 'plan', {}, ["required option '--repo <path>' not specified", HELP]],
  ['a number that is none', 'runs --limit x', {}, ['Give a whole number from 1 to 100000.', HELP]],
  ['a repository that is none', 'doctor shop', {}, ["'shop' is invalid", 'It is not OWNER/REPO.', HELP]],
  ['an address that is none', 'tradingview send x --url x', {}, ['It is not an http or https URL.', HELP]],
  ['a path outside', 'plan --repo . ../x', {}, ['"../x" leaves the repository.', 'codexctl plan --help']],
  ['a file that is not there', 'tradingview send x', {}, ['x cannot be read: ENOENT', 'path of a text file']],
  ['no configuration', 'governance check a/b', {}, ['APP_ID: is required', 'docs/environment.md']],
  [
    'a variable that is wrong',
    'runs',
    { PORT: 'x' },
    ['PORT: must be a whole number from 0', '.env.example'],
  ],
  [
    'a port that is none',
    'tradingview send alert.json',
    { PORT: 'x' },
    ['PORT: must be a whole number', '.env.example'],
  ],
  [
    'a database that is none',
    'runs',
    { CODEX_DATA_DIR: 'broken' },
    ['broken/codex.db cannot be opened: file is not a database.', 'Set CODEX_DATA_DIR'],
  ],
  [
    'a GitHub that does not answer',
    'governance check a/b',
    APP,
    ['GitHub gave no answer to GET /repos/a/b/installation', '`codexctl doctor`'],
  ],
] as const)('%s: exit code 2, and what to do', async (_, command, environment, words) => {
  const { exitCode, stdout, stderr } = await run(command.split(' '), environment);
  for (const each of words) expect(stderr).toContain(each);
  expect(stderr).toMatch(/^codexctl: /);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect([exitCode, stdout]).toEqual([2, '']);
});

test('without a command it lists them', async () => {
  const { exitCode, stderr } = await run([]);
  expect(stderr).toMatch(/^Usage: codexctl/);
  expect(exitCode).toBe(2);
});

test.each([
  ['"$0" "$1" runs', 0],
  ['"$0" "$1" logs x 2>&1', 2],
])('`%s | true`: that nobody reads is no error', async (command, code) => {
  const script = `{ ${command}; echo "$?" >&3; } 3>code | true; cat code`;
  const { stdout, stderr } = await execa('sh', ['-c', script, process.execPath, CLI], {
    cwd: directory,
    env: { CODEX_DATA_DIR: 'data', NODE_OPTIONS: '' },
  });
  expect([stderr, stdout]).toEqual(['', String(code)]);
});
