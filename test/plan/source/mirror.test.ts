import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { execa, execaSync } from 'execa';
import { maintain } from '../../../src/plan/source/maintenance.ts';
import { fetchPlan, openMirror } from '../../../src/plan/source/mirror.ts';
import { type HttpRemote, serve } from './http-remote.ts';
import { newRepository, type Repository, temporaryFolder } from './repository.ts';

const TOKEN = 'ghs_verysecrettoken1234567890';
const AUTHORIZATION = `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;

interface Ground {
  repository: Repository;
  remote: HttpRemote;
  dataDir: string;
  base: string;
  head: string;
}

/** A served repository: `main`, and a head on top of it that is on branch `topic`. */
async function ground(): Promise<Ground> {
  const repository = await newRepository();
  const base = await repository.commit('base', { 'a.txt': 'a\n' });
  repository.branchOff('topic');
  const head = await repository.commit('head', { 'b.txt': 'b\n' });
  return {
    repository,
    remote: await serve(repository.path, AUTHORIZATION),
    dataDir: await temporaryFolder(),
    base,
    head,
  };
}

async function refs(directory: string): Promise<Record<string, string>> {
  const { stdout } = execaSync('git', [
    '--git-dir',
    directory,
    'for-each-ref',
    '--format=%(refname) %(objectname)',
  ]);
  return Object.fromEntries(stdout.split('\n').map((line) => line.split(' ')));
}

/** Resolves with the response of the next request that reaches the server and is then left unanswered. */
function hang(remote: HttpRemote): Promise<void> {
  return new Promise((resolve) => {
    remote.intercept = ({ method }) => {
      if (method === 'POST') resolve();
      return method === 'POST';
    };
  });
}

describe('the fetch of a plan', () => {
  test('brings head, base and tags', async () => {
    const { repository, remote, dataDir, base, head } = await ground();
    repository.git('tag', 'v1', base);
    const mirror = await openMirror(dataDir, 'owner/name');
    expect(await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).toEqual({
      headSha: head,
      baseSha: base,
    });
    expect(Object.keys(await refs(mirror.directory))).toEqual([
      expect.stringMatching(/^refs\/codex\/base\/[0-9a-f]{16}$/),
      `refs/codex/head/${head}`,
      'refs/tags/v1',
    ]);
  });

  test('follows a base that moved although the head is there already', async () => {
    const { repository, remote, dataDir, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    repository.switchTo('main');
    const moved = await repository.commit('next', { 'c.txt': 'c\n' });
    expect(await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).toEqual({
      headSha: head,
      baseSha: moved,
    });
    repository.git('commit', '--quiet', '--amend', '--message', 'rewritten');
    const { baseSha } = await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    expect(baseSha).toBe(repository.git('rev-parse', 'main'));
  });

  test('follows tags that moved and forgets those that are gone', async () => {
    const { repository, remote, dataDir, base, head } = await ground();
    repository.git('tag', 'rolling', base);
    repository.git('tag', 'a', base);
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    repository.git('tag', '--force', 'rolling', head);
    repository.git('tag', '--delete', 'a');
    repository.git('tag', 'a/b', base);
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    const tags = Object.entries(await refs(mirror.directory)).filter(([name]) =>
      name.startsWith('refs/tags/'),
    );
    expect(tags).toEqual([
      ['refs/tags/a/b', base],
      ['refs/tags/rolling', head],
    ]);
  });

  test('knows base branches whose names contain each other', async () => {
    const { repository, remote, dataDir, base, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    repository.git('branch', 'release', base);
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'release' });
    repository.git('branch', '--delete', '--force', 'release');
    repository.git('branch', 'release/2', head);
    const { baseSha } = await fetchPlan(mirror, remote, { headSha: head, baseRef: 'release/2' });
    expect(baseSha).toBe(head);
  });

  test('of several plans at once gives each its own commits', async () => {
    const { repository, remote, dataDir, base } = await ground();
    const heads = [];
    for (const name of ['p1', 'p2', 'p3', 'p4']) {
      repository.branchOff(name, 'main');
      heads.push(await repository.commit(name, { [name]: name }));
    }
    const fetched = await Promise.all(
      heads.map(async (headSha) =>
        fetchPlan(await openMirror(dataDir, 'owner/name'), remote, { headSha, baseRef: 'main' }),
      ),
    );
    expect(fetched).toEqual(heads.map((headSha) => ({ headSha, baseSha: base })));
  });
});

describe('the token', () => {
  test('is seen by the server, and by nobody who reads command lines or the mirror', async () => {
    const { remote, dataDir, head } = await ground();
    const commands: string[] = [];
    remote.intercept = async () => {
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
        commands.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
      return false;
    };
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });

    expect(remote.requests.length).toBeGreaterThan(1);
    expect(remote.requests.every(({ authorization }) => authorization === AUTHORIZATION)).toBe(true);
    const ours = commands.filter((command) => command.includes(remote.url));
    expect(ours.length).toBeGreaterThan(0);
    const secrets = new RegExp(`${TOKEN}|${AUTHORIZATION.slice(6)}|authorization`, 'i');
    expect(ours.filter((command) => secrets.test(command))).toEqual([]);
    for (const file of await readdir(mirror.directory, { recursive: true, withFileTypes: true }))
      if (file.isFile())
        expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toMatch(secrets);
  });

  test('is in no error', async () => {
    const { remote, dataDir, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    for (const status of [401, 403, 404, 500]) {
      remote.intercept = (_request, response) => Boolean(response.writeHead(status).end());
      const error: unknown = await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' }).catch(
        (thrown) => thrown,
      );
      expect(inspect(error, { depth: 9, showHidden: true })).toMatch(/Error/);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(AUTHORIZATION.slice(6));
    }
  });

  test('does not follow a redirect', async () => {
    const { repository, remote, dataDir, head } = await ground();
    const other = await serve(repository.path, AUTHORIZATION);
    remote.intercept = ({ url }, response) =>
      Boolean(response.writeHead(301, { location: other.url.replace('/owner/name.git', url ?? '') }).end());
    const mirror = await openMirror(dataDir, 'owner/name');
    await expect(fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).rejects.toThrow(
      /renamed or transferred/,
    );
    expect(other.requests).toEqual([]);
  });

  test('is refused inside a URL', async () => {
    const { dataDir, head } = await ground();
    const remote = { url: `https://x:${TOKEN}@github.com/o/n.git`, authorization: async () => null };
    const mirror = await openMirror(dataDir, 'owner/name');
    await expect(fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).rejects.toThrow(
      /without credentials/,
    );
  });
});

