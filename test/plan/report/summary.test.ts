import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf, visibleLine } from '../../../src/markdown/text.ts';
import type { RunRecord } from '../../../src/plan/record.ts';
import { MAX_ANNOTATIONS } from '../../../src/plan/report/annotations.ts';
import { checkRunReport, LONGEST_TEXT } from '../../../src/plan/report/summary.ts';
import { activeNodes, HOSTILE, nodesOf, parseMarkdown, valuesOf } from '../../support/markdown.ts';
import { runRecord, testReport, untested } from '../../support/records.ts';

const summaryOf = (record: RunRecord) => checkRunReport(record).summary;
const failed = (count: number) => ({
  collected: count,
  passed: 0,
  failed: count,
  errors: 0,
  skipped: 0,
  xfailed: 0,
  xpassed: 0,
});

const FENCE = '```';

describe('the check run of a plan', () => {
  it('all green', () => {
    expect(checkRunReport(runRecord())).toEqual({
      title: '3 passed',
      summary: `| collected | passed | failed |
| - | - | - |
| 3 | 3 | 0 |

Collected as many tests as base (3).

<details>
<summary>Slowest tests</summary>

- 1.3 s \`tests/test_shop.py::test_total\`

</details>

### This run

- Tested: head \`aaaaaaaaaaaa\` merged into base \`bbbbbbbbbbbb\`, tree \`${'c'.repeat(40)}\`
- Time: source 0.3 s, dependencies 0.0 s, tests 2.5 s; first test after 0.8 s
- Dependencies: \`uv.lock\` (uv, cached)
- Image: \`sha256:1234\`

<details>
<summary>Run it again in a clone of the repository</summary>

${FENCE}sh
git archive ccc | docker run --rm -i sha256:1234 python3 -I /opt/codex/runner.py --tar -- -k 'a b'
${FENCE}

</details>

_Results are self-reported by code inside the sandbox._`,
      annotations: [],
    });
  });

  it('failures of every kind: what this change caused comes first, tracebacks are folded', () => {
    const summary = summaryOf(
      runRecord({
        conclusion: 'failure',
        counts: { ...failed(3), collected: 5, passed: 2 },
        warnings: 2,
        tests: [
          testReport('tests/test_a.py::test_flaky', 'flaky'),
          testReport('tests/test_a.py::test_old', 'base'),
          testReport('tests/test_a.py::test_new', 'caused'),
          testReport('tests/test_a.py::test_skipped', null, { outcome: 'skipped' }),
        ],
      }),
    );
    expect(summary).toContain(`Collected 2 tests more than base (3). 2 warnings.

### Caused by this change (1)

<details>
<summary><code>tests/test_a.py::test_new</code><br><code>AssertionError: assert 3 == 4</code></summary>

At \`tests/test_a.py:12\`

${FENCE}
    def test_total():
>       assert total([1, 2]) == 4
E       assert 3 == 4
${FENCE}

</details>

### Already failing on base (1)
`);
    expect(summary).toContain('### Flaky: passed when run again (1)');
    expect(summary).not.toContain('test_skipped');
  });

  it('the place of a failure is told once: by its traceback, where that does', () => {
    const traceback = 'E       assert 3 == 4\n\ntests/test_a.py:12: AssertionError';
    const tests = [testReport('tests/test_a.py::test_new', 'caused', { traceback })];
    expect(summaryOf(runRecord({ tests }))).not.toContain('At `tests/test_a.py:12`');
  });

  it('tests that took next to no time are not slow', () => {
    const slowest = [{ nodeid: 'a.py::test_quick', seconds: 0.049 }];
    expect(summaryOf(runRecord({ slowest }))).not.toContain('Slowest');
  });

  it('a collection error', () => {
    const error = testReport('tests/test_a.py', 'caused', {
      outcome: 'error',
      line: 1,
      message: "ModuleNotFoundError: No module named 'yaml'",
      traceback: '',
    });
    const summary = summaryOf(
      runRecord({
        notes: ['The module `yaml` is not installed.'],
        counts: { ...failed(0), errors: 1 },
        tests: [error],
      }),
    );
    expect(summary).toContain('- The module `yaml` is not installed.\n\n### Caused by this change (1)');
    expect(summary).toContain('<code>ModuleNotFoundError: No module named &#39;yaml&#39;</code>');
    expect(summary).toContain('At `tests/test_a.py:1`\n\n</details>');
  });

  it('a timeout: what ran is named', () => {
    const record = runRecord({ conclusion: 'timed_out', in_flight: 'tests/test_a.py::test_slow' });
    expect(summaryOf(record)).toContain('**Running at the end:** `tests/test_a.py::test_slow`');
  });

  it('out of memory: the advice is a note', () => {
    const notes = ['The limit is `plan.limits.memory_mb` in `.github/codex.yml`.'];
    expect(summaryOf(runRecord({ notes }))).toContain(
      '- The limit is `plan.limits.memory_mb` in `.github/codex.yml`.',
    );
  });

  it('a conflict: its files, and nothing of tests', () => {
    expect(
      summaryOf(untested({ conflicts: ['src/a.py', 'b|@c.py'] })),
    ).toBe(`**Files that conflict with base:**

- \`src/a.py\`
- \`b|@c.py\`

### This run

- Head: \`${'a'.repeat(40)}\`
- Time: source 0.2 s`);
  });

  it('no tests: guidance, and a table of zeros is left out', () => {
    const summary = summaryOf(
      runRecord({ conclusion: 'neutral', counts: failed(0), notes: ['pytest looks for `test_*.py`.'] }),
    );
    expect(summary).toMatch(
      /^Collected 3 tests fewer than base \(3\)\.\n\n- pytest looks for `test_\*\.py`\./,
    );
  });

  it('cancelled: who asked stands in a note', () => {
    const summary = summaryOf(untested({ conclusion: 'cancelled', notes: ['Cancelled by @octocat.'] }));
    expect(summary).toMatch(/^- Cancelled by `@octocat`\./);
  });

  it('a note with output keeps the output in a block', () => {
    const summary = summaryOf(runRecord({ notes: ['The editable install failed:\n# error @octocat\n<b>'] }));
    expect(summary).toContain(`<summary><code>The editable install failed:</code></summary>

${FENCE}
# error @octocat
<b>
${FENCE}`);
  });

  it('says that log or tests were cut', () => {
    expect(summaryOf(runRecord({ log: { bytes: 5_000, kept: 1_000 } }))).toContain(
      'Truncated: the log keeps 1000 of 5000 bytes',
    );
    expect(summaryOf(runRecord({ truncated: true }))).toContain(
      'Truncated: not every test or line of output is kept',
    );
  });
});

