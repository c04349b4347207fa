import { v7 } from 'uuid';
import type { UserError } from '../errors.ts';
import type { Capability } from './capability.ts';
import { type Decision, decide, fallbackFor } from './decide.ts';
import type { DecisionStore } from './decisions.ts';
import type { Flags } from './flags/flags.ts';
import { refusal } from './refusal.ts';
import { contextOf, ownerOf, type Subject, standingOf } from './subject.ts';
import { NO_SUBSCRIPTION, type SubscriptionOf } from './subscription.ts';

/** Where accounts subscribe. */
export interface Billing {
  readonly subscriptionOf: SubscriptionOf;
  /** Lookup keys of what is sold. */
  readonly plans: readonly string[];
  /** A link for the account of `subject`. */
  readonly subscribeLink: (subject: Subject) => string;
}

export interface EntitlementsOptions {
  readonly flags: Flags;
  readonly decisions: DecisionStore;
  /** Null where this Codex has no Stripe. */
  readonly billing: Billing | null;
  /** What `codex.plan` is where the flags give no answer; null: denied with Stripe, allowed without. */
  readonly planFallback: 'allow' | 'deny' | null;
  readonly now: () => number;
  readonly onDecision: (decision: Decision) => void;
}

/** A decision as it was stored. */
export interface MadeDecision extends Decision {
  readonly id: string;
}

/** Who may: asks the flags, with what Stripe said last, and stores what came of it. No request leaves for Stripe. */
export class Entitlements {
  readonly #options: EntitlementsOptions;

  constructor(options: EntitlementsOptions) {
    this.#options = options;
  }

  /** Whether `subject` has `capability` now. Stored before it is answered; throws where it cannot be stored. */
  async decide(capability: Capability, subject: Subject): Promise<MadeDecision> {
    const { flags, decisions, billing, planFallback, now, onDecision } = this.#options;
    const at = now();
    const facts = billing?.subscriptionOf(subject.accountId, at) ?? null;
    const context = contextOf(subject, facts, capability, at);
    const evaluation = await flags.evaluate(capability, context);
    const fallback = fallbackFor(capability, planFallback ?? (billing ? 'deny' : 'allow'));
    const decision = decide({
      capability,
      evaluation,
      standing: standingOf(facts, at),
      subscriptionEvent: facts?.eventId ?? null,
      fallback,
    });
    const id = decisions.record(v7(), { decision, context, evaluation, fallback }, at);
    onDecision(decision);
    return { id, ...decision };
  }

  /**
   * What the person is told of a decision that denies: which capability, why, and what to do. Nobody is sent to pay for
   * what would stay denied.
   */
  async refusal(decision: Decision, subject: Subject): Promise<UserError> {
    const { billing } = this.#options;
    if (!billing || !(await this.#canBeBought(decision.capability, subject, billing))) {
      return refusal(decision, null);
    }
    return refusal(decision, { owner: ownerOf(subject), link: billing.subscribeLink(subject) });
  }

  /** Whether the flags allow it to `subject` with some plan that is paid for. */
  async #canBeBought(capability: Capability, subject: Subject, { plans }: Billing): Promise<boolean> {
    const { flags, now } = this.#options;
    const entitlements = [capability];
    const evaluations = plans.map((plan) => {
      const facts = { ...NO_SUBSCRIPTION, status: 'active' as const, plan, entitlements };
      return flags.evaluate(capability, contextOf(subject, facts, capability, now()));
    });
    return (await Promise.all(evaluations)).some((said) => said.kind === 'answer' && said.allowed);
  }

  /** The flags are no longer followed. */
  async close(): Promise<void> {
    await this.#options.flags.close();
  }
}
