import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { detectDependencies } from '../../../src/plan/dependencies/detect.ts';
import {
  type EnvironmentRequest,
  Environments,
  pruneEnvironments,
} from '../../../src/plan/sandbox/environment.ts';
import { LogWriter } from '../../../src/plan/sandbox/log.ts';
import { readLog } from '../../../src/plan/sandbox/log-files.ts';
import { listVolumes } from '../../../src/plan/sandbox/volume.ts';
import { git } from '../../../src/plan/source/git.ts';
import { type Db, openDatabase } from '../../../src/store/database.ts';
import { type PackageIndexServer, servePackages } from './package-index.ts';
import {
  containers,
  dataDirectory,
  INSTANCE,
  limits,
  never,
  runPython,
  sandboxImage,
  text,
} from './running.ts';

let index: PackageIndexServer;
let db: Db;
let environments: Environments;

beforeAll(async () => {
  index = await servePackages([
    { name: 'wares', version: '1.0', module: 'VERSION = 1' },
    { name: 'wares', version: '2.0', module: 'VERSION = 2', requires: ['crate>=1'] },
    { name: 'crate', version: '1.5', module: 'VERSION = 1.5' },
    { name: 'onlysource', version: '1.0', module: '', source: true },
    { name: 'bulky', version: '1.0', module: '', ballast: 80 << 20 },
  ]);
});
afterAll(() => index.close());

beforeEach(() => {
  db = openDatabase(':memory:');
  environments = new Environments(db, INSTANCE);
});
afterEach(async () => {
  expect(await containers()).toEqual([]);
  db.exec('DELETE FROM environments');
  const later = Number.MAX_SAFE_INTEGER;
  await pruneEnvironments(db, INSTANCE, { unusedSince: later, unknownSince: later });
  expect(await listVolumes(INSTANCE)).toEqual([]);
});

const plan = (...lines: string[]) =>
  detectDependencies(new Map([['requirements-dev.txt', lines.join('\n')]]));

async function request(lines: string[], of: Partial<EnvironmentRequest> = {}): Promise<EnvironmentRequest> {
  const run = randomUUID();
  return {
    ...{
      run,
      plan: plan(...lines),
      trust: 'base',
      repository: 'octo/shop',
      pull: 1,
      python: null,
      custom: null,
    },
    ...{ image: await sandboxImage(), limits: limits(), signal: never, now: Date.now() },
    log: new LogWriter(dataDirectory(), run),
    indexUrl: index.url,
    ...of,
  };
}

const ensure = async (lines: string[], of: Partial<EnvironmentRequest> = {}) =>
  environments.ensure(await request(lines, of));

const DEAD_INDEX = 'http://127.0.0.1:9/simple';

test('what the image has is not installed, and needs no index', async () => {
  const found = await ensure(['pytest>=7', 'nosuch ; python_version < "3"'], { indexUrl: DEAD_INDEX });
  expect(found).toMatchObject({ volume: null, missing: [], mismatched: [], notes: [] });
  expect(found.description).toBe('requirements-dev.txt (all in the image)');
});

test('what it lacks is installed with what that needs, and tests can import it and not change it', async () => {
  const { volume, description } = await ensure(['wares>=2', 'pytest']);
  expect(description).toMatch(/^requirements-dev\.txt \((?:pip|uv), installed\)$/);
  const look =
    'import wares, crate, os; print(wares.VERSION, crate.VERSION, os.access(wares.__file__, os.W_OK))';
  const { output } = await runPython(
    look.replace(
      'import',
      'import site; site.addsitedir(__import__("glob").glob("/env/lib/*/site-packages")[0]); import',
    ),
    {
      environment: volume ?? '',
    },
  );
  expect(output).toBe('2 1.5 False\n');
});

test('the second time nothing is installed, and no index is needed', async () => {
  const first = await ensure(['wares==1.0']);
  index.requests.length = 0;
  const second = await ensure(['wares==1.0'], { pull: 2 });
  expect(second.volume).toBe(first.volume);
  expect(second.description).toMatch(/\((?:pip|uv), cached\)$/);
  expect(index.requests).toEqual([]);
});

test('a pull request with dependencies of its own touches neither the base’s cache nor another one’s', async () => {
  const base = await ensure(['wares==1.0']);
  const one = await ensure(['wares==1.0'], { trust: 'pull', pull: 1 });
  const two = await ensure(['wares==1.0'], { trust: 'pull', pull: 2 });
  expect(new Set([base.volume, one.volume, two.volume]).size).toBe(3);
  expect((await ensure(['wares==1.0'])).volume).toBe(base.volume);
  expect((await ensure(['wares==1.0'], { repository: 'octo/else' })).volume).not.toBe(base.volume);
});

test('equal requests at the same time install once', async () => {
  index.requests.length = 0;
  const found = await Promise.all([ensure(['crate']), ensure(['crate']), ensure(['crate'])]);
  expect(new Set(found.map(({ volume }) => volume)).size).toBe(1);
  expect(index.requests.filter((url) => url.endsWith('.whl'))).toHaveLength(1);
});

test('one of them that is cancelled does not take the others with it', async () => {
  const cancel = new AbortController();
  const cancelled = ensure(['crate'], { run: 'cancelled', signal: cancel.signal });
  const other = ensure(['crate']);
  await index.asked();
  cancel.abort(new Error('cancelled'));
  await expect(cancelled).rejects.toThrow('cancelled');
  expect(environments.installs('cancelled')).toBe(true);
  expect((await other).volume).not.toBeNull();
  expect(environments.installs('cancelled')).toBe(false);
});

