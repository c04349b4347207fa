/**
 * The phase `attribute`: the tests that failed are run again on the merged tree and on base, side by side, in the
 * same environment. Bounded in number and time; what cannot be told in these bounds stays `unknown`.
 */
import { attribute, type Rerun, RerunTally } from './attribution.ts';
import type { Attribution } from './record.ts';
import { runSession, type SessionSetting } from './session.ts';

/** Failures that are run again; with more than these, the rest is `unknown`. */
export const MAX_RERUN = 100;
/** Seconds that a re-run may take, whatever the first run took. */
const SHORTEST_LIMIT = 60;

/** Attributes `failures` (node ids). `testSeconds`: what the whole first session took, the measure for these. */
export async function attributeFailures(
  setting: SessionSetting,
  failures: readonly string[],
  testSeconds: number,
  signal: AbortSignal,
): Promise<Map<string, Attribution>> {
  const only = failures.slice(0, MAX_RERUN);
  if (only.length === 0) return new Map();
  const timeoutSeconds = Math.min(
    setting.limits.timeoutSeconds,
    Math.max(SHORTEST_LIMIT, Math.ceil(2 * testSeconds)),
  );
  const again = async (of: 'merge' | 'base'): Promise<Rerun> => {
    const tally = new RerunTally(only);
    await runSession(setting, {
      phase: of === 'merge' ? 'rerun-head' : 'rerun-base',
      of,
      pytest: [],
      only,
      collectOnly: false,
      timeoutSeconds,
      onEvent: (event) => tally.add(event),
      signal,
    });
    return tally.rerun();
  };
  const [head, base] = await Promise.all([again('merge'), again('base')]);
  return attribute(failures, head, base);
}
