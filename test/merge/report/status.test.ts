import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf } from '../../../src/markdown/text.ts';
import { decide } from '../../../src/merge/decide.ts';
import type { Intent } from '../../../src/merge/intent.ts';
import { mergeSection, mergeStatus } from '../../../src/merge/report/status.ts';
import type { Snapshot } from '../../../src/merge/snapshot.ts';
import { activeNodes, HOSTILE, valuesOf } from '../../support/markdown.ts';
import { intent, receipt } from '../records.ts';
import { HEAD, OTHER, pull, requirements, snapshot } from '../snapshots.ts';

const URL = 'https://github.test/acme/bot/runs/9';
const freeze: Snapshot['freezes'][number] = {
  baseRef: 'main',
  paths: null,
  source: 'command',
  reason: 'release 2.4 is being cut',
  by: 'grace',
  expiresAt: null,
};

const looked = (changes: Partial<Snapshot>): Intent => intent({ decision: decide(snapshot(changes)) });

describe('the section of a merge', () => {
  it('that waits tells for what, its place in the line and every freeze', () => {
    const waiting = looked({
      requirements: requirements({ approvals: 1 }),
      ahead: [3, 5],
      freezes: [freeze],
    });
    expect(mergeSection(waiting, URL)).toBe(`### ⏳ Waiting to merge into \`main\`

Head \`aaaaaaa\`, asked by \`ada\`, until 2026-11-21 13:00 UTC at most · [all details](${URL})

- **Waits for**
  - **reviewer**: 1 approval of 1 is missing. Somebody else who may write reviews and approves the head.
  - **operator**: Merges into \`main\` are frozen by \`grace\`: release 2.4 is being cut. An administrator or maintainer lifts it with \`/codex unfreeze\`.
  - **CI**: \`#3\` and \`#5\` go first into \`main\`: position 3. Nothing to do: merges into one base land one after the other.`);
  });

  it('that is blocked says so, and what needs somebody comes first', () => {
    const section = mergeSection(looked({ pull: pull({ draft: true }), ahead: [3] }), null);
    expect(section).toMatch(/^### 🚧 The merge into `main` is blocked\n/);
    expect(section.indexOf('**Needs somebody**')).toBeLessThan(section.indexOf('**Waits for**'));
    expect(section).not.toContain('all details');
  });

  it('that nobody has looked at yet, and one that GitHub is merging, name no reason', () => {
    expect(mergeSection(intent(), URL)).toMatch(/^### ⏳ Waiting to merge into `main`\n\nHead .*\)$/);
    const merging = { ...looked({ ahead: [3] }), state: 'merging' } as const;
    expect(mergeSection(merging, URL)).toBe(
      `### 🔄 Merging into \`main\`\n\nHead \`aaaaaaa\`, asked by \`ada\` · [all details](${URL})`,
    );
  });

  it('that ended without a merge says why', () => {
    const ended = intent({ state: 'cancelled', reason: '`grace` withdrew it with `/codex cancel`.' });
    expect(mergeSection(ended, null)).toBe(`### 🚫 Not merged into \`main\` by Codex

Head \`aaaaaaa\`, asked by \`ada\`

\`grace\` withdrew it with \`/codex cancel\`.`);
  });

  it('that landed is the receipt', () => {
    const section = mergeSection(intent({ state: 'merged', receipt: receipt() }), URL);
    expect(section).toMatch(/^### 🚢 Merged into `main`\n\n✅ Pull request 7 landed on `main` as/);
    expect(section).toContain('- Approved by `grace` at `aaaaaaa`\n');
  });

  it('that landed otherwise than it was tested is an alarm from its first character', () => {
    const alarm = receipt({ verified: false, mismatches: ['The tree that landed is another one.'] });
    const section = mergeSection(intent({ state: 'merged', receipt: alarm }), URL);
    expect(section).toMatch(/^### 🚨 Merged into `main`, but not what was tested\n/);
    expect(section).toContain('- The tree that landed is another one.');
  });
});

it.each<[string, Intent, string]>([
  ['waits', intent(), 'waiting, until 2026-11-21 13:00 UTC at most.'],
  ['is blocked', looked({ pull: pull({ draft: true }) }), 'blocked, until'],
  ['merges', intent({ state: 'merging' }), 'GitHub is merging.'],
  ['has landed', intent({ state: 'merged', mergedSha: OTHER, receipt: receipt() }), 'done, as `ccccccc`.'],
  ['was withdrawn', intent({ state: 'cancelled', reason: 'It was withdrawn.' }), 'It was withdrawn.'],
])('the status of a merge that %s', (_, of, words) => {
  const start = 'The merge of `aaaaaaa` into `main`, asked by `ada`: ';
  expect(mergeStatus(of)).toContain(`${start}${words}`);
});

describe('whatever branches, people, checks and labels are called', () => {
  const name = fc
    .array(fc.constantFrom(...HOSTILE), { maxLength: 10 })
    .chain((parts) => fc.constantFrom(parts.join(''), parts.join('').repeat(60)));

  it('the section acts on nobody, closes what it opens and leaves room for the rest of the comment', () => {
    fc.assert(
      fc.property(name, (stranger) => {
        const names = Array.from({ length: 60 }, () => stranger);
        const request = { ...intent().request, baseRef: stranger, requestedBy: stranger };
        const reasons = names.map((what) => ({
          ...{ code: 'x', effect: 'block' as const, owner: 'CI' as const },
          ...{ what, next: what },
        }));
        const landed = receipt({
          ...{ baseRef: stranger, headRef: stranger, requestedBy: stranger, entitlement: stranger },
          mismatches: names,
          plan: { ...receipt().plan, title: stranger },
          approvals: names.map((login) => ({ login, commitId: HEAD })),
          checks: names.map((check) => ({ name: check, conclusion: check, url: `https://${check}` })),
        });
        const told = [
          mergeSection(intent({ request, decision: { action: 'block', reasons } }), null),
          mergeSection(intent({ request, state: 'cancelled', reason: stranger }), null),
          mergeSection(intent({ request, state: 'merged', receipt: landed }), null),
          mergeStatus(intent({ request, decision: { action: 'block', reasons } })),
        ];
        for (const text of told) {
          expect(bytesOf(text)).toBeLessThanOrEqual(20_000);
          expect(activeNodes(text).filter((type) => type !== 'link')).toEqual([]);
          expect(valuesOf(text, 'text').join(' ')).not.toMatch(/@octocat|owner\/repo#1|GH-1/);
        }
        const html = valuesOf(told[2] ?? '', 'html');
        expect(html).toEqual(['<details>\n<summary>Checks (60)</summary>', '</details>']);
      }),
      { numRuns: 20, examples: [['🌈$$'.repeat(60)], ['\\|'.repeat(120)]] },
    );
  });
});
