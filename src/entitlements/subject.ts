import { z } from 'zod';
import type { Capability } from './capability.ts';
import { SUBSCRIPTION_STATUSES, type SubscriptionFacts } from './subscription.ts';

/** Who asks for a capability, and where. */
export interface Subject {
  /** The person's login. */
  readonly user: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The numeric id of the account that owns the repository: the one that pays. */
  readonly accountId: number;
  readonly installation: number;
  /** Whether the person belongs to the owner: is it, or is a member of the organization; null: not known. */
  readonly member: boolean | null;
}

/**
 * Where an account stands. Stripe's words, but for these: `off` where this Codex has no Stripe, and `unpaid` for a
 * `past_due` subscription whose grace is over.
 */
export const standing = z.enum(['off', ...SUBSCRIPTION_STATUSES]);
export type Standing = z.infer<typeof standing>;

/**
 * What targeting rules may ask for. Only text and numbers: whatever a name looks like, to the rules it is a value, for
 * only the flags' own text is ever read as rules.
 */
export const subjectContext = z.object({
  targetingKey: z.string(),
  user: z.string(),
  repository: z.string(),
  owner: z.string(),
  account_id: z.number(),
  installation: z.number(),
  /** The plan that is paid for; empty without one. */
  plan: z.string(),
  subscription: standing,
  /** Whether the capability is among the entitlements that Stripe lists; `unlisted`: it lists none of Codex's. */
  entitled: z.enum(['yes', 'no', 'unlisted']),
  member: z.enum(['yes', 'no', 'unknown']),
});
export type SubjectContext = z.infer<typeof subjectContext>;

/** The account's standing at `now`. `facts` is null where this Codex has no Stripe. */
export function standingOf(facts: SubscriptionFacts | null, now: number): Standing {
  if (facts === null) return 'off';
  const overdue = facts.status === 'past_due' && (facts.graceUntil === null || facts.graceUntil <= now);
  return overdue ? 'unpaid' : facts.status;
}

/** The login of the account that owns the repository. */
export function ownerOf({ repository }: Subject): string {
  return repository.split('/')[0] ?? '';
}

/** What the flags are asked with. */
export function contextOf(
  subject: Subject,
  facts: SubscriptionFacts | null,
  capability: Capability,
  now: number,
): SubjectContext {
  const { user, repository, accountId, installation, member } = subject;
  return {
    targetingKey: user,
    user,
    repository,
    owner: ownerOf(subject),
    account_id: accountId,
    installation,
    plan: facts?.plan ?? '',
    subscription: standingOf(facts, now),
    entitled: entitledTo(capability, facts?.entitlements ?? []),
    member: member === null ? 'unknown' : member ? 'yes' : 'no',
  };
}

function entitledTo(capability: Capability, entitlements: readonly string[]): SubjectContext['entitled'] {
  if (entitlements.includes(capability)) return 'yes';
  return entitlements.some((key) => key.startsWith('codex.')) ? 'no' : 'unlisted';
}
