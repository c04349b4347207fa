import { afterAll, afterEach, beforeAll, describe, expect, it, test } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { listPullCommits } from '../../src/github/pull-commits.ts';
import { listPullFiles } from '../../src/github/pull-files.ts';
import { listMergedPulls } from '../../src/github/pull-list.ts';
import { answerInPages, connectDocumented, disconnect, forget, name } from './documented.ts';

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

describe('the files of a pull request', () => {
  const files = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ filename: `src/${n}.py`, status: 'added' }));

  it('are read, a renamed one by both its names', async () => {
    answerInPages('/pulls/7/files', [
      { filename: 'new.py', status: 'renamed', previous_filename: 'old.py' },
      { filename: 'a.py', status: 'modified' },
    ]);

    expect(await listPullFiles(octokit, name, 7)).toEqual({
      paths: ['new.py', 'old.py', 'a.py'],
      complete: true,
    });
  });

  it('are all read, where GitHub lists all', async () => {
    answerInPages('/pulls/7/files', files(250));
    const listed = await listPullFiles(octokit, name, 7);
    expect(listed.complete).toBe(true);
    expect(listed.paths).toContain('src/249.py');
  });

  it('may be more than the three thousand that GitHub lists', async () => {
    answerInPages('/pulls/7/files', files(3000));
    expect(await listPullFiles(octokit, name, 7)).toMatchObject({ complete: false });
  });
});

test('of merged pull requests the last merged come first, though others were written to since', async () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 0, minute)).toISOString();
  const closed = (number: number, updated: number, merged: number | null) => ({
    number,
    title: 'A change',
    html_url: 'https://github.com/acme/bot/pull/1',
    merged_at: merged === null ? null : at(merged),
    merge_commit_sha: null,
    updated_at: at(updated),
    head: { sha: 'a', ref: 'b', repo: { id: 1 } },
    base: { ref: 'main', repo: { id: 1 } },
  });
  const unmerged = Array.from({ length: 99 }, (_, n) => closed(n + 10, 499 - n, null));
  answerInPages('/pulls', [closed(1, 500, 1), ...unmerged, closed(2, 300, 300), closed(3, 200, 200)]);

  const found = await listMergedPulls(octokit, name, { since: 0, limit: 1 });
  expect(found.map(({ number }) => number)).toEqual([2]);
});

describe('the commits of a pull request', () => {
  const commit = (message: string, author: object | null = { login: 'ann' }) => ({
    sha: 'a'.repeat(40),
    commit: { message, author: { name: 'Ann', email: 'ann@example.com' } },
    author,
  });
  const ann = { name: 'Ann', email: 'ann@example.com', login: 'ann' };
  const authorsOf = async (message: string) => {
    answerInPages('/pulls/7/commits', [commit(message)]);
    return (await listPullCommits(octokit, name, 7))[0]?.authors;
  };

  it('are all read, oldest first', async () => {
    const messages = Array.from({ length: 250 }, (_, n) => `commit ${n}`);
    answerInPages(
      '/pulls/7/commits',
      messages.map((message) => commit(message)),
    );

    const listed = await listPullCommits(octokit, name, 7);

    expect(listed.map(({ message }) => message)).toEqual(messages);
  });

  it('have an author, with an account or without', async () => {
    answerInPages('/pulls/7/commits', [commit('a'), commit('b', null), commit('c', {})]);
    const listed = await listPullCommits(octokit, name, 7);
    expect(listed.map(({ authors }) => authors[0]?.login)).toEqual(['ann', null, null]);
  });

  it('name their co-authors in trailers', async () => {
    const message =
      'Add stops\n\nCo-authored-by: Bob B. <bob@example.com>\r\nco-authored-by:Cem<cem@example.com>  ';
    expect(await authorsOf(message)).toEqual([
      ann,
      { name: 'Bob B.', email: 'bob@example.com', login: null },
      { name: 'Cem', email: 'cem@example.com', login: null },
    ]);
  });

  it.each([
    'Co-authored-by: nobody',
    'Co-authored-by: <x@example.com>',
    'Co-authored-by: A <a b@example.com>',
    'Co-authored-by: A <a@example.com> <b@example.com>',
    'See Co-authored-by: A <a@example.com>',
    `Co-authored-by:${' '.repeat(60_000)}`,
  ])('name nobody in %.50s', async (line) => {
    expect(await authorsOf(`Add stops\n\n${line}`)).toEqual([ann]);
  });
});
