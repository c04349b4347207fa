/** Who may: whoever asked, by role and by what is paid for, and the App itself; looked at again with each decision. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { MergeRepository } from './merge-world.ts';

let world: World;
afterEach(() => world.close());

test('whoever asked may no longer write → cancelled, even where nothing else is missing any more', async () => {
  world = await startWorld();
  const lost = await MergeRepository.create(world, 'permission');
  const pull = await lost.planned();
  await lost.repository.pulls.convertToDraft(pull.number);
  const comment = await pull.ask();
  await pull.shows('Blocked');
  await lost.repository.allow('dev', 'triage');
  await lost.repository.pulls.markReady(pull.number);

  expect(await pull.reactionsTo(comment)).toEqual(['eyes', 'confused']);
  await pull.shows('Not merged: dev may no longer write to this repository (role: triage)');
  expect(lost.calls()).toBe(0);
});

test('workflow files without the permission → told whose matter it is, and not asked for', async () => {
  const permissions = {
    checks: 'write',
    contents: 'write',
    issues: 'write',
    pull_requests: 'write',
  } as const;
  const read = { administration: 'read', statuses: 'read', metadata: 'read' } as const;
  world = await startWorld({}, { permissions: { ...permissions, ...read } });
  const shop = await MergeRepository.create(world, 'shop');
  const pull = await shop.planned({ files: { '.github/workflows/ci.yml': 'on: push\n' } });
  await pull.ask();
  const { output } = await pull.shows('Blocked: It changes .github/workflows/ci.yml');
  expect(output.summary).toContain('**operator**');
  expect(output.summary).toContain('`workflows: write`');
  expect(shop.calls()).toBe(0);
});

test('what is paid for ends while it waits → blocked and told; once it is settled it lands by itself', async () => {
  world = await startWorld();
  const file = join(world.dataDir, 'flags.json');
  const entitled = async (answer: 'on' | 'off') => {
    const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: answer };
    await writeFile(file, JSON.stringify({ flags: { 'codex.plan': flag, 'codex.pr': flag } }));
    await world.stop();
    await world.start({ CODEX_OPENFEATURE_PROVIDER: file });
  };
  await entitled('on');
  const shop = await MergeRepository.create(world, 'shop');
  const pull = await shop.planned();
  await shop.repository.pulls.convertToDraft(pull.number);
  const comment = await pull.ask();
  await pull.shows('Blocked: The pull request is a draft');
  await entitled('off');
  await shop.repository.pulls.markReady(pull.number);
  const blocked = await pull.shows('Blocked: Merges are not allowed');
  expect(blocked.output.summary).toContain('**operator**');
  expect(shop.calls()).toBe(0);
  await entitled('on');
  await pull.lands(comment);
});
