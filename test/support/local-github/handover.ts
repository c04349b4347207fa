/**
 * Emulate answers a request first and hands the event over a moment later, by a request of its own. Undici, which is
 * Node's fetch, tells of each request it makes: so we know which events are still to come, without waiting in vain.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { z } from 'zod';

const CREATED = 'undici:request:create';
const FAILED = 'undici:request:error';
const message = z.object({ request: z.object({ origin: z.coerce.string(), path: z.string() }) });

export class Handover {
  readonly #origin: string;
  readonly #path: string;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(origin: string, path: string) {
    this.#origin = origin;
    this.#path = path;
    subscribe(CREATED, this.#created);
    subscribe(FAILED, this.#failed);
  }

  /** An event that emulate handed over is dealt with. */
  arrived(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when nothing is on its way from emulate to us. */
  settled(): Promise<void> {
    return this.#underWay === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    unsubscribe(CREATED, this.#created);
    unsubscribe(FAILED, this.#failed);
  }

  readonly #created = (told: unknown) => {
    if (this.#isOurs(told)) this.#underWay += 1;
  };

  readonly #failed = (told: unknown) => {
    if (this.#isOurs(told)) this.arrived();
  };

  #isOurs(told: unknown): boolean {
    const { request } = message.parse(told);
    return request.origin === this.#origin && request.path === this.#path;
  }
}
