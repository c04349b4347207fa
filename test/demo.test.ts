/** `npm run demo`, as a person sees it. What it tells of GitHub it has checked itself: it exits with 1 otherwise. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '..');

/** What happens on GitHub, without what is shown of the way there. */
const EVENTS = /^[\d.]+ s .*(reaction|codex\/\w+ (success|failure):|webhook|squash-merge|deleted)/;

/** A comment with a command. */
const ACCEPTED = ['webhook: signature verified, on disk, answered 202', 'reaction 👀'];

/** The end of `/codex pr`. */
const MERGED = [
  expect.stringMatching(/^GitHub is asked to squash-merge [0-9a-f]{7} and no other head$/),
  'the head branch is deleted',
  expect.stringMatching(/^codex\/pr success: Merged as [0-9a-f]{7}: what landed is what was tested$/),
  'reaction 🚀',
];

test('the demo finds the bug, sees it mended and landed, and cleans up', async () => {
  const lines = await play();
  expect(eventsOf(lines)).toEqual([
    ...ACCEPTED,
    'codex/plan failure: 2 of 17 tests fail because of this change; 1 already failing on base, 1 flaky',
    'reaction 👎',
    ...ACCEPTED,
    'codex/plan success: 13 passed, 2 failures not counted: 1 already failing on base, 1 flaky',
    'reaction 🚀',
    ...ACCEPTED,
    'codex/plan success: 13 passed, 2 failures not counted: 1 already failing on base, 1 flaky',
    ...MERGED,
  ]);
  expect(lines).toContain('The one comment of codex[bot], edited in place');
});

test('the demo of billing is refused a merge, pays by the link, and merges', async () => {
  const lines = await play('--billing');
  expect(eventsOf(lines)).toEqual([
    ...ACCEPTED,
    'reaction 👎',
    ...ACCEPTED,
    'codex/plan success: 12 passed, 2 failures not counted: 1 already failing on base, 1 flaky',
    ...MERGED,
  ]);
  const refused = lines.findIndex((line) => line.startsWith('link ') && line.includes('/billing/checkout?'));
  const paid = lines.findIndex((line) => /^page +Thank you: .*\/billing\/done$/.test(line));
  const merged = lines.indexOf('codexctl usage');
  expect([refused, paid, merged].toSorted((a, b) => a - b)).toEqual([refused, paid, merged]);
  expect(refused).toBeGreaterThan(0);
});

test('the demo of TradingView waits while a position is open, lands once it is flat, and names the merge', async () => {
  const lines = await play('--tradingview');
  expect(eventsOf(lines)).toEqual([
    ...ACCEPTED,
    'codex/plan success: 13 passed, 2 failures not counted: 1 already failing on base, 1 flaky',
    'reaction 🚀',
    ...ACCEPTED,
    'codex/governance success: As the rules ask',
    ...MERGED,
  ]);
  expect(lines).toContain('action_required: Merges are frozen');
  expect(lines).toContain('Issue #2: crossover: drawdown');
});

/** Runs the demo, which has to go well and to leave nothing. Gives its lines. */
async function play(...options: string[]): Promise<string[]> {
  const TMPDIR = await mkdtemp(join(tmpdir(), 'codex-demo-test-'));
  const demo = await execa(process.execPath, ['scripts/demo.ts', ...options], {
    cwd: ROOT,
    env: { NODE_OPTIONS: '', TMPDIR },
    all: true,
    reject: false,
  });
  expect(demo.all).toMatch(/✓ All went as told, in [\d.]+ s\.$/);
  expect(demo.exitCode).toBe(0);
  expect(await readdir(TMPDIR)).toEqual([]);
  await rm(TMPDIR, { recursive: true });
  return demo.all.split('\n').map((line) => line.trim());
}

/** Those of the lines that are events, without the time. */
function eventsOf(lines: readonly string[]): string[] {
  return lines.filter((line) => EVENTS.test(line)).map((line) => line.replace(/^[\d.]+ s +/, ''));
}
