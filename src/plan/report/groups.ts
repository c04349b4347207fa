import { type Attribution, failuresOf, type RunRecord, type TestReport } from '../record.ts';

export interface FailureGroup {
  readonly attribution: Attribution;
  readonly title: string;
  readonly tests: readonly TestReport[];
}

/** In order of importance to whoever wrote the change. */
const TITLES: Readonly<Record<Attribution, string>> = {
  caused: 'Caused by this change',
  unknown: 'Of unknown cause',
  base: 'Already failing on base',
  flaky: 'Flaky: passed when run again',
};
const ORDER = ['caused', 'unknown', 'base', 'flaky'] as const;

/** The failures of a run by attribution, this change's own first; groups without failures are left out. */
export function failureGroups(record: Pick<RunRecord, 'tests'>): FailureGroup[] {
  const failed = failuresOf(record);
  return ORDER.map((attribution) => ({
    attribution,
    title: TITLES[attribution],
    tests: failed.filter((test) => (test.attribution ?? 'unknown') === attribution),
  })).filter(({ tests }) => tests.length > 0);
}
