/**
 * Every webhook, committed before it is answered. One delivery costs little beside the fsync of its commit, and
 * both would hold up the event loop: so a thread of its own commits everything that arrived while its last
 * commit ran, in one transaction with synchronous=FULL.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Delivery, Stored } from './store.ts';

/** Main thread → writer. `null` closes it. */
export type WriterMessage = Batch | null;
export interface Batch {
  readonly rows: readonly (Omit<Delivery, 'body'> & { readonly length: number })[];
  /** All bodies, one after another. */
  readonly bodies: Uint8Array<ArrayBuffer>;
}

/** Writer → main thread, after a commit: for each row of the oldest batches, in order, whether it is new. */
export type Committed =
  | { readonly rows: number; readonly isNew: readonly boolean[] }
  | { readonly rows: number; readonly failure: string };

/** The writer starts on this many deliveries at once while the turn of the event loop still gathers others. */
const BATCH = 8;

interface Waiting {
  readonly delivery: Delivery;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: Error) => void;
}

export class InboxWriter {
  readonly #thread: Worker;
  /** Not handed to the thread yet. */
  #gathered: Waiting[] = [];
  /** Handed to the thread and not committed, oldest first. */
  #sent: Waiting[] = [];
  #exclusive: (() => void) | null = null;
  #onStored: () => void = () => {};

  /** `file` is a database that `openDatabase` has brought to the newest schema. */
  constructor(file: string) {
    this.#thread = new Worker(new URL('./writer-thread.ts', import.meta.url), { workerData: file });
    this.#thread.on('message', (committed: Committed) => this.#settle(committed));
    this.#thread.on('error', (error) => {
      for (const { reject } of [...this.#sent, ...this.#gathered]) reject(error);
      throw new Error('The thread that stores webhooks died.', { cause: error });
    });
  }

  /** Calls `listener` after each commit. */
  onStored(listener: () => void): void {
    this.#onStored = listener;
  }

  /** Whether deliveries wait for their commit. */
  get busy(): boolean {
    return this.#sent.length + this.#gathered.length > 0;
  }

  /** Resolves once the delivery is on the disk; rejects, with nothing of it stored, when the commit failed. */
  put(delivery: Delivery): Promise<Stored> {
    return new Promise((resolve, reject) => {
      const gathered = this.#gathered.push({ delivery, resolve, reject });
      if (gathered === 1) setImmediate(() => this.#send());
      else if (gathered === BATCH) this.#send();
    });
  }

  /**
   * Runs `act`, which writes to the same database, while the thread does not: SQLite has one writer, and the
   * event loop must not sleep until it is its turn. One call at a time.
   */
  exclusive(act: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#exclusive = () => {
        this.#exclusive = null;
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
        this.#send();
      };
      if (this.#sent.length === 0) this.#exclusive();
    });
  }

  /** Commits what is left and ends the thread. */
  async close(): Promise<void> {
    this.#send();
    this.#thread.postMessage(null satisfies WriterMessage);
    await once(this.#thread, 'exit');
  }

  #send(): void {
    if (this.#gathered.length === 0 || this.#exclusive) return;
    const batch = this.#gathered;
    this.#gathered = [];
    this.#sent.push(...batch);
    const message = pack(batch.map(({ delivery }) => delivery));
    this.#thread.postMessage(message, [message.bodies.buffer]);
  }

  #settle(committed: Committed): void {
    const settled = this.#sent.splice(0, committed.rows);
    if (this.#sent.length === 0) this.#exclusive?.();
    if ('failure' in committed) {
      for (const { reject } of settled) reject(new Error(committed.failure));
      return;
    }
    for (const [index, { resolve }] of settled.entries()) {
      resolve(committed.isNew[index] ? 'stored' : 'duplicate');
    }
    this.#onStored();
  }
}

/** One piece of memory that can be given to the thread: copying is faster than handing over many. */
function pack(deliveries: readonly Delivery[]): Batch {
  const bodies = Buffer.allocUnsafeSlow(deliveries.reduce((size, { body }) => size + body.length, 0));
  let start = 0;
  const rows = deliveries.map(({ body, ...row }) => {
    bodies.set(body, start);
    start += body.length;
    return { ...row, length: body.length };
  });
  return { rows, bodies };
}
