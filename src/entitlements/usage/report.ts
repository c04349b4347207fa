/**
 * The outbox to Stripe's meter: each run exactly once. The event's identifier is the run's id, which Stripe takes
 * once in 24 hours; so what may have arrived is sent again within that time only, and after it an operator decides.
 */
import Stripe from 'stripe';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Owed, UsageLedger } from './ledger.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** Within the time that Stripe knows an identifier again, with an hour for clocks that differ. */
const REPEATABLE = 23 * HOUR;
/** Stripe takes events of the last 35 days. */
const TAKEN = 34 * DAY;
/** Runs of one round: the next one comes within a minute. */
const AT_ONCE = 1_000;

/** `refused`: by Stripe, this one. `failed`: Stripe cannot be reached, or takes none. */
export type ReportResult = 'reported' | 'given up' | 'refused' | 'failed';

/** The statuses of answers that the next run would get, too: the key, its permissions, the rate. */
const CONCERNS_ALL = [401, 403, 429];

export interface ReportDependencies {
  readonly ledger: UsageLedger;
  readonly send: (owed: Owed) => Promise<void>;
  readonly onResult: (result: ReportResult) => void;
  readonly log: Log;
  readonly now: () => number;
}

/** Reports what is owed, oldest first; where Stripe cannot be reached, the round ends. Never rejects for Stripe's sake. */
export async function reportUsage(deps: ReportDependencies, signal: AbortSignal): Promise<void> {
  for (const owed of deps.ledger.outbox(AT_ONCE)) {
    if (signal.aborted) return;
    const result = await report(owed, deps);
    deps.onResult(result);
    if (result === 'failed') return;
  }
}

/** Why a run can no longer be reported without a doubt; null where it can. */
function impediment({ finishedAt, sentAt }: Owed, now: number): string | null {
  if (now - finishedAt > TAKEN) return 'it is older than Stripe takes';
  if (sentAt !== null && now - sentAt > REPEATABLE) return 'whether Stripe has it is not known';
  return null;
}

async function report(owed: Owed, { ledger, send, log, now }: ReportDependencies): Promise<ReportResult> {
  const { run, customer, seconds } = owed;
  const reason = impediment(owed, now());
  if (reason !== null) {
    ledger.giveUp(run, reason);
    log.error({ run, reason }, 'the usage of a run is not reported to Stripe');
    return 'given up';
  }
  ledger.sending(run, now());
  try {
    await send(owed);
  } catch (error) {
    if (!isKnown(error)) return failure(error, owed, { ledger, log });
  }
  ledger.reported(run, now());
  log.info({ run, customer, seconds }, 'the usage of a run was reported to Stripe');
  return 'reported';
}

function failure(
  error: unknown,
  owed: Owed,
  { ledger, log }: Pick<ReportDependencies, 'ledger' | 'log'>,
): ReportResult {
  const { run, sentAt } = owed;
  const status = error instanceof Stripe.errors.StripeError ? error.statusCode : undefined;
  const refused = status !== undefined && status >= 400 && status < 500;
  // Stripe answered, and did not take it; an earlier try without an answer may still have reached it.
  if (refused && sentAt === null) ledger.notSent(run);
  log.warn(
    { run, status, error: messageOf(error) },
    'usage could not be reported to Stripe; it is tried again',
  );
  return refused && !CONCERNS_ALL.includes(status) ? 'refused' : 'failed';
}

/** Sends one run to the meter `event`. */
export function meterSender(stripe: Stripe, event: string): (owed: Owed) => Promise<void> {
  return async ({ run, customer, seconds, finishedAt }) => {
    await stripe.billing.meterEvents.create({
      event_name: event,
      identifier: run,
      timestamp: Math.floor(finishedAt / 1000),
      payload: { stripe_customer_id: customer, value: String(Math.ceil(seconds)) },
    });
  };
}

/** Stripe has an event with this identifier already. */
function isKnown(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    /already exists.*identifier/i.test(error.message)
  );
}
