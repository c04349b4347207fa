/** More plans than places: who waits sees where, and the newest plan of a pull request is the one that counts. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { Containers } from '../support/containers.ts';
import { openAnother, openPull, type PullRequest } from '../support/pull-request.ts';

let world: World;
let containers: Containers;
beforeAll(async () => {
  world = await startWorld({ CODEX_WORKER_CONCURRENCY: '1' });
  containers = new Containers(world.dataDir);
});
afterAll(async () => {
  await containers.close();
  await world.close();
});

const main = { 'test_a.py': 'def test_a():\n    pass\n' };

/** A plan that keeps the only place until it is cancelled. */
async function occupy(name: string): Promise<PullRequest> {
  const pull = await openPull(world, name, {
    main,
    change: { 'test_endless.py': 'import time\n\n\ndef test_endless():\n    time.sleep(600)\n' },
  });
  const from = containers.all.length;
  await pull.say('/codex plan');
  await containers.next('start', 'test', from);
  return pull;
}

function queued(pull: PullRequest, title: string) {
  return pull.check(title, ({ status, output }) => status === 'queued' && output.title === title);
}

test('plans wait with their place in line, and a busy repository does not keep another one waiting', async () => {
  const busy = await occupy('busy');
  const [second, third] = [
    await openAnother(world.github, busy.repository, 'second', { 'note.txt': '2\n' }),
    await openAnother(world.github, busy.repository, 'third', { 'note.txt': '3\n' }),
  ];
  const calm = await openPull(world, 'calm', { main, change: { 'note.txt': 'calm\n' } });

  await second.say('/codex plan');
  await queued(second, 'Queued: next in line');
  await third.say('/codex plan');
  await calm.say('/codex plan');

  await queued(calm, 'Queued: next in line');
  await queued(second, 'Queued: position 2');
  await queued(third, 'Queued: position 3');

  expect(await third.commentWith('⏳ Queued, position 3')).toContain(third.head.slice(0, 7));
  const { comment } = await third.command('/codex status');
  expect(comment).toContain(`\`${third.head.slice(0, 7)}\`: queued, number 3 in line`);

  const from = containers.all.length;
  await busy.say('/codex cancel');
  const runs = await Promise.all([calm, second, third].map((pull) => pull.verdict()));

  expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'success']);
  const started = containers.all
    .slice(from)
    .filter(({ status, phase }) => status === 'start' && phase === 'test')
    .map(({ run }) => run);
  expect(started).toEqual(runs.map(({ external_id }) => external_id));
});

test('a newer plan of the same pull request takes the place of an older one that waits', async () => {
  const busy = await occupy('occupied');
  const pull = await openAnother(world.github, busy.repository, 'changes', { 'note.txt': '1\n' });

  const first = await pull.say('/codex plan -k nothing');
  await queued(pull, 'Queued: next in line');
  await pull.say('/codex plan');

  expect(await pull.reactionsTo(first)).toEqual(['eyes', 'confused']);
  const [older] = await pull.checks();
  expect(older).toMatchObject({
    conclusion: 'cancelled',
    output: { title: 'Cancelled: superseded by a newer plan' },
  });
  await busy.say('/codex cancel');
  await pull.check('the newer one', ({ conclusion }) => conclusion === 'success');
  expect(await pull.checks()).toHaveLength(2);
});
