/** What becomes of a job after each try. Pure: time and randomness are passed in, the store applies the answer. */
import { messageOf, UserError } from '../errors.ts';

/** How often a job is started before it is given up. */
export const MAX_ATTEMPTS = 5;
const BACKOFF_BASE_MS = 2_000;
const BACKOFF_CAP_MS = 300_000;
/** The longest wait that an error may ask for: GitHub's rate limits reset hourly. */
const RETRY_AFTER_CAP_MS = 3_600_000;
const ERROR_LENGTH = 2_000;

/**
 * How one try of a job ended. `stopped`: its signal was aborted, by a shutdown or a cancel.
 */
export type Outcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'stopped'; readonly error: unknown };

/** What the job becomes. `reason` is for a person, `error` for the operator. */
export type Transition =
  | { readonly to: 'done' }
  | { readonly to: 'handed back' }
  | { readonly to: 'queued'; readonly dueAt: number; readonly error: string }
  | { readonly to: 'dead'; readonly reason: string };

/**
 * Decides what follows on `outcome` of the try number `attempt` (1 = first).
 * @param now milliseconds since the epoch
 * @param random from 0 to below 1
 */
export function next(outcome: Outcome, attempt: number, now: number, random: number): Transition {
  if (outcome.kind === 'succeeded') return { to: 'done' };
  if (outcome.kind === 'stopped') return { to: 'handed back' };
  const { error } = outcome;
  if (error instanceof UserError) return { to: 'dead', reason: cut(`${error.message} ${error.next}`) };
  const message = cut(messageOf(error));
  if (attempt >= MAX_ATTEMPTS) {
    return { to: 'dead', reason: cut(`Given up after ${attempt} attempts. The last error: ${message}`) };
  }
  const delay = Math.max(backoff(attempt, random), retryAfter(error));
  return { to: 'queued', dueAt: now + delay, error: message };
}

/** What follows where nobody knows how a try ended: its process died, or its lease ended. */
export function afterExpiry(
  attempt: number,
  now: number,
): Extract<Transition, { to: 'queued' } | { to: 'dead' }> {
  const error = 'The process that ran this job ended, or stopped answering.';
  if (attempt < MAX_ATTEMPTS) return { to: 'queued', dueAt: now, error };
  return { to: 'dead', reason: `Given up after ${attempt} attempts. ${error}` };
}

/** Milliseconds until the next try: exponential with full jitter, so that what failed together spreads out. */
export function backoff(attempt: number, random: number): number {
  return Math.floor(random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1)));
}

/** The wait in milliseconds that an error asks for in `retryAfterMs`; 0 where it asks for none that makes sense. */
function retryAfter(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('retryAfterMs' in error)) return 0;
  const wait = error.retryAfterMs;
  if (typeof wait !== 'number' || !Number.isFinite(wait) || wait < 0) return 0;
  return Math.min(Math.ceil(wait), RETRY_AFTER_CAP_MS);
}

/**
 * Milliseconds until a dead job's visible end is tried again: as long as it already takes, so that the wait
 * doubles up to the cap, with half of it jitter.
 */
export function abandonBackoff(sinceDeathMs: number, random: number): number {
  const wait = Math.min(BACKOFF_CAP_MS, Math.max(BACKOFF_BASE_MS, sinceDeathMs));
  return Math.floor((wait * (1 + random)) / 2);
}

function cut(text: string): string {
  return Array.from(text).slice(0, ERROR_LENGTH).join('');
}
