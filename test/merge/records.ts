/** Intents and receipts, whole where only a part of them matters. */
import type { Intent } from '../../src/merge/intent.ts';
import type { Receipt } from '../../src/merge/receipt.ts';
import { BASE, HEAD, OTHER, snapshot } from './snapshots.ts';

export const TREE = 'd'.repeat(40);
const { request, expiresAt, now } = snapshot();

export function receipt(changes: Partial<Receipt> = {}): Receipt {
  return {
    id: 'intent-1',
    repository: 'acme/bot',
    pull: 7,
    title: 'Orders are kept',
    baseRef: 'main',
    headRef: 'feature/ABC-7',
    headSha: HEAD,
    requestedBy: 'ada',
    permission: 'write',
    entitlement: 'no entitlements are configured',
    approvals: [{ login: 'grace', commitId: HEAD }],
    checks: [{ name: 'build', conclusion: 'success', url: 'https://ci.test/1' }],
    plan: { id: 'plan-1', tree: TREE, baseSha: BASE, title: '12 passed', url: null },
    commit: { sha: OTHER, tree: TREE, parents: [BASE], url: 'https://github.test/acme/bot/commit/c' },
    verified: true,
    mismatches: [],
    branch: 'deleted',
    askedAt: now,
    mergedAt: now,
    ...changes,
  };
}

/** One that waits, and was not looked at yet. */
export function intent(changes: Partial<Intent> = {}): Intent {
  return {
    id: 'intent-1',
    request,
    state: 'waiting',
    priority: 0,
    inLine: false,
    evaluations: 0,
    plans: 0,
    calls: 0,
    asked: 0,
    refusal: null,
    decision: null,
    expected: null,
    mergedSha: null,
    receipt: null,
    reason: null,
    checkRunId: null,
    createdAt: now,
    expiresAt,
    mergingAt: null,
    finishedAt: null,
    reportedAt: null,
    ...changes,
  };
}
