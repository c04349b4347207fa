/**
 * GitHub's secondary limits for one installation: 900 points a minute, of which a write takes 5 and a read 1; and 80
 * a minute, 500 an hour of the writes that create content, such as comments. The throttling plugin's own answer is
 * one write a second and one comment in three: too slow for a plan, whose verdict must stand a second after its last
 * test. Here a bucket lets a burst through and is refilled steadily: no window holds more than burst and refill.
 */
import Bottleneck from 'bottleneck';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Every write: 100 + 60 = 160 in any minute, 800 points. */
const WRITES = bucket({ burst: 100, refill: 10, every: MINUTE / 6 });
/** Writes that create content: 40 + 36 = 76 in any minute … */
const CONTENT = bucket({ burst: 40, refill: 6, every: MINUTE / 6 });
/** … and 240 + 240 = 480 in any hour. */
const CONTENT_HOURLY = bucket({ burst: 240, refill: 20, every: HOUR / 12 });

function bucket({ burst, refill, every }: { burst: number; refill: number; every: number }) {
  return {
    reservoir: burst,
    reservoirIncreaseAmount: refill,
    reservoirIncreaseInterval: every,
    reservoirIncreaseMaximum: burst,
  };
}

/** The two groups of `@octokit/plugin-throttling` for writes; each keeps its buckets by installation. */
export function createWriteLimits(): { write: Bottleneck.Group; notifications: Bottleneck.Group } {
  // A bucket that was not used for `timeout` is forgotten; it would be full again by then.
  const hourly = new Bottleneck.Group({ id: 'content-hourly', ...CONTENT_HOURLY, timeout: 2 * HOUR });
  const notifications = new Bottleneck.Group({ id: 'content', ...CONTENT, timeout: 2 * MINUTE });
  notifications.on('created', (limiter, installation) => limiter.chain(hourly.key(installation)));
  return {
    write: new Bottleneck.Group({ id: 'writes', ...WRITES, timeout: 2 * MINUTE }),
    notifications,
  };
}
