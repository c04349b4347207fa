/** `codexctl why`: what was decided about a person, why, and whether the flags of then still decide the same. */
import { isDeepStrictEqual } from 'node:util';
import { capabilityText } from '../entitlements/capability.ts';
import type { Decision } from '../entitlements/decide.ts';
import { DecisionStore, type StoredDecision } from '../entitlements/decisions.ts';
import { FlagSetStore } from '../entitlements/flags/store.ts';
import { UserError } from '../errors.ts';
import type { Db } from '../store/database.ts';
import { openData } from './data.ts';
import { printLines } from './output.ts';

export interface WhyOptions {
  /** A login. */
  readonly user: string;
  /** `owner/name`. */
  readonly repo: string;
  readonly capability: string;
  /** A time as JavaScript reads it, such as `2026-11-21T13:00Z`; absent: now. */
  readonly at?: string;
  /** The id of one decision, in place of the latest. */
  readonly decision?: string;
}

/** Prints a decision and makes it again. Throws `UserError` where there is none, or an option is no good. */
export async function explain(options: WhyOptions): Promise<void> {
  using data = openData();
  const stored = find(data.db, options);
  const content = contentFor(data.db, stored);
  // Here, because flagd and gRPC take as long to load as all the rest of codexctl.
  const { replay } = await import('../entitlements/replay.ts');
  printLines([...described(stored), compared(stored.decision, await replay(stored, content))]);
}

function find(db: Db, options: WhyOptions): StoredDecision {
  const decisions = new DecisionStore(db);
  const capability = capabilityText.safeParse(options.capability);
  if (!capability.success) {
    throw new UserError('A capability is named like `codex.pr`.', 'Give one with --capability.');
  }
  const key = { user: options.user, repository: options.repo, capability: capability.data };
  const found =
    options.decision === undefined
      ? decisions.latest(key, timeOf(options.at))
      : decisions.find(key, options.decision);
  if (!found) {
    throw new UserError(
      'No such decision is stored.',
      'Nobody asked by then, or it is older than the time that decisions are kept.',
    );
  }
  return found;
}

function timeOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UserError('--at is not a time.', 'Write it like 2026-11-21T13:00Z.');
  return time;
}

function contentFor(db: Db, { decision }: StoredDecision): string | null {
  return decision.flagSet === null ? null : new FlagSetStore(db).contentOf(decision.flagSet);
}

function described({ id, decision, context, times, firstAt, lastAt }: StoredDecision): string[] {
  const when = times === 1 ? instant(firstAt) : `${times} times, ${instant(firstAt)} to ${instant(lastAt)}`;
  return [
    `${decision.capability} for ${context.user} in ${context.repository}: ${decision.allowed ? 'allowed' : 'denied'}`,
    `  why           ${decision.reason}`,
    `  decision      ${id}, ${when}`,
    `  flags         ${decision.flagSet ?? 'none'}, variant ${decision.variant ?? 'none'}`,
    `  subscription  ${decision.subscription}, set by ${decision.subscriptionEvent ?? 'no event'}`,
    `  asked with    ${JSON.stringify(context)}`,
  ];
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

function compared(then: Decision, again: Decision): string {
  if (isDeepStrictEqual(then, again)) return '  replayed      the same, by the flags of then';
  return `  replayed      ${again.allowed ? 'allowed' : 'denied'} this time: ${again.reason} A rule that asks for the time, or an evaluation that failed then, gives another answer now.`;
}
