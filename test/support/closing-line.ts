/** A jest reporter that ends the run with the one plain line a machine reads: `N passed, N failed, N skipped`. */
import type { AggregatedResult } from '@jest/reporters';

export default class ClosingLine {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const { numPassedTests, numFailedTests, numPendingTests } = results;
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`);
  }
}
