/** What a branch's rules demand of whoever moves it, and GitHub's words for what is missing. Pure. */
import { checksOf, type Protection } from './protections.ts';
import type { Rule } from './ruleset.ts';

interface RequiredCheck {
  readonly context: string;
  /** The App whose check it must be; null: anybody's. */
  readonly appId: number | null;
}

/** Everything that rulesets and classic protection demand of one actor for one branch, together. */
export interface Demands {
  readonly noUpdate: boolean;
  readonly noDeletion: boolean;
  readonly pullRequest: boolean;
  readonly approvals: number;
  readonly approvalsOfHead: boolean;
  readonly threadsResolved: boolean;
  readonly checks: readonly RequiredCheck[];
  readonly upToDate: boolean;
}

export interface Standing {
  /** By people who may write, their latest review that is more than a comment. */
  readonly reviews: readonly { readonly state: string; readonly ofHead: boolean }[];
  readonly openThreads: number;
  readonly contexts: readonly {
    readonly name: string;
    readonly appId: number | null;
    /** A conclusion or a status's state; null while it runs. */
    readonly result: string | null;
  }[];
  /** Whether the head has everything of its base. */
  readonly upToDate: boolean;
}

const PASSED = new Set(['success', 'neutral', 'skipped']);

export function demandsOf(
  rules: readonly Rule[],
  protection: Protection | null,
  restricted: boolean,
): Demands {
  const ofPulls = rules.flatMap((rule) => (rule.type === 'pull_request' ? [rule.parameters] : []));
  const ofChecks = rules.flatMap((rule) => (rule.type === 'required_status_checks' ? [rule.parameters] : []));
  const has = (type: Rule['type']) => rules.some((rule) => rule.type === type);
  const classic = protection?.required_pull_request_reviews ?? null;
  const checks = ofChecks.flatMap((one) => one.required_status_checks);
  return {
    noUpdate: has('update') || restricted,
    noDeletion: has('deletion') || protection !== null,
    pullRequest: ofPulls.length > 0 || classic !== null,
    approvals: Math.max(
      0,
      ...ofPulls.map((one) => one.required_approving_review_count),
      classic?.required_approving_review_count ?? 0,
    ),
    approvalsOfHead:
      ofPulls.some((one) => one.dismiss_stale_reviews_on_push) || classic?.dismiss_stale_reviews === true,
    threadsResolved:
      ofPulls.some((one) => one.required_review_thread_resolution) ||
      protection?.required_conversation_resolution === true,
    checks: [
      ...checks.map(({ context, integration_id }) => ({ context, appId: integration_id ?? null })),
      ...(protection ? checksOf(protection) : []),
    ],
    upToDate:
      ofChecks.some((one) => one.strict_required_status_checks_policy) ||
      protection?.required_status_checks?.strict === true,
  };
}

/** Why a pull request may not be merged, in GitHub's words; none: it may. */
export function mergeViolations(demands: Demands, standing: Standing): string[] {
  const violations: string[] = [];
  if (demands.noUpdate) violations.push('Cannot update this protected ref.');
  const counted = standing.reviews.filter(({ ofHead }) => ofHead || !demands.approvalsOfHead);
  const approvals = counted.filter(({ state }) => state === 'APPROVED').length;
  if (approvals < demands.approvals) {
    const needed = `${demands.approvals} approving review${demands.approvals === 1 ? ' is' : 's are'} required`;
    violations.push(`At least ${needed} by reviewers with write access.`);
  }
  if (demands.pullRequest && standing.reviews.some(({ state }) => state === 'CHANGES_REQUESTED')) {
    violations.push('Changes were requested by a reviewer with write access.');
  }
  if (demands.threadsResolved && standing.openThreads > 0) {
    violations.push('A conversation must be resolved before this pull request can be merged.');
  }
  violations.push(...demands.checks.flatMap((check) => checkViolation(check, standing)));
  if (demands.upToDate && demands.checks.length > 0 && !standing.upToDate) {
    violations.push('This branch must not be behind its base: the rules are strict.');
  }
  return violations;
}

function checkViolation({ context, appId }: RequiredCheck, { contexts }: Standing): string[] {
  const found = contexts.filter((one) => one.name === context && (appId === null || one.appId === appId));
  const told = `Required status check "${context}" is`;
  if (found.length === 0) return [`${told} expected.`];
  if (found.some(({ result }) => result === null || result === 'pending')) return [`${told} in progress.`];
  return found.every(({ result }) => PASSED.has(result ?? '')) ? [] : [`${told} failing.`];
}

/** Why a branch may not be moved by a push: GitHub's words; none: it may. */
export function pushViolations(demands: Demands, deletes: boolean): string[] {
  if (deletes) return demands.noDeletion ? ['Cannot delete this protected branch.'] : [];
  return [
    ...(demands.noUpdate ? ['Cannot update this protected ref.'] : []),
    ...(demands.pullRequest ? ['Changes must be made through a pull request.'] : []),
    ...demands.checks.map(({ context }) => `Required status check "${context}" is expected.`),
  ];
}