describe('a fetch that fails', () => {
  test.each([
    ['of a head that is gone', { headSha: 'a'.repeat(40) }, /moved or was force-pushed away/],
    ['of a base that is gone', { baseRef: 'nope' }, /base branch "nope" is not in the repository/],
    ['of a base that looks like an option', { baseRef: '--upload-pack=evil' }, /is not in the repository/],
    ['of a base that is no branch name', { baseRef: 'a..b' }, /a name that git does not allow/],
    [
      'of a base with a second refspec in it',
      { baseRef: 'main\n+refs/heads/topic' },
      /a name that git does not allow/,
    ],
    ['of a base that is a pattern', { baseRef: '*' }, /a name that git does not allow/],
    ['of a base with a NUL in it', { baseRef: 'a\0b' }, /a name that git does not allow/],
  ])('%s tells a person', async (_what, change, words) => {
    const { remote, dataDir, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    const failing = fetchPlan(mirror, remote, { headSha: head, baseRef: 'main', ...change });
    await expect(failing).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(words) });
    await expect(fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).resolves.toMatchObject({
      headSha: head,
    });
  });

  test.each([
    [401, 'UserError'],
    [403, 'UserError'],
    [404, 'UserError'],
    [429, 'GitError'],
    [500, 'GitError'],
    [503, 'GitError'],
  ])('because the server answers %i is a %s', async (status, name) => {
    const { remote, dataDir, head } = await ground();
    remote.intercept = (_request, response) => Boolean(response.writeHead(status).end());
    const mirror = await openMirror(dataDir, 'owner/name');
    await expect(fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).rejects.toMatchObject({
      name,
    });
  });

  test('because the connection broke is worth another try', async () => {
    const { remote, dataDir, head } = await ground();
    remote.intercept = (request) => Boolean(request.socket.destroy());
    const mirror = await openMirror(dataDir, 'owner/name');
    await expect(fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).rejects.toMatchObject({
      name: 'GitError',
    });
  });

  test('because it was cancelled says why, and the next one works', async () => {
    const { remote, dataDir, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    const abort = new AbortController();
    const reached = hang(remote);
    const fetching = fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' }, abort.signal);
    await reached;
    abort.abort(new Error('closed'));
    await expect(fetching).rejects.toThrow('closed');
    remote.intercept = () => false;
    await expect(fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).resolves.toMatchObject({
      headSha: head,
    });
  });
});

