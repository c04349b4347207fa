/** Intents in a real database, and what they ask for. */
import type { Job, NewJob } from '../../src/jobs/job.ts';
import type { ExpectedLanding, Intent, MergeRequest } from '../../src/merge/intent.ts';
import { IntentStore } from '../../src/merge/intents.ts';
import type { Receipt } from '../../src/merge/receipt.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';

const DAY = 24 * 3_600_000;

function mergeRequest(more: Partial<MergeRequest> = {}): MergeRequest {
  return {
    installation: 1,
    repositoryId: 7,
    repository: 'acme/shop',
    pull: 3,
    headSha: 'a'.repeat(40),
    headRef: 'feature/12',
    baseRef: 'main',
    fork: false,
    requestedBy: 'dev',
    commentId: 11,
    member: null,
    ...more,
  };
}

export const LANDING: ExpectedLanding = {
  baseSha: 'b'.repeat(40),
  tree: 'c'.repeat(40),
  plan: 'plan-1',
  title: 'Add a cart (#3)',
  message: 'Codex-Merge: 1',
  grounds: { permission: 'write', entitlement: 'no entitlements are configured', approvals: [], checks: [] },
  planTitle: '12 passed',
  planUrl: null,
  deleteBranch: false,
};

export function receiptOf({ id, request }: Intent): Receipt {
  const { repository, pull, baseRef, headRef, headSha, requestedBy } = request;
  const commit = {
    sha: 'd'.repeat(40),
    tree: LANDING.tree,
    parents: [LANDING.baseSha],
    url: 'https://example.com',
  };
  return {
    id,
    ...{ repository, pull, baseRef, headRef, headSha, requestedBy },
    title: LANDING.title,
    ...LANDING.grounds,
    plan: {
      id: LANDING.plan,
      ...{ tree: LANDING.tree, baseSha: LANDING.baseSha, title: LANDING.planTitle, url: null },
    },
    commit,
    verified: true,
    mismatches: [],
    branch: 'kept',
    askedAt: 1,
    mergedAt: 2,
  };
}

/** The job as the queue gives it to its handler. */
export function running(job: NewJob): Job {
  return { ...job, id: 'job', state: 'running', attempt: 1, createdAt: 0, cancelReason: null };
}

/** A store whose ids are `1`, `2` … and whose clock goes on by one with each look. */
export class Intents {
  readonly db: Db;
  readonly store: IntentStore;
  #now = 1_000;
  #created = 0;

  constructor(file = ':memory:') {
    this.db = openDatabase(file);
    this.store = new IntentStore(this.db);
  }

  create(more: Partial<MergeRequest> = {}): Intent {
    this.#created += 1;
    const now = this.tick();
    return this.store.create(String(this.#created), mergeRequest(more), { now, expiresAt: now + DAY });
  }

  /** What is stored of it now. */
  now({ id }: Pick<Intent, 'id'>): Intent {
    const found = this.store.get(id);
    if (!found) throw new Error(`There is no intent ${id}.`);
    return found;
  }

  /** Puts it in line, as a look does that found nothing but its turn missing. */
  line(intent: Intent, priority = 0): void {
    const decision = { action: 'wait' as const, reasons: [] };
    this.store.looked(intent.id, { decision, priority, inLine: true, expiresAt: intent.expiresAt, asked: 0 });
  }

  tick(): number {
    this.#now += 1;
    return this.#now;
  }
}
