import { inspect, isDeepStrictEqual } from 'node:util';

/** Something did not go as the demo tells it. */
export class Mismatch extends Error {}

/** Throws `Mismatch` unless `actual` is `expected`, in depth; `what` says what of the demo it is. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Mismatch(`${what}:\n  expected ${shown(expected)}\n  but it is ${shown(actual)}`);
}

/** Throws `Mismatch` unless `actual` matches; gives what the pattern's first group caught. */
export function expectMatch(what: string, actual: string, pattern: RegExp): string {
  const match = pattern.exec(actual);
  if (match) return match[1] ?? match[0];
  throw new Mismatch(`${what}:\n  expected something like ${pattern}\n  but it is ${shown(actual)}`);
}

function shown(value: unknown): string {
  return inspect(value, { depth: null, breakLength: 100 }).replaceAll('\n', '\n  ');
}
