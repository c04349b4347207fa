import { Execution, type Surroundings } from './execution.ts';
import { Cancelled, type JobHandler, type QueueName, Shutdown } from './job.ts';

const QUEUES: readonly QueueName[] = ['command', 'plan'];

/** The executions of this process, bounded per queue. */
export class Pool {
  readonly #worker: Surroundings;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #concurrency: Readonly<Record<QueueName, number>>;
  readonly #running = new Map<Execution, QueueName>();

  constructor(
    worker: Surroundings,
    handlers: ReadonlyMap<string, JobHandler>,
    concurrency: Readonly<Record<QueueName, number>>,
  ) {
    this.#worker = worker;
    this.#handlers = handlers;
    this.#concurrency = concurrency;
  }

  get size(): number {
    return this.#running.size;
  }

  has(id: string): boolean {
    return [...this.#running.keys()].some((execution) => execution.job.id === id);
  }

  /** Claims until every queue is full or has nothing more to start; `onEnd` is called after each end. */
  fill(onEnd: () => void): void {
    for (const queue of QUEUES) {
      while (this.#count(queue) < this.#concurrency[queue] && this.#start(queue, onEnd));
    }
  }

  heartbeat(): void {
    for (const execution of this.#running.keys()) execution.heartbeat();
  }

  cancel(ids: ReadonlySet<string>, reason: string): void {
    for (const execution of this.#running.keys()) {
      if (ids.has(execution.job.id)) execution.abort(new Cancelled(reason));
    }
  }

  shutDown(): void {
    for (const execution of this.#running.keys()) execution.abort(new Shutdown());
  }

  /** Returns what still runs to the queue and forgets it. */
  release(): void {
    const left = [...this.#running.keys()];
    this.#running.clear();
    for (const execution of left) execution.release();
  }

  /** Resolves once all that run now ended; never rejects. */
  async ended(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((execution) => execution.ended));
  }

  #count(queue: QueueName): number {
    return [...this.#running.values()].filter((of) => of === queue).length;
  }

  #start(queue: QueueName, onEnd: () => void): boolean {
    const { store, owner, now, leaseMs } = this.#worker;
    const job = store.claim(queue, owner, now(), leaseMs);
    if (!job) return false;
    const execution = new Execution(this.#worker, job, this.#handlers.get(job.kind));
    this.#running.set(execution, queue);
    void execution.ended.then(() => {
      this.#running.delete(execution);
      onEnd();
    });
    return true;
  }
}
