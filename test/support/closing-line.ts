/** A jest reporter that ends the run with the one plain line a machine reads: `N passed, N failed, N skipped`. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

export default class ClosingLine {
  onRunComplete(_contexts: unknown, { numPassedTests, numFailedTests, numPendingTests }: Results): void {
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`);
  }
}
