import { inspect } from 'node:util';

/**
 * An error that a person is told: what happened and what to do next. Everything else that is thrown is a bug
 * or an outage: it is logged with its delivery id, retried, and at last dead-lettered.
 */
export class UserError extends Error {
  /** What the person can do about it, as one sentence. */
  readonly next: string;

  constructor(what: string, next: string, options?: ErrorOptions) {
    super(what, options);
    this.name = 'UserError';
    this.next = next;
  }
}

/** The text of anything that was thrown; never throws itself, as `String` does on `Object.create(null)`. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : inspect(error);
}
