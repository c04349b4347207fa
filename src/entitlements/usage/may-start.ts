/** Whether plans may start, asked by the queue and by plans themselves: some reads of the database, no network. */
import { UserError } from '../../errors.ts';
import type { AccountStore } from '../accounts.ts';
import { standingOf } from '../subject.ts';
import type { SubscriptionOf } from '../subscription.ts';
import type { UsageLedger } from './ledger.ts';
import { decideStart, limitsOf, monthAfter, type Setting, usageInWords } from './limits.ts';

interface LimitsSources {
  readonly ledger: UsageLedger;
  readonly accounts: Pick<AccountStore, 'ofInstallation'>;
  readonly subscriptionOf: SubscriptionOf;
}

export class UsageLimits {
  readonly #setting: Setting;
  readonly #use: LimitsSources;

  constructor(setting: Setting, sources: LimitsSources) {
    this.#setting = setting;
    this.#use = sources;
  }

  /**
   * For the queue: false keeps an installation's plans waiting until another one of its account ends. Used up
   * minutes do not: such a plan starts, and ends at once with an explanation.
   */
  mayClaim(installation: number, now: number): boolean {
    const decision = this.#at(installation, now)?.decision;
    return !decision || decision.may || decision.because !== 'concurrency';
  }

  /** For a plan before its first container: throws `UserError` where its account has no minutes left. */
  requireMinutes(installation: number, now: number): void {
    const at = this.#at(installation, now);
    if (!at || at.decision.may || at.decision.because !== 'minutes') return;
    throw new UserError(
      `The ${at.decision.limit} sandbox minutes that this month's plan includes are used up.`,
      standingOf(at.facts, now) === 'past_due'
        ? 'A payment is overdue: there are new ones once it is made.'
        : `The next month begins on ${dayOf(monthAfter(now))} (UTC); a larger plan works at once.`,
    );
  }

  /** For the living comment: minutes used, in words; null where the account is not known. */
  inWords(installation: number, now: number): string | null {
    const at = this.#at(installation, now);
    return at && usageInWords(at.usedSeconds, at.limits);
  }

  /** Null where the account of the installation is not known. */
  #at(installation: number, now: number) {
    const { ledger, accounts, subscriptionOf } = this.#use;
    const account = accounts.ofInstallation(installation);
    if (account === null) return null;
    const facts = subscriptionOf(account, now);
    const limits = limitsOf(facts, this.#setting, now);
    const usedSeconds = ledger.usedSeconds(account, limits.since);
    const decision = decideStart(limits, usedSeconds, ledger.running(account));
    return { facts, limits, usedSeconds, decision };
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
