import { describe, expect, test } from '@jest/globals';
import { fetchPlan, openMirror } from '../../../src/plan/source/mirror.ts';
import { ground, hang, refs } from './served-repository.ts';

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
