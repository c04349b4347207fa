/** The clock of a test: it runs as ever, and can be put forward. Timers are the real ones. */
import { jest } from '@jest/globals';

const TIMERS = [
  ...([
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ] as const),
  ...(['nextTick', 'queueMicrotask', 'hrtime', 'performance'] as const),
];

/** Milliseconds; until `jest.useRealTimers()`, which has its place at the very end: clients wait when time goes back. */
export function putClockForward(ms: number): void {
  jest.useFakeTimers({ doNotFake: TIMERS, advanceTimers: true, now: Date.now() + ms });
}

/** For its first five seconds a token that is refused is tried again: GitHub's servers may not all know it yet. */
export const NEW_TOKEN_MS = 5_000;
