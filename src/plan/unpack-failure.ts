/** A session that ended before anything of the project ran. Pure. */
import { UserError } from '../errors.ts';
import type { SandboxEvent } from './events.ts';
import type { SandboxLimits } from './sandbox/limits.ts';
import type { TestEnd } from './sandbox/test.ts';

export type Step = Extract<SandboxEvent, { event: 'step' }>['step'];

/** How sandbox/runner.py ends where it could not do its own work. */
const RUNNER_FAILED = 70;
/** What git says where a file has no room. */
const NO_ROOM = /No space left on device|unable to write file/;

/**
 * What to throw where the sandbox could not lay out the work tree: `UserError` where the tree does not fit, any
 * other error is an outage, to be tried again. Null where the session came further than `step` 'unpack', or was
 * ended by a limit: that is for the verdict. `notes`: what the runner told.
 */
export function unpackFailure(
  step: Step | null,
  end: TestEnd,
  notes: readonly string[],
  limits: SandboxLimits,
): Error | null {
  if (step === 'build' || step === 'test' || end.status !== RUNNER_FAILED || end.oomKilled) return null;
  const told = notes.join('\n');
  if (!NO_ROOM.test(told)) return new Error(`The sandbox could not begin. ${told}`);
  return new UserError(
    `The work tree does not fit into the ${limits.diskMb} MB of the sandbox.`,
    'Raise plan.limits.disk_mb in .github/codex.yml.',
  );
}
