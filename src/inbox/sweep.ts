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

export class Sweeper {
  readonly #use: SweeperOptions;
  readonly #alarm = new Alarm();
  #asked = new Set<string>();
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
    let asked = 0;
    try {
      const attempts = await this.#attemptsSince(Math.max(startedAt - KEPT_MS, this.#sweptAt - OVERLAP_MS));
      const listed = new Set(attempts.map(({ guid }) => guid));
      this.#asked = this.#asked.intersection(listed);
      const all = this.#missed(attempts);
      for (const attempt of all) if (await this.#ask(attempt)) asked += 1;
      if (asked === all.length) this.#sweptAt = startedAt;
    } catch (error) {
      this.#report(messageOf(error));
    }
    return asked;
  }

  async #ask({ id, guid }: Attempt): Promise<boolean> {
    try {
      await this.#use.deliveries.redeliver(id);
    } catch (error) {
      this.#report(messageOf(error));
      return false;
    }
    this.#asked.add(guid);
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

  #missed(attempts: readonly Attempt[]): Attempt[] {
    const { inbox } = this.#use;
    return missed(attempts, {
      has: (guid) => this.#asked.has(guid) || inbox.has('github', guid),
      since: inbox.oldest() ?? Number.POSITIVE_INFINITY,
    });
  }

  /** The same failure is reported once: missing permissions stay missing. */
  #report(failure: string): void {
    if (failure === this.#lastFailure) return;
    this.#lastFailure = failure;
    this.#use.log.warn({ error: failure }, 'could not look for missed deliveries');
  }
}
