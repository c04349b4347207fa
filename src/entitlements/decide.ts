/** The decision itself: pure, so that it can be made again from what was stored. */
import type { Capability } from './capability.ts';
import type { Evaluation } from './evaluation.ts';
import type { Standing } from './subject.ts';

export interface DecisionInput {
  readonly capability: Capability;
  readonly evaluation: Evaluation;
  readonly standing: Standing;
  /** The Stripe event that set the standing; null where none did. */
  readonly subscriptionEvent: string | null;
  /** What the operator wants where the flags give no answer. */
  readonly fallback: boolean;
}

export interface Decision {
  readonly capability: Capability;
  readonly allowed: boolean;
  readonly variant: string | null;
  /** Why, as one sentence of Codex's own words. */
  readonly reason: string;
  /** The version of the flags that decided; null: there were none. */
  readonly flagSet: string | null;
  readonly subscription: Standing;
  readonly subscriptionEvent: string | null;
}

/** Allowed only by a flag that says so or, where no flag answers, by the operator. A disabled flag is a no. */
export function decide(input: DecisionInput): Decision {
  const { capability, evaluation, standing, subscriptionEvent, fallback } = input;
  const answered = evaluation.kind === 'answer';
  const unanswered = !answered && evaluation.kind !== 'disabled';
  return {
    capability,
    allowed: answered ? evaluation.allowed : unanswered && fallback,
    variant: answered ? evaluation.variant : null,
    reason: `${flagInWords(evaluation, fallback)}; ${STANDINGS[standing]}.`,
    flagSet: evaluation.flagSet,
    subscription: standing,
    subscriptionEvent,
  };
}

/** Where the flags give no answer only `codex.plan` can be allowed, and only if the operator says so. */
export function fallbackFor(capability: Capability, planFallback: 'allow' | 'deny'): boolean {
  return capability === 'codex.plan' && planFallback === 'allow';
}

const NO_ANSWER: Readonly<Record<Exclude<Evaluation['kind'], 'answer' | 'disabled'>, string>> = {
  unknown: 'No set of flags knows it',
  unanswered: 'None of its rules matched and its flag has no default',
  error: 'Its flag could not be evaluated',
  late: 'Its flag gave no answer in time',
};

function flagInWords(evaluation: Evaluation, fallback: boolean): string {
  if (evaluation.kind === 'answer') {
    const by = evaluation.targeted ? 'by a rule of its flag' : 'to everybody by its flag';
    return `${evaluation.allowed ? 'Allowed' : 'Denied'} ${by} ("${evaluation.variant}")`;
  }
  if (evaluation.kind === 'disabled') return 'Its flag is disabled';
  return `${NO_ANSWER[evaluation.kind]}, and without an answer it is ${fallback ? 'allowed' : 'denied'}`;
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  off: 'no subscription is asked for here',
  none: 'the account has no subscription',
  trialing: 'the subscription is in its trial',
  active: 'the subscription is active',
  past_due: 'a payment is overdue, within the time of grace',
  unpaid: 'the subscription is not paid',
  paused: 'the subscription is paused',
  incomplete: 'the first payment of the subscription is not done',
  incomplete_expired: 'the first payment of the subscription was never done',
  canceled: 'the subscription is canceled',
  unknown: 'the state of the subscription is not known',
};
