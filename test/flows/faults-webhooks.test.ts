/** Webhooks that are missed, sent twice, or are not what GitHub would send; through real HTTP. */
import { createHmac, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startWorld, type World } from '../support/codex.ts';
import { openPull, type PullRequest } from '../support/pull-request.ts';

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
  readonly name: string;
  readonly examples: readonly object[];
}[];

let world: World;
let pull: PullRequest;
beforeAll(async () => {
  world = await startWorld();
  pull = await openPull(world, 'webhooks', {
    main: { 'test_one.py': 'def test_one():\n    pass\n' },
    change: { 'note.txt': 'one\n' },
  });
});
afterAll(() => world.close());

/** Posts a signed webhook to Codex and gives the status. */
async function post(url: string, event: string, body: string): Promise<number> {
  const signature = createHmac('sha256', world.github.deliveries.secret).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${signature}`,
  };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

test('what was sent while Codex was down is asked for at its start, and done once', async () => {
  await world.stop();
  const asked = await pull.say('/codex plan');
  await world.github.settled();
  expect(world.github.deliveries.all.at(-1)).toMatchObject({ event: 'issue_comment', status: 0 });
  await world.start();
  expect(await pull.reactionsTo(asked)).toEqual(['eyes', 'rocket']);
  expect(await pull.checks()).toHaveLength(1);
});

test('signed nonsense is stored or refused, breaks nothing, and a plan works as before', async () => {
  const payloads = examples.flatMap(({ name, examples: all }) => all.map((payload) => ({ name, payload })));
  const mutated = fc
    .record({
      example: fc.constantFrom(...payloads),
      path: fc.array(fc.nat(20), { maxLength: 4 }),
      value: fc.jsonValue(),
    })
    .map(({ example, path, value }) => ({
      event: example.name,
      body: JSON.stringify(replaced(example.payload, path, value)),
    }));
  const url = `${world.url}/webhooks/github`;
  const sent = fc.sample(mutated, 400);
  const statuses = await Promise.all(sent.map(({ event, body }) => post(url, event, body)));
  expect(new Set(statuses).difference(new Set([202, 400]))).toEqual(new Set());

  const { reactions, check } = await pull.command('/codex plan');
  expect(reactions).toEqual(['eyes', 'rocket']);
  expect(check).toMatchObject({ conclusion: 'success' });
});

/** The same JSON with the value at a path of child numbers replaced, as deep as there are children. */
function replaced(json: unknown, [step, ...path]: readonly number[], value: unknown): unknown {
  if (step === undefined || typeof json !== 'object' || json === null) return value;
  const entries = Object.entries(json);
  const [key, child] = entries[step % entries.length] ?? ['new', null];
  return { ...json, [key]: replaced(child, path, value) };
}
