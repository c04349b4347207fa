/**
 * Asks GitHub to send again what did not arrive: GitHub gives up after one attempt, and keeps what it sent for
 * three days. So nothing is lost while Codex is down.
 */
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { Alarm } from './alarm.ts';
import { type Attempt, missed } from './missed.ts';

const KEPT_MS = 3 * 24 * 60 * 60 * 1000;
const INTERVAL_MS = 10 * 60 * 1000;
/** A delivery is asked for so often at most: by the next sweep, then each time after four times as long. */
const MAX_ASKED = 4;
/** Looked at again by the next sweep: attempts are listed some time after they were made. */
const OVERLAP_MS = 60 * 60 * 1000;
/** Of a hundred attempts each. */
const MAX_PAGES = 50;

/** The provider's own list of what it sent. */
interface DeliveryList {
  /** One page, newest first; `next` is null at the end. */
  list(
    cursor: string | null,
  ): Promise<{ readonly attempts: readonly Attempt[]; readonly next: string | null }>;
  redeliver(id: string): Promise<void>;
}

export interface SweeperOptions {
  readonly deliveries: DeliveryList;
  readonly inbox: {
    has(provider: 'github', delivery: string): boolean;
    /** When the oldest stored delivery came; null when there is none. */
    oldest(): number | null;
  };
  /** Called for each delivery that is asked for. */
  readonly onAsked: () => void;
  readonly log: Log;
  readonly now: () => number;
}

/** A delivery that was not stored when it was last looked at. */
interface Missing {
  readonly attempt: Attempt;
  /** How often GitHub took it on to send it again. */
  asked: number;
  /** When it is asked for next, in milliseconds. */
  dueAt: number;
}

export class Sweeper {
  readonly #use: SweeperOptions;
  readonly #alarm = new Alarm();
  /** By their guids. */
  readonly #missing = new Map<string, Missing>();
  #sweptAt = Number.NEGATIVE_INFINITY;
  #lastFailure = '';
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(options: SweeperOptions) {
    this.#use = options;
  }

  /** Sweeps now and then every ten minutes. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves once a sweep that runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm.ring();
    await this.#running;
  }

  /** Looks once and resolves to how many deliveries were asked for. Never rejects. */
  async sweep(): Promise<number> {
    const startedAt = this.#use.now();
    try {
      await this.#look(startedAt);
      return await this.#askForDue(startedAt);
    } catch (error) {
      this.#report(messageOf(error));
      return 0;
    }
  }

  /** Brings what is known to be missing up to date. */
  async #look(now: number): Promise<void> {
    const { inbox } = this.#use;
    const attempts = await this.#attemptsSince(Math.max(now - KEPT_MS, this.#sweptAt - OVERLAP_MS));
    this.#sweptAt = now;
    for (const [guid, { attempt }] of this.#missing) {
      if (inbox.has('github', guid) || attempt.deliveredAt < now - KEPT_MS) this.#missing.delete(guid);
    }
    const found = missed(attempts, {
      has: (guid) => this.#missing.has(guid) || inbox.has('github', guid),
      since: inbox.oldest() ?? Number.POSITIVE_INFINITY,
    });
    for (const attempt of found) this.#missing.set(attempt.guid, { attempt, asked: 0, dueAt: now });
  }

  async #askForDue(now: number): Promise<number> {
    let asked = 0;
    for (const missing of this.#missing.values()) {
      if (this.#stopped || missing.asked === MAX_ASKED || missing.dueAt > now) continue;
      if (!(await this.#ask(missing.attempt))) continue;
      missing.dueAt = now + INTERVAL_MS * 4 ** missing.asked;
      missing.asked += 1;
      asked += 1;
    }
    return asked;
  }

  /** False where GitHub did not take it on: the next sweep asks again. */
  async #ask({ id, guid }: Attempt): Promise<boolean> {
    try {
      await this.#use.deliveries.redeliver(id);
    } catch (error) {
      this.#report(messageOf(error));
      return false;
    }
    this.#use.onAsked();
    this.#use.log.info({ delivery: guid }, 'asked GitHub to send a missed delivery again');
    return true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.sweep();
      await this.#alarm.wait(INTERVAL_MS);
    }
  }

  async #attemptsSince(since: number): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES && !this.#stopped; page++) {
      const { attempts: found, next } = await this.#use.deliveries.list(cursor);
      attempts.push(...found.filter(({ deliveredAt }) => deliveredAt >= since));
      cursor = next;
      if (next === null || found.some(({ deliveredAt }) => deliveredAt < since)) return attempts;
    }
    if (!this.#stopped) this.#report(`more than ${MAX_PAGES} pages of deliveries; the oldest are left out`);
    return attempts;
  }

  /** The same failure is reported once: missing permissions stay missing. */
  #report(failure: string): void {
    if (failure === this.#lastFailure) return;
    this.#lastFailure = failure;
    this.#use.log.warn({ error: failure }, 'could not look for missed deliveries');
  }
}
