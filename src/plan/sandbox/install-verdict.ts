/** What an ended installer means: pure. */
import { UserError } from '../../errors.ts';
import type { InstallOutcome } from './install-events.ts';
import type { ContainerEnd } from './lifecycle.ts';
import type { SandboxLimits } from './limits.ts';

export const MORE_DISK =
  'Raise plan.limits.disk_mb in .github/codex.yml, or install less (plan.dependencies).';
const CONFIGURE =
  'Mend the dependency files, or name what the tests need in .github/codex.yml (plan.dependencies).';
const ONLY_WHEELS =
  'Only wheels are installed, no source is built: ask for versions that have one, or set plan.install in .github/codex.yml.';

export interface InstallVerdict extends Omit<InstallOutcome, 'event'> {
  readonly outcome: 'satisfied' | 'installed' | 'unreachable';
}

/** Throws `UserError` where installing failed for a reason that a person can mend. */
export function judgeInstall(
  end: ContainerEnd,
  told: InstallOutcome | null,
  limits: SandboxLimits,
): InstallVerdict {
  if (told?.outcome === 'satisfied' || told?.outcome === 'installed') {
    if (end.status === 0) return { ...told, outcome: told.outcome };
  }
  if (end.timedOut) {
    throw new UserError(
      `Installing the dependencies took more than ${limits.installTimeoutSeconds} s.`,
      'Raise plan.limits.install_timeout_seconds in .github/codex.yml, or install less (plan.dependencies).',
    );
  }
  if (end.oomKilled) {
    throw new UserError(
      `Installing the dependencies needs more than ${limits.memoryMb} MB of memory, which the installed files count to.`,
      'Raise plan.limits.memory_mb in .github/codex.yml, or install less (plan.dependencies).',
    );
  }
  if (told?.outcome === 'unreachable') return { ...told, outcome: told.outcome };
  throw failure(end, told, limits);
}

function failure(end: ContainerEnd, told: InstallOutcome | null, limits: SandboxLimits): UserError {
  const words = told?.text.trim() || `the installer ended with ${end.status ?? 'a kill'}`;
  if (told?.outcome === 'no_match')
    return new UserError(`A dependency cannot be installed: ${words}`, ONLY_WHEELS);
  if (told?.outcome === 'disk_full') {
    return new UserError(`The dependencies need more than ${limits.diskMb} MB of disk.`, MORE_DISK);
  }
  return new UserError(`Installing the dependencies failed: ${words}`, CONFIGURE);
}
