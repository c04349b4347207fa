/** Codex as a process: how it starts, what it says where it cannot, and how it ends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CodexProcess, startProcess } from './support/codex-process.ts';
import { Containers, HELD_TEST } from './support/containers.ts';
import type { LocalGitHub } from './support/local-github/local-github.ts';
import { startLocalGitHub } from './support/local-github/start.ts';
import { openPull, type PullRequest } from './support/pull-request.ts';

let github: LocalGitHub;
let dataDir: string;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  dataDir = await mkdtemp(join(tmpdir(), 'codex-main-'));
});
afterAll(async () => {
  await github.close();
  await rm(dataDir, { recursive: true });
});

describe('a Codex that cannot start', () => {
  test('names every variable that is missing, and exits 1', async () => {
    const { exitCode, stderr } = await new CodexProcess({}).ended;
    expect(exitCode).toBe(1);
    for (const name of ['APP_ID', 'PRIVATE_KEY', 'CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET'])
      expect(stderr).toContain(`${name}: is required`);
  });

  test('names every variable that is malformed, and no value', async () => {
    const wrong = {
      APP_ID: 'swordfish-1',
      PRIVATE_KEY: 'swordfish-2',
      CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: 'swordfish-3',
      PORT: 'swordfish-4',
      LOG_LEVEL: 'swordfish-5',
    };
    const { exitCode, stderr } = await new CodexProcess(wrong).ended;
    expect(exitCode).toBe(1);
    for (const name of Object.keys(wrong)) expect(stderr).toContain(`${name}: `);
    expect(stderr).not.toContain('swordfish');
  });

  test('because its flags are broken names the variable and the place, and no value', async () => {
    const file = join(dataDir, 'broken.flags.json');
    await writeFile(file, '{"flags": {"codex.pr": "swordfish"}}');
    const environment = { ...github.environment, CODEX_DATA_DIR: dataDir, CODEX_OPENFEATURE_PROVIDER: file };
    const { exitCode, stderr } = await new CodexProcess({ ...environment, PORT: '0' }).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/CODEX_OPENFEATURE_PROVIDER: its flags cannot be used: \/flags\/codex\.pr: /);
    expect(stderr).not.toMatch(/swordfish|at .*\.ts:/);
  });

  test('because its port is taken says so, exits 1 and has touched no job', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    // A TCP server has an address object once it listens.
    const { port } = other.address() as { port: number };
    const codex = new CodexProcess({
      ...github.environment,
      CODEX_DATA_DIR: dataDir,
      PORT: String(port),
    });
    const { exitCode } = await codex.ended;
    expect(exitCode).toBe(1);
    expect(JSON.stringify(codex.log.all)).toContain(`${port}`);
    other.close();
  });

  test('because its data directory is no directory says so and exits 1', async () => {
    const codex = new CodexProcess({ ...github.environment, CODEX_DATA_DIR: '/dev/null/data', PORT: '0' });
    expect(await codex.ended).toMatchObject({ exitCode: 1 });
    expect(codex.log.all.at(-1)).toMatchObject({
      level: 60,
      err: { message: expect.stringContaining('/dev/null') },
    });
  });
});

describe('a Codex that is told to stop', () => {
  let pull: PullRequest;
  let containers: Containers;
  beforeAll(async () => {
    containers = new Containers(dataDir);
    pull = await openPull({ github }, 'stop', {
      main: { 'test_held.py': HELD_TEST },
      change: { 'README.md': 'one\n' },
    });
  });
  afterAll(() => containers.close());

  test('lets a plan that runs come to its verdict, and exits 0', async () => {
    const codex = await startProcess(github, dataDir);
    const { comment, run } = await planRunning();
    codex.signal('SIGTERM');
    await codex.logged('stopping');
    await containers.finish(run);
    expect(await codex.ended).toMatchObject({ exitCode: 0 });
    expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'rocket']);
    expect(logged(codex)).toContain('Codex has stopped');
  });

  test('begins nothing more, though it still takes webhooks; the next process does what they asked for', async () => {
    const codex = await startProcess(github, dataDir);
    const { run } = await planRunning();
    codex.signal('SIGTERM');
    await codex.logged('stopping');
    const asked = await pull.say('/codex help');
    await containers.finish(run);
    await codex.ended;
    expect(pull.repository.reactions(asked)).toEqual([]);
    expect(github.deliveries.all.at(-1)?.status).toBe(202);

    const after = await startProcess(github, dataDir);
    expect(await pull.reactionsTo(asked)).toEqual(['eyes', '+1']);
    after.signal('SIGTERM');
    await after.ended;
  });

  test('twice, or with no grace time, hands the plan back without a trace; the next process ends it', async () => {
    const codex = await startProcess(github, dataDir);
    const { comment, run } = await planRunning();
    codex.signal('SIGINT');
    await codex.logged('stopping');
    codex.signal('SIGTERM');
    expect(await codex.ended).toMatchObject({ exitCode: 0 });
    expect(logged(codex)).toContain('Job handed back');
    expect(await pull.lastCheck()).toMatchObject({ status: 'in_progress' });
    expect(containers.all.at(-1)).toMatchObject({ status: 'destroy' });

    const handedBack = containers.all.length;
    const after = await startProcess(github, dataDir);
    await containers.next('start', 'test', handedBack);
    await containers.finish(run);
    expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'rocket']);
    expect(await pull.comment()).toContain('### ✅');
    after.signal('SIGTERM');
    await after.ended;
  });

  test('while GitHub does not answer, ends all the same', async () => {
    const hang = { path: /./, answer: 'hang', times: 100 } as const;
    const codex = await startProcess(github, dataDir);
    github.fail(hang);
    await pull.say('/codex help');
    await github.met('a call that hangs', hang);
    codex.signal('SIGTERM');
    codex.signal('SIGTERM');
    expect(await codex.ended).toMatchObject({ exitCode: 0 });
    github.recover();
  });

  async function planRunning() {
    const from = containers.all.length;
    const comment = await pull.say('/codex plan');
    const { run } = await containers.next('start', 'test', from);
    return { comment, run };
  }
});

function logged(codex: CodexProcess): string[] {
  return codex.log.all.map(({ msg }) => msg);
}