describe('more failures than GitHub takes', () => {
  it('go on in the text, then are left out whole, unread, and how many is told', () => {
    let read = 0;
    const tests = Array.from({ length: 5_000 }, (_, index) => ({
      ...testReport(`tests/test_a.py::test_${index}`, index === 4_999 ? 'caused' : 'base'),
      get traceback() {
        read += 1;
        return `é${index}\n`.repeat(2_000);
      },
    }));
    const { summary, text = '' } = checkRunReport(runRecord({ counts: failed(5_000), tests }));
    expect(read).toBeLessThan(2 * MAX_ANNOTATIONS);

    expect(bytesOf(summary)).toBeLessThanOrEqual(LONGEST_TEXT);
    expect(bytesOf(text)).toBeLessThanOrEqual(LONGEST_TEXT);
    const shown = [...valuesOf(summary, 'code'), ...valuesOf(text, 'code')].length - 1;
    expect(shown).toBeGreaterThan(100);
    expect(text).toContain(`\n${5_000 - shown} more failures left out here`);
    expect(summary.indexOf('test_4999')).toBeLessThan(summary.indexOf('test_0<'));
    expect(summary).toContain('_Results are self-reported by code inside the sandbox._');
  });

  it('share the room fairly: short tracebacks stay whole, long ones keep their end', () => {
    const long = 'x'.repeat(100_000);
    const tests = [
      testReport('a.py::test_long', 'caused', { traceback: `${long}\nthe end` }),
      testReport('a.py::test_short', 'caused', { traceback: 'short and whole' }),
      testReport('a.py::test_longer', 'caused', { traceback: `${long}${long}\nthe end` }),
    ];
    const { summary, text = '' } = checkRunReport(runRecord({ counts: failed(3), tests }));
    const shown = [...valuesOf(summary, 'code'), ...valuesOf(text, 'code')].filter(
      (value) => !value.includes('docker'),
    );
    expect(shown).toContain('short and whole');
    expect(
      shown.filter((value) => /^… \(the beginning is left out\)\nx+\nthe end$/.test(value)),
    ).toHaveLength(2);
    expect(text + summary).not.toContain('left out here');
  });
});

describe('whatever tests say', () => {
  const hostile = fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 5 })), {
      maxLength: 10,
    })
    .map((parts) => parts.join(''))
    .chain((text) => fc.constantFrom(text, text, text.repeat(200)));
  const test = fc
    .record({
      nodeid: hostile,
      message: hostile,
      traceback: hostile,
      path: fc.option(hostile),
      attribution: fc.constantFrom('caused', 'base', 'flaky', 'unknown', null),
    })
    .map(({ nodeid, attribution, ...more }) => testReport(nodeid, attribution, more));
  const record = fc
    .record({
      title: hostile,
      notes: fc.array(hostile, { maxLength: 20 }),
      conflicts: fc.array(hostile, { maxLength: 40 }),
      in_flight: fc.option(hostile),
      dependencies: fc.option(hostile),
      command: fc.option(hostile),
      image: fc.option(hostile),
      slowest: fc.array(
        fc.record({ nodeid: hostile, seconds: fc.float({ min: 0, max: 9_999, noNaN: true }) }),
        { maxLength: 12 },
      ),
      tests: fc.array(test, { maxLength: 8 }),
    })
    .map((parts) => runRecord({ ...parts, counts: failed(parts.tests.length) }));

  it('nothing of it becomes a link, mention, image, element, row or open fence, and the limits hold', () => {
    fc.assert(
      fc.property(record, (hostileRecord) => {
        const { title, summary, text = '' } = checkRunReport(hostileRecord);
        expect(title).toBe(visibleLine(title));
        for (const part of [summary, text]) {
          expect(bytesOf(part)).toBeLessThanOrEqual(LONGEST_TEXT);
          expect(part.isWellFormed()).toBe(true);
          expect(activeNodes(part)).toEqual([]);
          for (const html of valuesOf(part, 'html')) {
            expect(html).toMatch(
              /^(<\/details>|<details>\n<summary>(<code>[^<>\n]+<\/code>|[\w ]+|<br>)+<\/summary>)$/,
            );
          }
          for (const plain of valuesOf(part, 'text')) expect(plain).not.toMatch(/[@#$<>&*_|[\]\\]|:\/\//);
        }
        const rows = nodesOf(parseMarkdown(summary)).filter(({ type }) => type === 'tableRow');
        expect(rows).toHaveLength(hostileRecord.tests.length + hostileRecord.counts.collected > 0 ? 2 : 0);
        expect(valuesOf(summary, 'text').at(-1)).toBe(
          'Results are self-reported by code inside the sandbox.',
        );
      }),
      { numRuns: 60 },
    );
  });
});
