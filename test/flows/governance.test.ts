/** The check run `codex/governance`: people open, push, edit and mark; Codex says what the rules say. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import type { LocalCheckRun, LocalRepository } from '../support/local-github/repository.ts';

let world: World;
let repository: LocalRepository;

beforeAll(async () => {
  world = await startWorld();
  repository = await world.github.createRepository('acme', 'governed', { private: true });
  await repository.push('main', { 'a.txt': 'a\n' });
});
afterAll(() => world.close());

const checksOf = async (sha: string): Promise<LocalCheckRun[]> =>
  (await repository.checkRuns(sha)).filter(({ name }) => name === 'codex/governance');

/** The one check run of a head, once it has this title. */
function check(sha: string, title: string): Promise<LocalCheckRun> {
  return world.github.until(`"${title}" on ${sha.slice(0, 7)}`, async () => {
    const [one, ...more] = await checksOf(sha);
    if (more.length > 0) throw new Error('The head has several check runs.');
    return one?.output.title === title && one.status === 'completed' && one;
  });
}

async function open(branch: string, files: Record<string, string>, base = 'main') {
  const head = await repository.push(branch, files);
  return { head, number: await repository.openPull({ head: branch, title: 'Orders can be paged', base }) };
}

describe('a pull request', () => {
  test('that is named as the rules ask has success, and its ticket', async () => {
    const { head } = await open('feature/ABC-1-paging', { 'b.txt': 'b\n' });
    expect(await check(head, 'As the rules ask')).toMatchObject({
      conclusion: 'success',
      output: { summary: expect.stringContaining('Its ticket is ABC-1.') },
    });
  });

  test('is told what to rename and how, and what becomes of it while it is edited', async () => {
    const { head, number } = await open('abc-2_paging', { 'c.txt': 'c\n' });
    const found = await check(head, 'Name the head branch by its ticket');
    expect(found.conclusion).toBe('failure');
    expect(found.output.summary).toContain(
      'git switch abc-2_paging\ngit branch -m feature/ABC-2\ngit push -u origin feature/ABC-2',
    );

    await repository.pulls.edit(number, { title: 'abc-2 paging' });
    await check(head, 'Name the head branch by its ticket; Give it a title of its own');
    await repository.pulls.convertToDraft(number);
    await check(head, 'Name the head branch by its ticket; Give it a title of its own; Draft');
    await repository.pulls.markReady(number);
    await check(head, 'Name the head branch by its ticket; Give it a title of its own');

    const pushed = await repository.push('abc-2_paging', { 'c.txt': 'd\n' });
    const title = 'Name the head branch by its ticket; Give it a title of its own';
    expect((await check(pushed, title)).id).not.toBe(found.id);
  });

  test('of a base that is not protected is told so, until it aims at another one', async () => {
    await repository.push('develop', { 'd.txt': 'd\n' });
    const { head, number } = await open('fix', { 'e.txt': 'e\n' }, 'develop');
    expect((await check(head, 'The base is not protected')).conclusion).toBe('neutral');
    await repository.pulls.edit(number, { base: 'main' });
    expect((await check(head, 'Name the head branch by its ticket')).conclusion).toBe('failure');
  });

  test('that would break .github/codex.yml fails, with file, key and reason', async () => {
    const { head } = await open('feature/7', {
      '.github/codex.yml': 'governance: {protectde: [trunk]}\n',
    });
    expect(await check(head, 'Mend .github/codex.yml')).toMatchObject({
      conclusion: 'failure',
      output: {
        summary: expect.stringContaining(
          '`.github/codex.yml`, `governance.protectde`: is not a known key: did you mean protected?',
        ),
      },
    });
  });
});

test('a push that changes .github/codex.yml of a base has its open pull requests judged by it at once', async () => {
  const changed = await world.github.createRepository('acme', 'reconfigured');
  await changed.push('main', { 'a.txt': 'a\n' });
  const head = await changed.push('work/1', { 'b.txt': 'b\n' });
  await changed.openPull({ head: 'work/1', title: 'Orders can be paged' });
  const shows = (title: string) =>
    world.github.until(`"${title}"`, async () =>
      (await changed.checkRuns(head)).some(
        ({ output, status }) => output.title === title && status === 'completed',
      ),
    );
  await shows('Name the head branch by its ticket');
  await changed.push('main', { '.github/codex.yml': 'governance:\n  branches: ["work/{ticket}"]\n' });
  await shows('As the rules ask');
});

test('what GitHub did not answer is done once all the same', async () => {
  world.github.fail({ method: 'POST', path: /\/check-runs$/, answer: 'lost', times: 1 });
  const { head } = await open('feature/8', { 'h.txt': 'h\n' });
  await check(head, 'As the rules ask');
  world.github.recover();
  expect(await checksOf(head)).toHaveLength(1);
});
