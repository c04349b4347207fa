/**
 * The phase `attribute`: the tests that failed are run again on the merged tree and on base, side by side, in the
 * same environment. Bounded in number and time; what cannot be told in these bounds stays `unknown`.
 */
import { attribute, type Rerun, RerunTally } from './attribution.ts';
import { both } from './both.ts';
import type { Attribution } from './record.ts';
import { runSession, type SessionSetting } from './session.ts';
import { hasPath } from './source/files.ts';

/** Seconds that a re-run may take, whatever the first run took. */
const SHORTEST_LIMIT = 60;
/** Broken files of base must not keep the failures of other files from being run. */
const TO_THE_END = ['--continue-on-collection-errors', '--maxfail=0'];

/**
 * Attributes `failures` (node ids). `paths`: where the first session looked for tests. `testSeconds`: what all of
 * it took, the measure for these.
 */
export async function attributeFailures(
  setting: SessionSetting,
  failures: readonly string[],
  paths: readonly string[],
  testSeconds: number,
  signal: AbortSignal,
): Promise<Map<string, Attribution>> {
  const timeoutSeconds = Math.min(
    setting.limits.timeoutSeconds,
    Math.max(SHORTEST_LIMIT, Math.ceil(2 * testSeconds)),
  );
  const again = async (of: 'merge' | 'base', ended: AbortSignal): Promise<Rerun> => {
    const tally = new RerunTally(failures);
    // pytest starts no session with a path that is not there.
    const there = paths.filter((path) => hasPath(setting.source.listing[of], path));
    await runSession(setting, {
      phase: of === 'merge' ? 'rerun-head' : 'rerun-base',
      of,
      pytest: [...TO_THE_END, ...there],
      only: failures,
      collectOnly: false,
      timeoutSeconds,
      onEvent: (event) => tally.add(event),
      signal: ended,
    });
    return tally.rerun();
  };
  const [head, base] = await both(
    signal,
    (ended) => again('merge', ended),
    (ended) => again('base', ended),
  );
  return attribute(failures, head, base);
}