describe('a mirror', () => {
  test('works again after Codex was killed in a fetch', async () => {
    const { remote, dataDir, head, base } = await ground();
    const reached = hang(remote);
    const module = fileURLToPath(new URL('../../../src/plan/source/mirror.ts', import.meta.url));
    const script = `import { fetchPlan, openMirror } from ${JSON.stringify(module)};
      const remote = { url: ${JSON.stringify(remote.url)}, authorization: async () => ${JSON.stringify(AUTHORIZATION)} };
      const mirror = await openMirror(${JSON.stringify(dataDir)}, 'owner/name');
      await fetchPlan(mirror, remote, { headSha: '${head}', baseRef: 'main' });`;
    const child = execa(process.execPath, ['--input-type=module', '--eval', script], {
      reject: false,
      stdio: 'ignore',
    });
    await reached;
    child.kill('SIGKILL');
    await child;
    remote.intercept = () => false;
    const [name = ''] = await readdir(join(dataDir, 'mirrors'));
    const left = [
      'packed-refs.lock',
      'shallow.lock',
      `refs/codex/head/${head}.lock`,
      'objects/pack/tmp_pack_x',
    ];
    for (const file of left) {
      await mkdir(dirname(join(dataDir, 'mirrors', name, file)), { recursive: true });
      await writeFile(join(dataDir, 'mirrors', name, file), '');
    }
    const mirror = await openMirror(dataDir, 'owner/name');
    expect(await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).toEqual({
      headSha: head,
      baseSha: base,
    });
    expect(await readdir(join(mirror.directory, 'objects/pack'))).not.toContain('tmp_pack_x');
  });

  test.each([
    ['lost its HEAD file', 'HEAD', ''],
    ['has a broken ref', 'refs/codex/head/HEAD_SHA', 'garbage'],
    ['has broken objects', 'objects/PACK', 'garbage'],
  ])('that %s is fetched anew', async (_what, file, text) => {
    const { remote, dataDir, repository, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    const packs = (await readdir(join(mirror.directory, 'objects/pack'))).filter((name) =>
      /\.(pack|idx)$/.test(name),
    );
    const names =
      file === 'objects/PACK'
        ? packs.map((name) => `objects/pack/${name}`)
        : [file.replace('HEAD_SHA', head)];
    for (const name of names) {
      execaSync('chmod', ['u+w', join(mirror.directory, name)]);
      await writeFile(join(mirror.directory, name), text);
    }
    repository.switchTo('main');
    const baseSha = await repository.commit('next', { 'c.txt': 'c\n' });
    expect(await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).toEqual({
      headSha: head,
      baseSha,
    });
  });

  test('is the same for the same repository, and another for a name that only looks the same', async () => {
    const dataDir = await temporaryFolder();
    expect(await openMirror(dataDir, 'a/b')).toBe(await openMirror(dataDir, 'a/b'));
    expect((await openMirror(dataDir, 'a/b')).directory).not.toBe(
      (await openMirror(dataDir, 'a-b')).directory,
    );
    const outside = await openMirror(dataDir, '../../../etc');
    expect(dirname(outside.directory)).toBe(join(dataDir, 'mirrors'));
  });

  test('lets go of the heads of ended plans when it is maintained', async () => {
    const { remote, dataDir, head, base } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    await fetchPlan(mirror, remote, { headSha: base, baseRef: 'main' });
    await maintain(mirror, () => new Set([head]));
    const heads = Object.keys(await refs(mirror.directory)).filter((name) =>
      name.startsWith('refs/codex/head/'),
    );
    expect(heads).toEqual([`refs/codex/head/${head}`]);
    expect(await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).toEqual({
      headSha: head,
      baseSha: base,
    });
  });

  test('is packed by maintenance while plans go on, and loses nothing young', async () => {
    const { remote, dataDir, head, base } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    const packs = async () =>
      (await readdir(join(mirror.directory, 'objects/pack'))).filter((name) => name.endsWith('.pack')).length;
    const loose: string[] = [];
    for (let at = 0; at < 25; at += 1) {
      const blob = (
        await mirror.git(['hash-object', '-w', '--stdin'], { input: `text ${at}` })
      ).stdout.toString();
      await mirror.git(['pack-objects', '-q', join(mirror.directory, 'objects/pack/pack')], { input: blob });
      loose.push(blob);
    }
    expect(await packs()).toBeGreaterThan(20);
    const plans = [head, base].map((headSha) => fetchPlan(mirror, remote, { headSha, baseRef: 'main' }));
    await Promise.all([...plans, maintain(mirror, () => new Set())]);
    expect(await packs()).toBeLessThan(5);
    const { stdout } = await mirror.git(['cat-file', '--batch-check'], {
      input: [...loose, `${head}\n`].join(''),
    });
    expect(stdout.toString()).not.toMatch(/missing/);
  });

  test('does not keep a cancelled plan waiting for its turn', async () => {
    const { remote, dataDir, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    const [first, second] = [new AbortController(), new AbortController()];
    const reached = hang(remote);
    const plan = { headSha: head, baseRef: 'main' };
    const fetching = fetchPlan(mirror, remote, plan, first.signal);
    await reached;
    const waiting = fetchPlan(mirror, remote, plan, second.signal);
    second.abort(new Error('superseded'));
    await expect(waiting).rejects.toThrow('superseded');
    first.abort(new Error('cancelled'));
    await expect(fetching).rejects.toThrow('cancelled');
  });
});
