import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Conversation, RunEntry } from '../../src/conversation/model.ts';
import { MARKER, renderConversation } from '../../src/conversation/render.ts';
import type { RunRecord } from '../../src/plan/record.ts';
import { intent, receipt } from '../merge/records.ts';
import { activeNodes, HOSTILE, nodesOf, parseMarkdown, valuesOf } from '../support/markdown.ts';
import { runRecord, testReport, untested } from '../support/records.ts';

const AT = Date.UTC(2026, 10, 21, 9, 30);
const URL = 'https://github.example/acme/shop/runs/7';

function entry(more: Partial<RunEntry> = {}): RunEntry {
  return {
    id: 'run',
    headSha: 'a'.repeat(40),
    requestedBy: 'octocat',
    forMerge: false,
    checkUrl: URL,
    conclusion: 'success',
    counts: { collected: 3, passed: 3, failed: 0, errors: 0, skipped: 0, xfailed: 0, xpassed: 0 },
    createdAt: AT,
    startedAt: AT + 1_000,
    seconds: 12.3,
    position: null,
    ...more,
  };
}

function conversation(record: RunRecord | null, more: Partial<Conversation> = {}): Conversation {
  const run = entry(record ? { conclusion: record.conclusion, counts: record.counts } : {});
  return {
    merge: null,
    latest: record && { run, record },
    answer: null,
    runs: record ? [run] : [],
    older: 0,
    usage: null,
    ...more,
  };
}

function endlessReceipt() {
  const name = '`|'.repeat(2_000);
  const check = { name, conclusion: name, url: `https://ci.test/${'x'.repeat(280)}` };
  return receipt({
    ...{ baseRef: name, headRef: name, requestedBy: name, entitlement: name },
    mismatches: Array(50).fill(name),
    approvals: Array(500).fill({ login: name, commitId: name }),
    checks: Array(500).fill(check),
  });
}

/** The part about the newest verdict. */
const verdictOf = (record: RunRecord) =>
  renderConversation(conversation(record)).split('\n\n_Comment', 1).join('').replace(`${MARKER}\n\n`, '');

const TESTED = `Head \`aaaaaaa\` with base \`bbbbbbb\` · 12.3 s · [all details](${URL})`;