test('the last that is cancelled ends the install, and leaves no volume', async () => {
  const cancel = new AbortController();
  const cancelled = ensure(['crate'], { signal: cancel.signal });
  await index.asked();
  cancel.abort(new Error('cancelled'));
  await expect(cancelled).rejects.toThrow('cancelled');
  expect(await listVolumes(INSTANCE)).toEqual([]);
});

test('a volume that somebody removed is made again', async () => {
  const { volume } = await ensure(['crate']);
  await execa('docker', ['volume', 'rm', volume ?? '']);
  expect((await ensure(['crate'])).description).toMatch(/installed/);
});

describe('when it fails', () => {
  test('an index that cannot be reached: what is missing is told, and nothing is cached', async () => {
    const found = await ensure(['wares', 'attrs<1', 'pytest<1'], { indexUrl: DEAD_INDEX });
    expect(found).toMatchObject({ volume: null, missing: ['wares'] });
    expect(found.mismatched).toEqual([expect.stringMatching(/^attrs [\d.]+ is installed, <1 is wanted$/)]);
    expect(found.notes).toEqual([
      expect.stringMatching(
        /^The package index cannot be reached: .*The tests ran with what the image has\.$/,
      ),
      'Asked for and not installed: wares.',
      expect.stringMatching(
        /^Other versions than asked for, none that the project itself rules out: pytest [^ ]+ is installed, <1 /,
      ),
    ]);
    expect(db.prepare('SELECT * FROM environments').all()).toEqual([]);
  });

  test('a package that there is none of', async () => {
    await expect(ensure(['wares==9'])).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/cannot be installed: .*wares==9/s),
    });
  });

  test('a line that pip does not understand, either', async () => {
    const failed = ensure(['wares ; python_version >= 3.8'], { indexUrl: DEAD_INDEX });
    await expect(failed).rejects.toThrow("'wares ; python_version >= 3.8' is not a requirement");
  });

  test('a package without a wheel is not built', async () => {
    await expect(ensure(['onlysource'])).rejects.toMatchObject({
      message: expect.stringMatching(/cannot be installed: .*onlysource/s),
      next: expect.stringContaining('Only wheels are installed'),
    });
  });

  test('more than the disk limit', async () => {
    await expect(ensure(['bulky'], { limits: limits({ diskMb: 64 }) })).rejects.toMatchObject({
      message: 'The dependencies need more than 64 MB of disk.',
      next: expect.stringContaining('plan.limits.disk_mb'),
    });
  });

  test('more than the memory limit', async () => {
    await expect(ensure(['bulky'], { limits: limits({ memoryMb: 96 }) })).rejects.toThrow(
      'more than 96 MB of memory',
    );
  });
});

describe('configured commands', () => {
  const custom = async (...commands: string[][]) => ({ commands, ...(await repository()) });

  /** A commit of one file, as the source of a plan gives it. */
  async function repository() {
    const cwd = dataDirectory();
    const person = ['-c', 'user.name=a', '-c', 'user.email=a@x.test'];
    const run = (...argv: string[]) => git(null, ['-C', cwd, ...person, ...argv]);
    await run('init', '-q');
    writeFileSync(join(cwd, 'hello.txt'), 'hello from the tree\n');
    await run('add', '.');
    await run('commit', '-q', '-m', 'one');
    const commit = (await run('rev-parse', 'HEAD')).stdout.toString().trim();
    const { stdout: pack } = await run('pack-objects', '--all', '--revs', '--stdout', '-q');
    const header = { commit, branch: 'main', shallow: [], refs: { 'refs/heads/main': commit } };
    return { header, stream: Readable.from([pack]) };
  }

  test('run in the work tree, and what they install is the pull request’s own', async () => {
    const commands = await custom(['pip', 'install', 'crate'], ['sh', '-c', 'cat hello.txt > /env/hello']);
    const found = await ensure([], { custom: commands });
    expect(found.description).toBe('plan.install (pip, installed)');
    const { output } = await runPython('print(open("/env/hello").read())', {
      environment: found.volume ?? '',
    });
    expect(output).toBe('hello from the tree\n\n');
    expect(db.prepare('SELECT trust FROM environments').all()).toEqual([{ trust: 'pull' }]);
  });

  test('that fail are told with their last words, which the log has too', async () => {
    const dataDir = dataDirectory();
    const log = new LogWriter(dataDir, 'run');
    const commands = await custom(['sh', '-c', 'echo no such thing; exit 4']);
    const failing = ensure([], { custom: commands, log });
    await expect(failing).rejects.toThrow(/sh -c .* ended with 4\.\nno such thing/);
    await log.close();
    expect(await text(readLog(dataDir, 'run'))).toContain('no such thing\n');
  });

  test('that do not end meet the time limit', async () => {
    const commands = await custom(['sleep', '60']);
    const slow = ensure([], { custom: commands, limits: limits({ installTimeoutSeconds: 2 }) });
    await expect(slow).rejects.toMatchObject({ message: 'Installing the dependencies took more than 2 s.' });
  });
});

test('what was not used for long goes, and so does what a crash left behind', async () => {
  const kept = await ensure(['crate'], { now: 5_000 });
  const old = await ensure(['wares'], { now: 1_000 });
  const labels = ['--label', `codex.instance=${INSTANCE}`, '--label', 'codex.created=1'];
  const { stdout: unknown } = await execa('docker', ['volume', 'create', ...labels]);
  expect(await pruneEnvironments(db, INSTANCE, { unusedSince: 2_000, unknownSince: 3_000 })).toBe(2);
  const left = (await listVolumes(INSTANCE)).map(({ name }) => name);
  expect(left).toEqual([kept.volume]);
  expect(left).not.toContain(old.volume);
  expect(left).not.toContain(unknown);
});
