/**
 * GitHub's secondary limits: about 80 content writes a minute and 500 an hour for one installation. The throttling
 * plugin's own answer is one write a second, one comment in three: too slow for a plan, which must be reported
 * within a second of its last test. These limits let bursts through and keep the average: a bucket of `burst`
 * writes that is refilled steadily, so that no window of a minute (or an hour) holds more than the limit.
 */
import Bottleneck from 'bottleneck';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Writes of any kind: at most 20 at once and 20 + 54 = 74 in any minute. */
const EVERY_WRITE = bucket({ burst: 20, refill: 9, every: MINUTE / 6 });
/** Writes that notify people (new comments): at most 240 at once and 240 + 240 = 480 in any hour. */
const NOTIFYING_WRITE = bucket({ burst: 240, refill: 20, every: HOUR / 12 });

function bucket({ burst, refill, every }: { burst: number; refill: number; every: number }) {
  return {
    reservoir: burst,
    reservoirIncreaseAmount: refill,
    reservoirIncreaseInterval: every,
    reservoirIncreaseMaximum: burst,
  };
}

/** The two groups of `@octokit/plugin-throttling`, one bucket an installation in each. */
export function createWriteLimits(): { write: Bottleneck.Group; notifications: Bottleneck.Group } {
  return {
    write: new Bottleneck.Group({ id: 'writes', ...EVERY_WRITE, timeout: 2 * MINUTE }),
    notifications: new Bottleneck.Group({ id: 'comments', ...NOTIFYING_WRITE, timeout: 2 * HOUR }),
  };
}
