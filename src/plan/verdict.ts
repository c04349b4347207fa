/**
 * The verdict of a plan. What a sandbox reports was written by the code under test, so success must be said by
 * everything at once: pytest's end of session, its exit status as its parent saw it, the container's, and counts
 * that agree. The rules stand in order of importance; the first that applies decides, and success is the last.
 */
import { cut, visibleLine } from '../markdown/text.ts';
import { countsInWords, plural } from './report/words.ts';
import type { Tally } from './tally.ts';
import { brokenConftest, couldNotRun, outOfMemory, timedOut, unfinished } from './verdict/broken.ts';
import { collectionErrors, failures, noTests } from './verdict/failures.ts';
import { pytestWords } from './verdict/pytest-words.ts';
import { remarks, statusInWords } from './verdict/remarks.ts';
import {
  countsAgree,
  endsAgree,
  type Facts,
  failure,
  type Rule,
  type SandboxExit,
  type Verdict,
  type VerdictOptions,
} from './verdict/rule.ts';

const RULES: readonly Rule[] = [
  timedOut,
  outOfMemory,
  brokenConftest,
  couldNotRun,
  unfinished,
  collectionErrors,
  failures,
  forged,
  noTests,
  unexplainedStatus,
  disagreement,
];

export function verdict(tally: Tally, exit: SandboxExit, options: VerdictOptions): Verdict {
  const facts = { ...options, tally, exit };
  const decided = withVersionsAskedFor(facts, firstOf(facts) ?? success(facts));
  return {
    ...decided,
    title: cut(visibleLine(decided.title), 250),
    notes: [...decided.notes, ...remarks(facts)],
  };
}

function firstOf(facts: Facts): Verdict | null {
  for (const rule of RULES) {
    const decided = rule(facts);
    if (decided) return decided;
  }
  return null;
}

function forged({ exit }: Facts): Verdict | null {
  return exit.forged === 0
    ? null
    : failure('The tests wrote to the channel of Codex: their success is not believed');
}

function unexplainedStatus({ tally, output }: Facts): Verdict | null {
  const { status } = tally;
  if (status === 0) return null;
  if (status === 2) return failure('The test session was interrupted (exit code 2)', ...unrun(tally));
  if (status === 6) return failure('More warnings than the project allows (exit code 6)');
  return failure(
    `pytest ended${statusInWords(status)} although no test failed`,
    'A plugin may have set the exit code, for instance a coverage threshold. The full log tells.',
    ...pytestWords(output).map((line) => `Its last words: ${line}`),
  );
}

function disagreement(facts: Facts): Verdict | null {
  const { tally, exit } = facts;
  if (tally.finished === 0) {
    return failure(
      'Nothing was run',
      `pytest ended with success, but none of its ${plural(tally.collected ?? 0, 'collected test')} ran. Does the project set \`--collect-only\` or the like?`,
    );
  }
  if (!countsAgree(tally))
    return failure(`pytest ended with success, but ${unrunWords(tally)}`, ...unrun(tally));
  if (endsAgree(tally, exit, 0)) return null;
  return failure(
    'The reports of the test session contradict each other',
    `pytest's session ended with ${tally.end?.exit_code}, its process with ${tally.status}, the sandbox with ${exit.status}.`,
  );
}

function success({ tally }: Facts): Verdict {
  return { conclusion: 'success', title: countsInWords(tally.counts), notes: [] };
}

/** Tests that pass with other packages than the project asks for prove nothing about the change. */
function withVersionsAskedFor({ mismatched }: Facts, decided: Verdict): Verdict {
  if (decided.conclusion !== 'success' || mismatched.length === 0) return decided;
  return failure(`${decided.title}, but not with the versions asked for`, ...mismatched, ...decided.notes);
}

function unrun(tally: Tally): string[] {
  return [`${tally.finished} of ${plural(tally.collected ?? 0, 'collected test')} have a result.`];
}

function unrunWords(tally: Tally): string {
  const { collected, finished } = tally;
  return collected !== null && finished < collected
    ? `only ${finished} of ${plural(collected, 'test')} ran`
    : 'its counts do not agree';
}