describe('the living comment', () => {
  it('all green', () => {
    expect(renderConversation(conversation(runRecord()))).toBe(`<!-- codex:conversation -->

### ✅ 3 passed

${TESTED}

_Comment \`/codex help\` to see what Codex can do._`);
  });

  it('what this change broke, what was broken and what is flaky', () => {
    const caused = Array.from({ length: 7 }, (_, index) =>
      testReport(`tests/test_a.py::test_${index}`, 'caused'),
    );
    const record = runRecord({
      conclusion: 'failure',
      title: '7 of 12 tests fail because of this change; 1 already failing on base, 1 flaky',
      counts: { collected: 12, passed: 3, failed: 9, errors: 0, skipped: 0, xfailed: 0, xpassed: 0 },
      base_collected: 11,
      tests: [...caused, testReport('b.py::test_old', 'base'), testReport('c.py::test_moody', 'flaky')],
    });
    expect(
      verdictOf(record),
    ).toBe(`### ❌ 7 of 12 tests fail because of this change; 1 already failing on base, 1 flaky

${TESTED}

- **Caused by this change (7)**
  - \`tests/test_a.py::test_0\`: \`AssertionError: assert 3 == 4\`
  - \`tests/test_a.py::test_1\`: \`AssertionError: assert 3 == 4\`
  - \`tests/test_a.py::test_2\`: \`AssertionError: assert 3 == 4\`
  - \`tests/test_a.py::test_3\`: \`AssertionError: assert 3 == 4\`
  - \`tests/test_a.py::test_4\`: \`AssertionError: assert 3 == 4\`
  - and 2 more
- Already failing on base (1): \`b.py::test_old\`
- Flaky: passed when run again (1): \`c.py::test_moody\`
- 12 tests, 1 more than base: 3 passed, 9 failed`);
  });

  it('a timeout, a conflict, a cancellation', () => {
    const slow = {
      conclusion: 'timed_out',
      title: 'Timed out after 600 s while running t.py::test_a',
      in_flight: 't.py::test_a',
    } as const;
    expect(verdictOf(runRecord(slow))).toContain('### ⏱️ Timed out after 600 s while running `t.py::test_a`');
    expect(verdictOf(runRecord(slow))).toContain('- Running at the end: `t.py::test_a`');
    const conflict = untested({
      conclusion: 'failure',
      title: 'Conflicts with the base branch in 1 file',
      conflicts: ['a.py'],
    });
    expect(verdictOf(conflict)).toContain('### ❌ Conflicts with the base branch in 1 file');
    expect(verdictOf(conflict)).toContain('- Conflicts: `a.py`');
    const cancelled = untested({ conclusion: 'cancelled', title: 'Cancelled: @octocat asked for it' });
    expect(verdictOf(cancelled)).toContain('### 🚫 Cancelled: `@octocat` asked for it');
  });

  it('no tests, and a missing module', () => {
    const none = runRecord({
      conclusion: 'neutral',
      title: 'No tests were found',
      notes: ['pytest looks for `test_*.py`.'],
    });
    expect(verdictOf(none)).toContain('### ⚪ No tests were found');
    expect(verdictOf(none)).toContain('- pytest looks for `test_*.py`.');
  });

  it('runs that wait and run', () => {
    const waiting = { conclusion: null, counts: null, startedAt: null, seconds: null } as const;
    const runs = [
      entry({ ...waiting, position: 3, headSha: 'c'.repeat(40), checkUrl: null }),
      entry({ ...waiting, position: 1, headSha: 'd'.repeat(40), checkUrl: null }),
      entry({ ...waiting, startedAt: AT, headSha: 'e'.repeat(40) }),
    ];
    expect(renderConversation(conversation(null, { runs }))).toBe(`<!-- codex:conversation -->

- ⏳ Queued, position 3: \`ccccccc\`
- ⏳ Queued, next in line: \`ddddddd\`
- 🔄 Running since 2026-11-21 09:30 UTC: \`eeeeeee\` · [check run](${URL})

_Comment \`/codex help\` to see what Codex can do._`);
  });

  it('the last answer names who asked, and notifies nobody', () => {
    const answer = { asked: '/codex hlep', by: 'octocat', markdown: 'Did you mean `/codex help`?', at: AT };
    expect(renderConversation(conversation(null, { answer }))).toBe(`<!-- codex:conversation -->

### \`octocat\` asked \`/codex hlep\`

_2026-11-21 09:30 UTC_

Did you mean \`/codex help\`?

_Comment \`/codex help\` to see what Codex can do._`);
  });

  it('earlier runs are folded below the verdict; the only one is the verdict', () => {
    const runs = [entry(), entry({ conclusion: 'failure', headSha: 'b'.repeat(40), seconds: 1 })];
    const rendered = renderConversation(conversation(runRecord(), { runs }));
    expect(rendered).toContain(`${TESTED}

<details>
<summary>History of runs (2)</summary>

| When | Head | Verdict | Passed | Failed | Time | Asked by |
| - | - | - | - | - | - | - |
| 2026-11-21 09:30 UTC | \`aaaaaaa\` | ✅ success | 3 | 0 | 12.3 s | \`octocat\` |
| 2026-11-21 09:30 UTC | \`bbbbbbb\` | ❌ failure | 3 | 0 | 1.0 s | \`octocat\` |

</details>

_Comment`);
  });

  it('what happens now stands above the verdict on an earlier head', () => {
    const running = entry({ conclusion: null, counts: null, seconds: null, headSha: 'e'.repeat(40) });
    const rendered = renderConversation(conversation(runRecord(), { runs: [running, entry()] }));
    expect(rendered.indexOf('🔄 Running since')).toBeLessThan(rendered.indexOf('### ✅ 3 passed'));
    expect(rendered).not.toContain('History');
  });

  describe('with a merge', () => {
    const merge = (changes: Parameters<typeof intent>[0]) => ({ intent: intent(changes), checkUrl: URL });
    const places = (more: Partial<Conversation>) => {
      const rendered = renderConversation(conversation(runRecord(), more));
      return rendered
        .split('\n')
        .flatMap((line) => /^### (?:.*(Waiting|Merged|Not merged|passed).*)/.exec(line)?.[1] ?? []);
    };

    it('that waits or has landed: it stands above the verdict', () => {
      expect(places({ merge: merge({}) })).toEqual(['Waiting', 'passed']);
      expect(places({ merge: merge({ state: 'merged', receipt: receipt() }) })).toEqual(['Merged', 'passed']);
    });

    it('that ended without one: it gives way to what was tested since', () => {
      const ended = { state: 'cancelled', reason: 'The head moved.' } as const;
      expect(places({ merge: merge({ ...ended, finishedAt: AT + 60_000 }) })).toEqual([
        'Not merged',
        'passed',
      ]);
      expect(places({ merge: merge({ ...ended, finishedAt: AT - 60_000 }) })).toEqual([
        'passed',
        'Not merged',
      ]);
    });

    it('before anything was planned', () => {
      expect(renderConversation(conversation(null, { merge: merge({}) }))).toMatch(
        /^<!-- codex:conversation -->\n\n### ⏳ Waiting to merge into `main`\n\nHead/,
      );
    });
  });

  it('tells how many tests there are where the title tells how they came out', () => {
    const more = runRecord({ counts: { ...runRecord().counts, collected: 3 }, base_collected: 1 });
    expect(verdictOf(more)).toContain('- 3 tests, 2 more than base');
  });

  it('ends with what the account has used, where it is metered', () => {
    const usage = '12.5 of 600 sandbox minutes used this month';
    expect(renderConversation(conversation(runRecord(), { usage }))).toContain(`can do. ${usage}.`);
    expect(renderConversation(conversation(runRecord()))).not.toContain('minutes used');
  });

  it('tells how many runs the history leaves out', () => {
    const rendered = renderConversation(conversation(runRecord(), { older: 30 }));
    expect(rendered).toContain('History of runs (31)');
    expect(rendered).toContain('30 older are not shown.');
  });
});

describe('whatever tests, branches and people are called', () => {
  const hostile = fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 5 })), {
      maxLength: 10,
    })
    .map((parts) => parts.join(''))
    .chain((text) => fc.constantFrom(text, text, text.repeat(200)));
  const parts = fc.record({
    title: hostile,
    names: fc.array(hostile, { maxLength: 8 }),
    notes: fc.array(hostile, { maxLength: 8 }),
    inFlight: fc.option(hostile),
    asked: hostile,
    by: hostile,
    runs: fc.nat({ max: 20 }),
  });

  it('only our own links and elements are in the comment, and it stays short', () => {
    fc.assert(
      fc.property(parts, ({ title, names, notes, inFlight, asked, by, runs }) => {
        const tests = names.map((name) => testReport(name, 'caused'));
        const record = runRecord({ title, notes, conflicts: names, tests, in_flight: inFlight });
        const rendered = renderConversation(
          conversation(record, {
            merge: {
              intent: intent({ state: 'cancelled', reason: `${title} ${notes.join(' ')}` }),
              checkUrl: URL,
            },
            answer: { asked, by, markdown: 'An answer.', at: AT },
            runs: Array.from({ length: runs + 2 }, () => entry({ requestedBy: by })),
          }),
        );
        expect(rendered.length).toBeLessThanOrEqual(65_536);
        expect(rendered.startsWith(`${MARKER}\n\n`)).toBe(true);
        expect(activeNodes(rendered)).toEqual(['link', 'link']);
        expect(valuesOf(rendered, 'html')).toEqual([
          MARKER,
          `<details>\n<summary>History of runs (${runs + 2})</summary>`,
          '</details>',
        ]);
        const cells = nodesOf(parseMarkdown(rendered)).flatMap((node) =>
          node.type === 'tableRow' ? [node.children.length] : [],
        );
        expect(cells).toEqual(Array.from({ length: runs + 3 }, () => 7));
        for (const plain of valuesOf(rendered, 'text')) expect(plain).not.toMatch(/[@#$<>&*_|[\]\\]|:\/\//);
      }),
      { numRuns: 60 },
    );
  });

  it('an endless answer and an endless receipt are cut, and close what they opened', () => {
    const answer = { asked: null, by: null, markdown: `\`\`\`\n${'🌈'.repeat(50_000)}`, at: AT };
    const runs = [entry(), entry()];
    const merge = { intent: intent({ state: 'merged', receipt: endlessReceipt() }), checkUrl: URL };
    const rendered = renderConversation(conversation(runRecord(), { answer, runs, merge }));
    expect(rendered.length).toBeLessThanOrEqual(65_536);
    expect(rendered).toContain('… (the rest is left out)');
    expect(valuesOf(rendered, 'html').at(-1)).toBe('</details>');
  });
});
