/** Sessions that did not come to a regular end. */
import { posix } from 'node:path';
import { pytestWords } from './pytest-words.ts';
import { statusInWords, whileRunning } from './remarks.ts';
import { type Facts, failure, type Verdict } from './rule.ts';

export function timedOut({ exit, tally, limits }: Facts): Verdict | null {
  if (!exit.timedOut) return null;
  return {
    conclusion: 'timed_out',
    title: `Timed out after ${limits.timeoutSeconds} s${whileRunning(tally)}`,
    notes: [
      'The limit is `plan.limits.timeout_seconds` in `.github/codex.yml`. Results up to then are kept.',
    ],
  };
}

export function outOfMemory({ exit, tally, limits }: Facts): Verdict | null {
  if (!exit.oomKilled) return null;
  return failure(
    `Out of memory (${limits.memoryMb} MB)${whileRunning(tally)}`,
    'The kernel killed a process of the sandbox for its memory. Files in `/tmp` and in the work tree count as memory. The limit is `plan.limits.memory_mb` in `.github/codex.yml`.',
  );
}

/** A conftest that raises ends pytest with 4, or as what it raises says: `sys.exit(0)`, `pytest.skip()`. */
export function brokenConftest({ tally }: Facts): Verdict | null {
  const [raised] = tally.tests;
  if (tally.status === null || tally.end || !raised || posix.basename(raised.nodeid) !== 'conftest.py')
    return null;
  const what = raised.message.split('\n', 1).join('') || 'an error';
  return failure(`pytest could not start: ${raised.nodeid} raises ${what}${statusInWords(tally.status)}`);
}

/** pytest 3: internal error. pytest 4: usage error. */
export function couldNotRun({ tally, output }: Facts): Verdict | null {
  if (tally.status !== 3 && tally.status !== 4) return null;
  if (tally.end?.exit_code === 0) return null; // Not pytest's own, but of something after it.
  const what = tally.status === 3 ? 'pytest failed with an internal error' : 'pytest could not start';
  const words = pytestWords(output || tally.notes.join('\n'));
  const why = words.length > 0 ? `: ${words.at(-1)}` : '';
  return failure(`${what} (exit code ${tally.status})${why}`, ...words.map((line) => `pytest said: ${line}`));
}

export function unfinished({ exit, tally, output }: Facts): Verdict | null {
  if (tally.status !== null && tally.end) return null;
  const ended = statusInWords(tally.status ?? exit.status) + whileRunning(tally);
  const words = pytestWords(output).map((line) => `Its last words: ${line}`);
  if (tally.end) return failure(`The sandbox did not report how pytest ended${ended}`, ...words);
  if (tally.status === null) return failure(`The sandbox ended before pytest did${ended}`, ...words);
  return failure(
    `The test process ended without finishing its session${ended}`,
    'Something ended the process from inside (`os._exit`, a crash, a signal). An exit code alone is not believed.',
    ...words,
  );
}
