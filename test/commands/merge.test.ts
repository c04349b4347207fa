import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { Commands } from './setup.ts';

let github: LocalGitHub;
let repository: LocalRepository;
let codex: Commands;
let opened = 0;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'writer', 'keeper', 'stranger'], installedOn: ['acme'] });
  repository = await github.createRepository('acme', 'shop');
  await repository.push('main', { 'app.py': 'x = 1\n' });
  await repository.allow('writer', 'push');
  await repository.allow('keeper', 'maintain');
});
afterAll(() => github.close());

beforeEach(() => {
  codex = new Commands(github);
});
afterEach(() => codex.close());

async function openPull(): Promise<{ number: number; sha: string; branch: string }> {
  opened += 1;
  const branch = `feature/${opened}`;
  const head = await repository.push(branch, { 'app.py': `x = ${opened}\n` });
  const number = await repository.openPull({ head: branch });
  await codex.follow();
  return { number, sha: `\`${head.slice(0, 7)}\``, branch };
}

/** Somebody comments, and Codex does what it does. Gives the reactions in order. */
async function comment(number: number, login: string, body: string): Promise<string[]> {
  const id = await repository.comment(number, login, body);
  await codex.follow();
  return repository.reactions(id);
}

const lastAnswer = (number: number) => codex.answers(number).at(-1);

describe('/codex pr', () => {
  test('is accepted with 👀; what follows is told by the merge itself', async () => {
    const { number, sha } = await openPull();
    expect(await comment(number, 'writer', '/codex pr')).toEqual(['eyes']);
    expect(codex.answers(number)).toEqual([]);
    await comment(number, 'writer', '/codex status');
    expect(lastAnswer(number)).toContain(`The merge of ${sha} into \`main\`, asked by \`writer\`: waiting`);
  });

  test('asked again, by anybody, is the same merge', async () => {
    const { number, sha } = await openPull();
    await comment(number, 'writer', '/codex pr');
    expect(await comment(number, 'writer', '/codex pr')).toEqual(['eyes', '+1']);
    expect(lastAnswer(number)).toContain(`asked for already, by you: ${sha} lands`);
    await comment(number, 'keeper', '/codex pr');
    expect(lastAnswer(number)).toContain('asked for already, by `writer`');
  });

  test('after a push is a new merge of the new head', async () => {
    const { number, branch } = await openPull();
    await comment(number, 'writer', '/codex pr');
    const head = await repository.push(branch, { 'app.py': 'x = 0\n' });
    expect(await comment(number, 'keeper', '/codex pr')).toEqual(['eyes']);
    await comment(number, 'keeper', '/codex status');
    expect(lastAnswer(number)).toContain(
      `The merge of \`${head.slice(0, 7)}\` into \`main\`, asked by \`keeper\``,
    );
  });

  test('--dry-run only tells', async () => {
    const { number } = await openPull();
    expect(await comment(number, 'writer', '/codex pr --dry-run')).toEqual(['eyes', '+1']);
    expect(lastAnswer(number)).toContain('a preview of');
    await comment(number, 'writer', '/codex status');
    expect(lastAnswer(number)).not.toContain('The merge of');
  });

  test('on a closed pull request is refused with words', async () => {
    const { number } = await openPull();
    await repository.closePull(number);
    expect(await comment(number, 'writer', '/codex pr')).toEqual(['eyes', '-1']);
    expect(lastAnswer(number)).toBe('This pull request is closed. Reopen it and comment `/codex pr` again.');
  });

  test('of somebody who may not write gets a reaction and no words', async () => {
    const { number } = await openPull();
    expect(await comment(number, 'stranger', '/codex pr')).toEqual(['-1']);
    expect(codex.answers(number)).toEqual([]);
  });
});

describe('/codex cancel', () => {
  test('withdraws the merge that waits', async () => {
    const { number, sha } = await openPull();
    await comment(number, 'writer', '/codex pr');
    await comment(number, 'keeper', '/codex cancel');
    expect(lastAnswer(number)).toBe(`The merge of ${sha} is withdrawn.`);
    await comment(number, 'keeper', '/codex status');
    expect(lastAnswer(number)).toContain('`keeper` withdrew it with `/codex cancel`.');
  });

  test('stops its plans in the same breath', async () => {
    const { number, sha } = await openPull();
    await comment(number, 'writer', '/codex plan');
    await comment(number, 'writer', '/codex pr');
    await comment(number, 'writer', '/codex cancel');
    expect(lastAnswer(number)).toBe(`Cancelled the plan of ${sha}. The merge of ${sha} is withdrawn.`);
  });
});

describe('/codex freeze', () => {
  test('stops merges into the base of the pull request, with a reason, and unfreeze lifts it', async () => {
    const { number } = await openPull();
    expect(await comment(number, 'keeper', '/codex freeze release 2.4 is being cut')).toEqual(['eyes', '+1']);
    expect(lastAnswer(number)).toBe(
      'Merges into `main` are frozen: `release 2.4 is being cut`. `/codex unfreeze` lifts it.',
    );
    await comment(number, 'keeper', '/codex unfreeze');
    expect(lastAnswer(number)).toBe('Merges into `main` go on.');
    await comment(number, 'keeper', '/codex unfreeze');
    expect(lastAnswer(number)).toBe('`main` is not frozen.');
  });

  test('of the whole repository is lifted by its own name only', async () => {
    const { number } = await openPull();
    await comment(number, 'acme', '/codex freeze --repository incident');
    expect(lastAnswer(number)).toContain('every base of this repository');
    await comment(number, 'acme', '/codex unfreeze');
    expect(lastAnswer(number)).toBe(
      '`main` is not frozen. The whole repository is: `/codex unfreeze --repository` lifts that.',
    );
    await comment(number, 'acme', '/codex unfreeze --repository');
    expect(lastAnswer(number)).toBe('Merges into every base of this repository go on.');
  });

  test.each(['/codex freeze', '/codex unfreeze'])('%s takes a maintainer', async (command) => {
    const { number } = await openPull();
    expect(await comment(number, 'writer', command)).toEqual(['eyes', '-1']);
    expect(lastAnswer(number)).toBe(
      'Freezing takes the role maintain or admin; yours is write. Ask a maintainer of the repository.',
    );
  });
});
