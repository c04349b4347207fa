/** How the cost of a function grows with hostile input, on a machine of whatever speed and load. */
import { expect } from '@jest/globals';

/** Milliseconds: less is lost among compilation and garbage collection, and hurts nobody. */
const NOISE_MS = 100;

/**
 * Expects `work` for `size` to cost less than three times what is linear, measured by an eighth of `size`: what is
 * quadratic costs eight times that. Counts this thread's CPU time, which passes no faster on a busy machine.
 */
export function expectLinear(work: (size: number) => unknown, size: number): void {
  const eighth = Math.ceil(size / 8);
  cpuMs(() => work(eighth)); // Compiles what is measured.
  const linear = 8 * cpuMs(() => work(eighth));
  expect(cpuMs(() => work(size))).toBeLessThan(3 * linear + NOISE_MS);
}

function cpuMs(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
