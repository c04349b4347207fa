/** What happens to a pull request and its repository while its plan runs, and to its comment at any time. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { Containers, HELD_TEST } from '../support/containers.ts';
import { openAnother, openPull, type PullRequest } from '../support/pull-request.ts';

let world: World;
let containers: Containers;
let first: PullRequest;
beforeAll(async () => {
  const { random } = Math;
  jest.spyOn(Math, 'random').mockImplementation(() => random() / 20);
  world = await startWorld();
  containers = new Containers(world.dataDir);
  first = await openPull(world, 'moving', { main: TESTS, change: { 'note.txt': '1\n' } });
});
afterAll(async () => {
  await containers.close();
  await world.close();
  jest.restoreAllMocks();
});

const TESTS = { 'test_held.py': HELD_TEST };

/** Asks for a plan and waits until its tests run, which they do until `finish`. */
async function planRunning(pull: PullRequest) {
  const from = containers.all.length;
  const comment = await pull.say('/codex plan');
  const { run } = await containers.next('start', 'test', from);
  return { comment, finish: () => containers.finish(run) };
}

test('the head is force-pushed away: the plan is cancelled and says which head took its place', async () => {
  const pull = await openAnother(world.github, first.repository, 'forced', { 'note.txt': '2\n' });
  const old = pull.head;
  const { comment } = await planRunning(pull);
  const head = await pull.repository.push('forced', { 'note.txt': '3\n' }, { parent: 'main' });
  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  const [check] = await pull.checks(old);
  expect(check).toMatchObject({ conclusion: 'cancelled' });
  expect(check?.output.title).toContain(`superseded by ${head.slice(0, 7)}`);
});

test('the head cannot be fetched any more: the plan says so, once, and what to do', async () => {
  const pull = await openAnother(world.github, first.repository, 'gone', { 'note.txt': '4\n' });
  await pull.repository.throwAwayHead('gone', pull.number);
  const { reactions, check } = await pull.command('/codex plan');
  expect(reactions).toEqual(['eyes', '-1']);
  expect(check?.output.title).toContain('cannot be fetched: the head moved or was force-pushed away');
});

test('the base branch moves: the verdict stands for the base that was tested, and says that it moved', async () => {
  const pull = await openAnother(world.github, first.repository, 'base', { 'note.txt': '5\n' });
  const { comment, finish } = await planRunning(pull);
  const base = await pull.repository.push('main', { 'other.txt': 'moved\n' });
  await finish();
  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'rocket']);
  expect((await pull.lastCheck())?.output.summary).toContain(
    `moved while this plan ran: it is at \`${base.slice(0, 7)}\``,
  );
});

test('the branch is deleted: GitHub closes the pull request, and the plan is cancelled', async () => {
  const pull = await openAnother(world.github, first.repository, 'deleted', { 'note.txt': '6\n' });
  const { comment } = await planRunning(pull);
  await pull.repository.deleteBranch('deleted');
  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  expect((await pull.lastCheck())?.output.title).toContain('the pull request was closed');
});

test('a person deletes the living comment: the next news writes it anew', async () => {
  const pull = await openAnother(world.github, first.repository, 'rewritten', { 'note.txt': '7\n' });
  await pull.command('/codex status');
  const [own] = (await pull.repository.comments(pull.number)).filter(
    ({ user }) => user.login === world.github.botLogin,
  );
  await pull.repository.deleteComment(own?.id ?? 0);
  await pull.command('/codex help');
  expect(await pull.comment()).toContain('/codex plan');
});

test('somebody copies the marker: their comment stays theirs, and Codex has its own', async () => {
  const pull = await openAnother(world.github, first.repository, 'forged', { 'note.txt': '8\n' });
  const forged = '<!-- codex:conversation -->\n### ✅ All tests passed';
  await pull.repository.allow('mallory', 'pull');
  await pull.repository.comment(pull.number, 'mallory', forged);
  await pull.command('/codex help');
  const comments = await pull.repository.comments(pull.number);
  expect(comments.find(({ user }) => user.login === 'mallory')?.body).toBe(forged);
  expect(await pull.comment()).toContain('/codex plan');
});

test('the comment with the command is deleted while the plan runs: the verdict comes all the same', async () => {
  const pull = await openAnother(world.github, first.repository, 'unasked', { 'note.txt': '9\n' });
  const { comment, finish } = await planRunning(pull);
  await pull.repository.deleteComment(comment);
  await finish();
  expect(await pull.verdict()).toMatchObject({ conclusion: 'success' });
  await pull.commentWith('### ✅');
});

test('the repository is deleted: the plan ends, nothing is tried for ever', async () => {
  const pull = await openPull(world, 'short-lived', { main: TESTS, change: { 'note.txt': '1\n' } });
  const { finish } = await planRunning(pull);
  await pull.repository.delete();
  await finish();
  await world.log.find('Job reported', { repository: 'acme/short-lived' });
  expect(containers.all.at(-1)).toMatchObject({ status: 'destroy' });
});

test('the App is uninstalled: its containers end at once, nothing is tried for ever', async () => {
  const pull = await openPull(world, 'left', { main: TESTS, change: { 'note.txt': '1\n' } });
  await planRunning(pull);
  await world.github.uninstall('acme');
  await world.log.find('Job reported', { repository: 'acme/left' });
  expect(containers.all.at(-1)).toMatchObject({ status: 'destroy' });
});
