import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf } from '../../../src/markdown/text.ts';
import { decide } from '../../../src/merge/decide.ts';
import type { Decision, Reason } from '../../../src/merge/decision.ts';
import { cancelledOutput, mergedElsewhereOutput, mismatchIssue } from '../../../src/merge/report/ended.ts';
import { mergedOutput } from '../../../src/merge/report/receipt.ts';
import { dryRunAnswer, waitingOutput } from '../../../src/merge/report/waiting.ts';
import { activeNodes, HOSTILE, valuesOf } from '../../support/markdown.ts';
import { receipt, TREE } from '../records.ts';
import { BASE, HEAD, OTHER, opinion, pull, requirements, snapshot } from '../snapshots.ts';

const { request, expiresAt } = snapshot();

const waiting = (decision: Decision, headRef = 'main') =>
  waitingOutput({ decision, request: { ...request, baseRef: headRef }, expiresAt, mistakes: [] });

const unverified = receipt({
  verified: false,
  mismatches: ['The tree is another one than the plan tested.'],
});

describe('the check run of a merge that waits', () => {
  it('tells every reason with who can mend it, what a person must do first', () => {
    const decision = decide(
      snapshot({
        pull: pull({ draft: true }),
        ahead: [3],
        opinions: [opinion('grace', { state: 'CHANGES_REQUESTED' })],
        requirements: requirements({ approvals: 1 }),
      }),
    );
    expect(waiting(decision)).toEqual({
      title: 'Blocked: The pull request is a draft (and 1 more)',
      summary: `### Needs somebody

- **author**: The pull request is a draft. Mark it as ready for review.
- **reviewer**: \`grace\` requested changes. \`grace\` approves, or somebody dismisses the review.

### Waits for

- **reviewer**: 1 approval of 1 is missing. Somebody else who may write reviews and approves the head.
- **CI**: \`#3\` goes first into \`main\`: position 2. Nothing to do: merges into one base land one after the other.

\`ada\` asked to merge \`aaaaaaaaaaaa\` into \`main\`. Codex waits until 2026-11-21 13:00 UTC and looks again whenever something changes; nobody need comment again.`,
    });
  });

  it('tells mistakes of the configuration with key and reason', () => {
    const { mistakes } = snapshot({}, 'merge: { replan: maybe }');
    const output = waitingOutput({ decision: decide(snapshot()), request, expiresAt, mistakes });
    expect(output.summary).toContain('`merge.replan`: must be true or false.');
  });
});

describe('a dry run', () => {
  it('tells every reason, and the exact commit in a block that its text cannot end', () => {
    const squash = { title: 'Title (#7)', message: '```\n</details>\n\nCodex-Merge: intent-1' };
    const answer = dryRunAnswer(decide(snapshot({ pull: pull({ draft: true }) })), squash, []);
    expect(answer).toContain('1 reason keeps it from being merged now. Nothing was done.');
    expect(valuesOf(answer, 'code')).toEqual([`${squash.title}\n\n${squash.message}`]);
  });

  it('says so where nothing is missing', () => {
    expect(dryRunAnswer(decide(snapshot()), { title: 'T', message: 'M' }, [])).toContain(
      'Nothing is missing: it would be merged now. Nothing was done.',
    );
  });
});

describe('the end', () => {
  it('without a merge says why, and what else was missing', () => {
    const output = cancelledOutput('The request was withdrawn by `ada`.', decide(snapshot({ ahead: [3] })));
    expect(output.title).toBe('Not merged: The request was withdrawn by ada');
    expect(output.summary).toContain('`#3` goes first');
  });

  it('by somebody else claims no proof', () => {
    const { summary } = mergedElsewhereOutput('main', OTHER);
    expect(summary).toContain('not by Codex: whether what landed was tested is not known');
  });

  it('with a merge is the receipt', () => {
    expect(mergedOutput(receipt())).toEqual({
      title: 'Merged as ccccccc: what landed is what was tested',
      summary: `✅ Pull request 7 landed on \`main\` as [\`cccccccccccc\`](https://github.test/acme/bot/commit/c). The tree that landed is the tree that was tested, on the base it was tested on.

- Asked by \`ada\` (write) at 2026-11-21 12:00 UTC, merged at 2026-11-21 12:00 UTC
- Entitlement: no entitlements are configured
- Approved by \`grace\` at \`aaaaaaa\`
- Head: \`${HEAD}\` of \`feature/ABC-7\`
- Tested: tree \`${TREE}\` on base \`${BASE}\` by plan \`plan-1\`: \`12 passed\`
- Landed: tree \`${TREE}\` on \`${BASE}\`
- Head branch: deleted

<details>
<summary>Checks (1)</summary>

- \`build\`: success [\`details\`](https://ci.test/1)

</details>`,
    });
  });

  it('with another tree than the tested one is an alarm, which tells what Codex did and did not', () => {
    expect(mergedOutput(unverified).title).toContain('NOT what was tested');
    const { title, body } = mismatchIssue(unverified);
    expect(title).toBe('Codex: what landed with #7 is not what was tested');
    expect(body).toContain('- The tree is another one than the plan tested.');
    expect(body).toContain('It merges nothing more into `main`');
    expect(body).toContain('It reverted nothing.');
    expect(body).toContain('`/codex unfreeze`');
  });
});

describe('hostile names', () => {
  const name = fc
    .array(fc.constantFrom(...HOSTILE), { maxLength: 10 })
    .chain((parts) => fc.constantFrom(parts.join(''), parts.join('').repeat(40)));

  const reason = fc
    .tuple(name, fc.constantFrom('block', 'wait', 'cancel'), fc.nat({ max: 45 }))
    .map(([what, effect, copies]): Reason[] =>
      Array.from({ length: copies + 1 }, () => ({ code: 'x', effect, owner: 'CI', what, next: what })),
    );

  it('act on nobody, and no text is longer than GitHub takes', () => {
    fc.assert(
      fc.property(reason, name, (reasons, stranger) => {
        const decision: Decision = { action: 'block', reasons };
        const told = receipt({
          headRef: stranger,
          baseRef: stranger,
          entitlement: stranger,
          mismatches: [stranger],
          approvals: [{ login: stranger, commitId: stranger }],
          checks: Array.from({ length: 40 }, () => ({
            name: stranger,
            conclusion: stranger,
            url: `javascript:${stranger}`,
          })),
          commit: { ...receipt().commit, url: `javascript:${stranger}` },
        });
        const outputs = [
          waiting(decision, stranger),
          cancelledOutput(stranger, decision),
          mergedOutput(told),
        ];
        const texts = [
          ...outputs.map(({ summary }) => summary),
          mismatchIssue(told).body,
          dryRunAnswer(decision, { title: stranger, message: stranger }, []),
        ];
        for (const { title } of outputs) {
          expect(title).not.toMatch(/[\p{Cc}\u202e]/u);
          expect(bytesOf(title)).toBeLessThanOrEqual(255);
        }
        for (const text of texts) {
          expect(bytesOf(text)).toBeLessThanOrEqual(65_535);
          expect(activeNodes(text)).toEqual([]);
          expect(valuesOf(text, 'text').join(' ')).not.toMatch(/@octocat|owner\/repo#1|GH-1/);
        }
      }),
      { numRuns: 12 },
    );
  });
});
