/** Sessions in which something did not pass, or nothing was there to pass. */
import { type Attribution, failuresOf } from '../record.ts';
import { attributionsInWords, plural } from '../report/words.ts';
import { missingModules } from './missing-modules.ts';
import { countsAgree, endsAgree, type Facts, failure, type Verdict } from './rule.ts';

/** By default pytest runs no test where a file could not be collected. */
export function collectionErrors({ tally, output }: Facts): Verdict | null {
  if (tally.collectErrors === 0 || tally.finished > 0) return null;
  const [first] = tally.tests;
  const where = tally.collectErrors === 1 && first ? ` in ${first.nodeid}` : '';
  const modules = missingModules(tally.tests, output);
  const why = modules.length > 0 ? ` (not installed: ${modules.join(', ')})` : '';
  return failure(`${plural(tally.collectErrors, 'error')} during collection${where}${why}: no test was run`);
}

export function failures(facts: Facts): Verdict | null {
  const { tally, exit } = facts;
  const { counts, collectErrors } = tally;
  const failed = counts.failed + counts.errors;
  if (failed === 0) return null;
  const attributions = failuresOf(tally).map(({ nodeid }) => facts.attributions.get(nodeid) ?? 'unknown');
  const uncounted =
    attributions.length === failed && attributions.every((of) => of === 'base' || of === 'flaky');
  if (facts.failOn === 'new' && uncounted && endsAgree(tally, exit, 1) && countsAgree(tally)) {
    return {
      conclusion: 'success',
      title: `${counts.passed} passed, ${plural(failed, 'failure')} not counted: ${attributionsInWords(attributions)}`,
      notes: ['`plan.fail_on` is `new`: failures that base has too, and flaky ones, do not count.'],
    };
  }
  const total = Math.max(tally.finished + collectErrors, failed);
  return failure(titleOf(failed, total, facts.attributions.size > 0 ? attributions : []));
}

/** First of all: whether it was this change. `attributions` may be those of some failures only. */
function titleOf(failed: number, total: number, attributions: readonly Attribution[]): string {
  const all = `${failed} of ${plural(total, 'test')} failed`;
  if (attributions.length === 0) return all;
  if (attributions.length < failed) return `${all}: ${attributionsInWords(attributions)}`;
  const others = attributions.filter((of) => of !== 'caused');
  const caused = attributions.length - others.length;
  if (caused > 0) {
    const besides = others.length === 0 ? '' : `; ${attributionsInWords(others)}`;
    return `${caused} of ${plural(total, 'test')} ${caused === 1 ? 'fails' : 'fail'} because of this change${besides}`;
  }
  const none = others.includes('unknown') ? '' : ', none because of this change';
  return `${all}${none}: ${attributionsInWords(others)}`;
}

/** Neutral passes a required check, so a change that makes all tests of base disappear is a failure. */
export function noTests({ tally, exit, baseCollected }: Facts): Verdict | null {
  if (tally.collected !== 0 || tally.finished > 0) return null;
  if (!endsAgree(tally, exit, 5) && !endsAgree(tally, exit, 0)) return null;
  const guidance =
    'pytest looks for functions named `test_*` in files named `test_*.py` or `*_test.py`. Paths, `-k` and `-m` of the command, and `testpaths` of the project, narrow what is looked at.';
  if (baseCollected) return failure(`No tests were found; base has ${baseCollected}`, guidance);
  const [skipped] = tally.tests;
  const notes = skipped
    ? [
        `${plural(tally.counts.skipped, 'file')} skipped as a whole, first ${skipped.nodeid}: ${skipped.message}`,
      ]
    : [guidance];
  return { conclusion: 'neutral', title: 'No tests were found', notes };
}
