/** `codexctl` as an operator runs it, in a process of its own. */
import { join } from 'node:path';
import { execa } from 'execa';
import { Mismatch } from './expectation.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What it prints. Throws `Mismatch` if it fails. */
export async function codexctl(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const run = await execa(process.execPath, ['src/cli.ts', ...args], {
    cwd: ROOT,
    env: environment,
    extendEnv: false,
    reject: false,
    all: true,
  });
  if (run.exitCode === 0) return run.stdout;
  throw new Mismatch(`codexctl ${args.join(' ')} ended with exit code ${run.exitCode}:\n${run.all}`);
}
