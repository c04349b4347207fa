/** What reviewers say. GitHub counts only those who may write, and so does Codex. */
import type { Opinion, Snapshot } from '../snapshot.ts';
import { counted, enumerated, quoted } from '../words.ts';
import { type Finding, findingIf, type Rule } from './rule.ts';

export const changesRequested: Rule = {
  code: 'changes_requested',
  effect: 'block',
  owner: 'reviewer',
  when: 'Somebody who may write requested changes.',
  evaluate: ({ opinions }) =>
    opinions.filter(({ mayWrite, state }) => mayWrite && state === 'CHANGES_REQUESTED').map(requestOf),
};

function requestOf({ login }: Opinion): Finding {
  return {
    what: `${quoted(login)} requested changes.`,
    next: `${quoted(login)} approves, or somebody dismisses the review.`,
  };
}

export const approvalsMissing: Rule = {
  code: 'approvals_missing',
  effect: 'wait',
  owner: 'reviewer',
  when: 'It has fewer approvals than the base asks for; those of earlier commits count unless GitHub dismisses them.',
  evaluate: (snapshot) => {
    const missing = snapshot.requirements.approvals - countingApprovals(snapshot).length;
    return findingIf(missing > 0, {
      what: `${counted(missing, 'approval')} of ${snapshot.requirements.approvals} ${missing === 1 ? 'is' : 'are'} missing.${outdated(snapshot)}`,
      next: 'Somebody else who may write reviews and approves the head.',
    });
  },
};

/** The approvals that count now. */
export function countingApprovals(snapshot: Snapshot): readonly Opinion[] {
  const { pull, requirements } = snapshot;
  return approvals(snapshot).filter(
    ({ commitId }) => !requirements.dismissStale || commitId === pull.headSha,
  );
}

function approvals({ opinions, pull }: Snapshot): readonly Opinion[] {
  return opinions.filter(
    ({ login, mayWrite, state }) => mayWrite && state === 'APPROVED' && login !== pull.author,
  );
}

function outdated(snapshot: Snapshot): string {
  const counting = new Set(countingApprovals(snapshot));
  const logins = approvals(snapshot).filter((approval) => !counting.has(approval));
  return logins.length === 0
    ? ''
    : ` What ${enumerated(logins.map(({ login }) => quoted(login)))} approved is an earlier commit, which does not count here.`;
}

export const threadsUnresolved: Rule = {
  code: 'threads_unresolved',
  effect: 'block',
  owner: 'author',
  when: 'The base asks for resolved conversations, and some are not.',
  evaluate: ({ requirements, unresolvedThreads }) => {
    const open = unresolvedThreads ?? 0;
    return findingIf(requirements.threadResolution && open > 0, {
      what: `${counted(open, 'review conversation')} ${open === 1 ? 'is' : 'are'} not resolved.`,
      next: 'Resolve every conversation.',
    });
  },
};
