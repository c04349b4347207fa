import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fairShare } from '../../../src/plan/report/share.ts';

it('cuts nothing where everything fits', () => {
  expect(fairShare([10, 20], 30)).toBe(Number.POSITIVE_INFINITY);
});

it('leaves the small whole and cuts the large alike', () => {
  expect(fairShare([10, 100, 100], 110)).toBe(50);
});

it('never gives out more than there is, and wastes less than one for each', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 500 })), fc.nat({ max: 5_000 }), (sizes, room) => {
      const share = fairShare(sizes, room);
      const used = sizes.reduce((sum, size) => sum + Math.min(size, share), 0);
      expect(used).toBeLessThanOrEqual(room);
      if (share !== Number.POSITIVE_INFINITY) expect(used).toBeGreaterThan(room - sizes.length);
    }),
  );
});
