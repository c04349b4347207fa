/** Whether plans may start, asked by the queue and by plans themselves: some reads of the database, no network. */
import { UserError } from '../../errors.ts';
import type { AccountStore } from '../accounts.ts';
import { standingOf } from '../subject.ts';
import type { SubscriptionOf } from '../subscription.ts';
import type { UsageLedger } from './ledger.ts';
import {
  decideStart,
  limitsOf,
  monthAfter,
  type Setting,
  type StartDecision,
  usageInWords,
} from './limits.ts';

export class UsageLimits {
  readonly #setting: Setting;
  readonly #ledger: UsageLedger;
  readonly #accounts: Pick<AccountStore, 'ofInstallation'>;
  readonly #subscriptionOf: SubscriptionOf;

  constructor(
    setting: Setting,
    use: {
      readonly ledger: UsageLedger;
      readonly accounts: Pick<AccountStore, 'ofInstallation'>;
      readonly subscriptionOf: SubscriptionOf;
    },
  ) {
    this.#setting = setting;
    this.#ledger = use.ledger;
    this.#accounts = use.accounts;
    this.#subscriptionOf = use.subscriptionOf;
  }

  /** Whether the account (GitHub's numeric id) may start one more plan at `now`. */
  mayStart(account: number, now: number): StartDecision {
    const limits = limitsOf(this.#subscriptionOf(account), this.#setting, now);
    const { usedSeconds, running } = this.#at(account, limits.since);
    return decideStart(limits, usedSeconds, running);
  }

  /**
   * For the queue: false keeps an installation's plans waiting until another one of its account ends. Used up
   * minutes do not: such a plan starts, and ends at once with an explanation.
   */
  mayClaim(installation: number, now: number): boolean {
    const account = this.#accounts.ofInstallation(installation);
    if (account === null) return true;
    const decision = this.mayStart(account, now);
    return decision.may || decision.because !== 'concurrency';
  }

  /** For a plan before its first container: throws `UserError` where its account has no minutes left. */
  requireMinutes(installation: number, now: number): void {
    const account = this.#accounts.ofInstallation(installation);
    if (account === null) return;
    const decision = this.mayStart(account, now);
    if (decision.may || decision.because !== 'minutes') return;
    const isOverdue = standingOf(this.#subscriptionOf(account), now) === 'past_due';
    throw new UserError(
      `The ${decision.limit} sandbox minutes that this month's plan includes are used up.`,
      isOverdue
        ? 'A payment is overdue: there are new ones once it is made.'
        : `The next month begins on ${dayOf(monthAfter(now))} (UTC); a larger plan works at once.`,
    );
  }

  /** For the living comment: minutes used, in words; null where the account is not known. */
  inWords(installation: number, now: number): string | null {
    const account = this.#accounts.ofInstallation(installation);
    if (account === null) return null;
    const limits = limitsOf(this.#subscriptionOf(account), this.#setting, now);
    return usageInWords(this.#at(account, limits.since).usedSeconds, limits);
  }

  #at(account: number, since: number): { usedSeconds: number; running: number } {
    return { usedSeconds: this.#ledger.usedSeconds(account, since), running: this.#ledger.running(account) };
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
