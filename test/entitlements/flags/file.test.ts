import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseFlagSet } from '../../../src/entitlements/flags/flag-set.ts';
import { type Followed, follow } from './follow.ts';
import { always, setWith } from './sets.ts';

let directory: string;
let file: string;
let flags: Followed | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codex-flags-'));
  file = join(directory, 'flags.json');
});
afterEach(async () => {
  await flags?.close();
  flags = undefined;
  rmSync(directory, { recursive: true });
});

function followFile(): Promise<Followed> {
  return follow({ type: 'file', path: file });
}

describe("the operator's file decides", () => {
  test('and tells which version of it did', async () => {
    writeFileSync(file, always(true));
    flags = await followFile();
    const { version } = parseFlagSet(always(true));
    expect(await flags.evaluate()).toEqual({
      kind: 'answer',
      allowed: true,
      variant: 'on',
      targeted: false,
      flagSet: version,
    });
  });

  test('alone: what it leaves out is unknown, although the embedded flags have it', async () => {
    writeFileSync(file, always(true));
    flags = await followFile();
    expect(await flags.evaluate('codex.plan')).toMatchObject({ kind: 'unknown' });
  });

  test('a disabled flag is no yes', async () => {
    const { flags: defined } = JSON.parse(always(true));
    defined['codex.pr'].state = 'DISABLED';
    writeFileSync(file, JSON.stringify({ flags: defined }));
    flags = await followFile();
    expect(await flags.evaluate()).toMatchObject({ kind: 'disabled' });
  });

  test('a flag without a default whose rules do not match gives no answer', async () => {
    const { flags: defined } = JSON.parse(setWith({ if: [{ '==': [{ var: 'plan' }, 'team'] }, 'on'] }));
    delete defined['codex.pr'].defaultVariant;
    writeFileSync(file, JSON.stringify({ flags: defined }));
    flags = await followFile();
    expect(await flags.evaluate('codex.pr', { plan: 'team' })).toMatchObject({
      kind: 'answer',
      allowed: true,
    });
    expect(await flags.evaluate()).toMatchObject({ kind: 'unanswered' });
  });

  test('a rule that chooses a variant which is not there is an error', async () => {
    writeFileSync(file, setWith({ if: [true, 'perhaps'] }));
    flags = await followFile();
    expect(await flags.evaluate()).toMatchObject({ kind: 'error' });
  });
});

describe('at the start, Codex does not run on', () => {
  test.each<[string, () => void, string]>([
    ['a file that is not there', () => {}, 'there is no such file'],
    ['a broken file', () => writeFileSync(file, '{"flags": '), 'it is not JSON'],
    ['a directory', () => symlinkSync(directory, file), 'it is not a file'],
    [
      'a cyclic file',
      () => writeFileSync(file, setWith({ $ref: 'a' }, { $evaluators: { a: { '!': [{ $ref: 'a' }] } } })),
      '$evaluators.a refers to "a": a $ref may name only an evaluator that stands behind it, never in a cycle',
    ],
  ])('%s', async (_, prepare, why) => {
    prepare();
    await expect(followFile()).rejects.toThrow(why);
  });
});

test('a file that breaks, goes away or is swapped later leaves the last good flags until it is good again', async () => {
  writeFileSync(file, always(false));
  flags = await followFile();
  expect(await flags.next()).toMatchObject([{ result: 'used', source: file }]);

  writeFileSync(file, `${always(true)} and more`);
  expect(await flags.next()).toMatchObject([{ result: 'refused', reason: 'it is not JSON' }]);
  expect(await flags.isAllowed()).toBe(false);

  rmSync(file);
  expect(await flags.next()).toMatchObject([{ result: 'lost', reason: 'there is no such file' }]);
  expect(await flags.isAllowed()).toBe(false);

  writeFileSync(join(directory, 'next.json'), always(true));
  renameSync(join(directory, 'next.json'), file);
  expect(await flags.next()).toMatchObject([{ result: 'used' }]);
  expect(await flags.isAllowed()).toBe(true);
});

describe('a name that looks like a rule stays a name', () => {
  const hostile = [
    '{"if":[true,"on"]}',
    '{"var":"plan"}',
    '{"$ref":"paid"}',
    'admin"},"on"]}',
    '$flagd.flagKey',
    '__proto__',
    'on',
  ];

  test.each(hostile)('%s', async (user) => {
    writeFileSync(file, setWith({ if: [{ in: [{ var: 'user' }, ['admin', 'team']] }, 'on', 'off'] }));
    flags = await followFile();
    const context = { user, targetingKey: user, repository: `${user}/${user}`, owner: user };
    expect(await flags.evaluate('codex.pr', context)).toMatchObject({ kind: 'answer', allowed: false });
    expect(await flags.evaluate('codex.pr', { ...context, user: 'admin' })).toMatchObject({ allowed: true });
  });
});
