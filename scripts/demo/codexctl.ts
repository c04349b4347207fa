import { codexctl as start } from '../../test/support/codexctl.ts';
import { Mismatch } from './expectation.ts';

/** What `codexctl` prints, as an operator runs it. Throws `Mismatch` if it fails. */
export async function codexctl(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { exitCode, stdout, all } = await start(args, environment);
  if (exitCode === 0) return stdout;
  throw new Mismatch(`codexctl ${args.join(' ')} ended with exit code ${exitCode}:\n${all}`);
}
