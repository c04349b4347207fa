/**
 * How many tests base has, to compare with: a pull request that loses tests, or only claims to run them, shows.
 * Collected while the tests run, once for each base; never worth failing a plan, or waiting long for.
 */
import { pytestArguments } from './arguments.ts';
import type { PlanDependencies, PlanInput } from './input.ts';
import { runSession, type SessionSetting } from './session.ts';

/** Seconds. */
const LONGEST_COLLECTION = 120;

/** Null where it cannot be told: base does not collect, or the plan was about some tests only. */
export async function baseCollection(
  input: PlanInput,
  deps: PlanDependencies,
  setting: SessionSetting,
  signal: AbortSignal,
): Promise<number | null> {
  const { source, image } = setting;
  if (input.only !== null || source.config.plan.command !== undefined) return null;
  const known = deps.collectedOnBase({
    sha: source.baseSha,
    image: image.digest ?? image.id,
    arguments: input.arguments,
  });
  if (known !== null) return known;
  let collected: number | null = null;
  let errors = 0;
  try {
    await runSession(
      { ...setting, log: { write: async () => {} } },
      {
        phase: 'collect-base',
        of: 'base',
        pytest: pytestArguments(input.arguments),
        only: null,
        collectOnly: true,
        timeoutSeconds: Math.min(LONGEST_COLLECTION, setting.limits.timeoutSeconds),
        signal,
        onEvent(event) {
          if (event.event === 'collected') collected = event.count;
          if (event.event === 'collect_error') errors += 1;
        },
      },
    );
  } catch {
    // The session that the verdict is about meets the same outage or abort, and tells of it.
    return null;
  }
  return errors === 0 ? collected : null;
}
