import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf } from '../../../src/markdown/text.ts';
import { annotations, MAX_ANNOTATIONS } from '../../../src/plan/report/annotations.ts';
import { testReport } from '../../support/records.ts';

describe('annotations', () => {
  it('stand at the failing line, what this change caused first', () => {
    const tests = [
      testReport('tests/test_a.py::test_old', 'base'),
      testReport('tests/test_a.py::test_new', 'caused'),
    ];
    expect(annotations({ tests })).toEqual([
      {
        path: 'tests/test_a.py',
        startLine: 12,
        endLine: 12,
        level: 'failure',
        title: 'tests/test_a.py::test_new (caused by this change)',
        message: 'AssertionError: assert 3 == 4',
        rawDetails: expect.stringContaining('>       assert total([1, 2]) == 4'),
      },
      expect.objectContaining({
        level: 'warning',
        title: 'tests/test_a.py::test_old (already failing on base)',
      }),
    ]);
  });

  it('are for failures only, and for those with a place inside the repository', () => {
    const skipped = testReport('tests/test_a.py::test_a', null, { outcome: 'skipped' });
    const outside = ['/etc/passwd', '../x.py', 'a//b.py', 'a/./b.py', '', 'a\nb.py', 'a\\b.py', null];
    const tests = [skipped, ...outside.map((path) => testReport('t', null, { path }))];
    expect(annotations({ tests })).toEqual([]);
  });

  it('are cut at the stated maximum', () => {
    const tests = Array.from({ length: MAX_ANNOTATIONS + 5 }, (_, index) =>
      testReport(`a.py::test_${index}`, 'caused'),
    );
    expect(annotations({ tests })).toHaveLength(MAX_ANNOTATIONS);
  });

  it('keep to the limits of GitHub whatever a test says', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 30 })
      .chain((part) => fc.constantFrom(part, part.repeat(4_000)));
    fc.assert(
      fc.property(text, text, text, fc.option(fc.integer()), (nodeid, message, traceback, line) => {
        const [annotation] = annotations({
          tests: [testReport(nodeid, 'flaky', { path: 'a.py', message, traceback, line })],
        });
        expect(annotation?.startLine).toBeGreaterThanOrEqual(1);
        expect(annotation?.message).not.toBe('');
        expect(bytesOf(annotation?.title ?? '')).toBeLessThanOrEqual(255);
        expect(bytesOf(annotation?.message ?? '')).toBeLessThanOrEqual(65_536);
        expect(bytesOf(annotation?.rawDetails ?? '')).toBeLessThanOrEqual(65_536);
      }),
    );
  });
});
