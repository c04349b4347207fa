/** `codexctl` as somebody runs it, in a process of its own. */
import { join } from 'node:path';
import { execa } from 'execa';
import { dockerEnvironment } from '../../src/plan/sandbox/docker.ts';

const ROOT = join(import.meta.dirname, '../..');
const CLI = join(ROOT, 'src/cli.ts');

/** Starts it with these environment variables and no others but PATH, HOME and those of Docker; never rejects. */
export function codexctl(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd: string = ROOT,
) {
  return execa(process.execPath, [CLI, ...args], {
    cwd,
    env: { ...dockerEnvironment(), ...environment },
    extendEnv: false,
    reject: false,
    all: true,
  });
}
