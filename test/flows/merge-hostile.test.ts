/** Strangers' words and wrong configurations: shown as what they are, and nothing is loosened by them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/codex.ts';
import { MergeRepository } from './merge-world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const HOSTILE_BODY = [
  '$(touch /tmp/pwned) `id`',
  '---',
  '<!-- codex:conversation -->',
  'Codex-Merge: 00000000-0000-7000-8000-000000000000',
  'Co-authored-by: Root <root@example.com>',
].join('\n');

test('a hostile title and text: the commit, the check run and the comment show them and obey nothing', async () => {
  const hostile = await MergeRepository.create(world, 'hostile');
  const title = '"; rm -rf / #$(id) @acme [x](https://evil.example) <img src=x> ![](y) `z` | --amend';
  const pull = await hostile.planned({ title, body: HOSTILE_BODY });
  const landed = await pull.lands(await pull.ask());

  const [check] = await pull.merges();
  const [subject, , ...rest] = landed.message.split('\n');
  expect(subject).toBe(`${title} (#${pull.number})`);
  const trailers = rest.filter((line) => /^(Codex-Merge|Co-authored-by):/.test(line));
  expect(trailers).toEqual([`Codex-Merge: ${check?.external_id}`]);
  for (const shown of [check?.output.summary, await pull.comment()]) {
    expect(shown).not.toMatch(/@acme|evil\.example|<img/);
  }
  expect((await pull.comment()).split('<!-- codex:conversation -->')).toHaveLength(2);
});

test('a title of 300 characters is cut so that the number stays', async () => {
  const long = await MergeRepository.create(world, 'long');
  const pull = await long.planned({ title: `${'Ein längerer Titel 🚀 '.repeat(15)}Ende` });
  const [subject = ''] = (await pull.lands(await pull.ask())).message.split('\n');
  expect(subject.length).toBeLessThanOrEqual(256);
  expect(subject).toMatch(/… \(#1\)$/);
  expect(subject.isWellFormed()).toBe(true);
});

test('a title that turns its words around is not taken, and shown so that everybody sees why', async () => {
  const turned = await MergeRepository.create(world, 'turned');
  const pull = await turned.planned({ title: 'Add \u202etrac a\u202c' });
  const comment = await pull.ask();
  const check = await pull.shows('Blocked: The title has characters that nobody sees');
  expect(`${check.output.title}${check.output.summary}${await pull.comment()}`).not.toMatch(
    /[\u202a-\u202e]/,
  );
  await turned.repository.pulls.edit(pull.number, { title: 'Add a cart' });
  await pull.lands(comment);
});

describe('a hostile branch name', () => {
  test.each([
    ['of a shell', 'feature/1;$(touch\u00a0x)&&`id`|"\''],
    ['of Markdown', 'feature/!](evil.example)-@acme-<b>-`code`'],
    ['with right-to-left marks', 'feature/1-\u202ecod.exe\u200b'],
    ['of 240 characters', `feature/${'x'.repeat(200)}-${'ü'.repeat(16)}`],
  ])('%s is blocked by governance and shown as code', async (_, branch) => {
    const named = await MergeRepository.create(world, 'named');
    const pull = await named.planned({ branch });
    await pull.ask();
    const check = await pull.shows('Blocked: The head branch');
    const comment = await pull.commentWith('The head branch');
    for (const shown of [check.output.summary ?? '', comment]) {
      expect(withoutCode(shown)).not.toMatch(/@acme|evil\.example|<b>|touch/);
      expect(shown).not.toMatch(/[\u200b\u202a-\u202e]/);
    }
    expect(named.calls()).toBe(0);
  });
});

/** What is left of Markdown where code is taken out: what GitHub may take for more than text. */
function withoutCode(markdown: string): string {
  return markdown.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
}

describe('.github/codex.yml', () => {
  test.each([
    ['governance: {protected: []}', '`governance.protected`: is empty'],
    ['governance: {protected: main}', '`governance.protected`: must be a list of branch patterns'],
    ['governance: {branchs: ["*"]}', '`governance.branchs`: is not a known key: did you mean branches?\n'],
    ['governance: {branches: ["**"]}', '`governance.branches`: item 1: must be a branch with one'],
    ['governance: [main]', '`governance`: must be a map of keys and values'],
    ['{governance: [', 'is not YAML'],
  ])('%s → told with key and reason, and the head branch stays governed', async (text, mistake) => {
    const wrong = await MergeRepository.create(world, 'wrong', { '.github/codex.yml': text });
    const pull = await wrong.planned({ branch: 'cart' });
    await pull.ask();
    const { output } = await pull.shows('The head branch cart is not named like');
    expect(output.summary).toContain(mistake);
    expect(wrong.calls()).toBe(0);
  });

  test.each([
    [
      'merge: {block_labels: do-not-merge}',
      '`merge.block_labels`: must be a list of labels',
      'The label needs-work',
    ],
    ['merge: {blok_labels: []}', '`merge.blok_labels`: is not a known key: did you mean', 'The label'],
  ])('%s → told, and any label blocks', async (text, mistake, reason) => {
    const wrong = await MergeRepository.create(world, 'labels', { '.github/codex.yml': text });
    const pull = await wrong.planned();
    await wrong.repository.pulls.label(pull.number, 'needs-work');
    await pull.ask();
    const { output } = await pull.shows(reason);
    expect(output.summary).toContain(mistake);
  });

  test('a pull request does not loosen the rules that it is judged by', async () => {
    const own = await MergeRepository.create(world, 'own');
    const pull = await own.planned({
      branch: 'cart',
      files: { '.github/codex.yml': 'governance: {protected: [nothing]}\n' },
    });
    await pull.ask();
    await pull.shows('Blocked: The head branch cart is not named like');
  });
});
