/** Failures that a test orders: an answer, a reset, or silence, at the calls it names. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Fault {
  /** Any method if absent. */
  readonly method?: string;
  readonly path: RegExp;
  /** How often; 1 if absent. */
  readonly times?: number;
  /** Which of these calls, by their JSON body; all if absent. */
  readonly when?: (body: unknown) => boolean;
  /** Calls that match but pass first; 0 if absent. */
  readonly after?: number;
  /**
   * An HTTP status; `reset` breaks the connection, `hang` never answers. `lost` and `withheld` do what is asked, and
   * then break the connection, or never answer.
   */
  readonly answer: number | 'reset' | 'hang' | 'lost' | 'withheld';
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Called each time that a call has met it. */
  readonly onMet?: () => void;
}

export class Faults {
  readonly #ordered: { fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#ordered.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#ordered.length = 0;
  }

  /** The fault that this call meets, if any. */
  take(method: string, path: string, body: unknown): Fault | null {
    for (const order of this.#ordered) {
      const { fault } = order;
      if (order.left === 0 || (fault.method ?? method) !== method || !fault.path.test(path)) continue;
      if (fault.when && !fault.when(body)) continue;
      if (order.skip > 0) {
        order.skip -= 1;
        continue;
      }
      order.left -= 1;
      return fault;
    }
    return null;
  }
}

/** Whether the call has its effect, and only its answer is missing. */
export function comesAfter({ answer }: Fault): boolean {
  return answer === 'lost' || answer === 'withheld';
}

/** Plays the fault in place of an answer. */
export function fail(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  fault.onMet?.();
  if (fault.answer === 'hang' || fault.answer === 'withheld') return;
  if (fault.answer === 'reset' || fault.answer === 'lost') {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(fault.answer, { 'content-type': 'application/json', ...fault.headers });
  response.end(JSON.stringify({ message: fault.message ?? `Ordered by the test: ${fault.answer}` }));
}
