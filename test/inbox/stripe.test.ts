import { beforeAll, describe, expect, test } from '@jest/globals';
import type { WebhookProvider } from '../../src/inbox/provider.ts';
import { stripeProvider } from '../../src/inbox/stripe.ts';
import { Secret } from '../../src/redact.ts';
import { signed } from '../support/local-stripe/start.ts';

const OLD = 'whsec_old_0123456789abcdef';
const NEW = 'whsec_new_0123456789abcdef';
const NOW = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;

const event = {
  id: 'evt_1',
  object: 'event',
  type: 'customer.subscription.updated',
  data: { object: { id: 'sub_1', customer: 'cus_1', note: 'é' } },
};

let provider: WebhookProvider;
beforeAll(async () => {
  provider = await stripeProvider([new Secret(OLD), new Secret(NEW)]);
});

function verify({ body, signature }: { body: Buffer; signature?: string }, now = NOW) {
  const headers = signature === undefined ? {} : { 'stripe-signature': signature };
  return provider.verify({ headers, body }, now);
}

describe('an event that Stripe signed is taken', () => {
  test.each([OLD, NEW])('with either secret while it is rotated', (secret) => {
    expect(verify(signed(event, secret, NOW))).toEqual({ delivery: 'evt_1', event: event.type });
  });

  test('thin events, too', () => {
    const thin = { id: 'evt_2', object: 'v2.core.event', type: 'v1.customer.updated', related_object: {} };
    expect(verify(signed(thin, NEW, NOW))).toEqual({ delivery: 'evt_2', event: 'v1.customer.updated' });
  });

  test('up to five minutes before and after its time', () => {
    const sent = signed(event, NEW, NOW);
    expect(verify(sent, NOW + 5 * MINUTE)).toHaveProperty('delivery');
    expect(verify(sent, NOW - 5 * MINUTE)).toHaveProperty('delivery');
  });
});

describe('what Stripe did not sign like this is refused', () => {
  const unauthorized = { status: 401 };

  test('no signature, and one that is none', () => {
    expect(verify({ body: Buffer.from('{}') })).toMatchObject(unauthorized);
    expect(verify({ body: Buffer.from('{}'), signature: 'v1=00' })).toMatchObject(unauthorized);
    expect(verify({ body: Buffer.from('{}'), signature: 't=1,v1=00' })).toMatchObject(unauthorized);
  });

  test('signed with another secret', () => {
    expect(verify(signed(event, 'whsec_of_somebody_else', NOW))).toMatchObject(unauthorized);
  });

  test('a changed byte', () => {
    const { body, signature } = signed(event, NEW, NOW);
    const forged = Buffer.from(body.toString().replace('cus_1', 'cus_2'));
    expect(verify({ body: forged, signature })).toMatchObject(unauthorized);
  });

  test('serialised again: the same object in other bytes', () => {
    const { body, signature } = signed(event, NEW, NOW);
    const spaced = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1));
    expect(verify({ body: spaced, signature })).toMatchObject(unauthorized);
  });

  test('bytes that the SDK would read as the signed ones: with a byte order mark', () => {
    const { body, signature } = signed(event, NEW, NOW);
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    expect(verify({ body: marked, signature })).toMatchObject({ status: 400 });
  });

  test('stale, and replayed after its time', () => {
    expect(verify(signed(event, NEW, NOW), NOW + 6 * MINUTE)).toMatchObject(unauthorized);
  });

  test('from the future', () => {
    expect(verify(signed(event, NEW, NOW + 6 * MINUTE))).toMatchObject(unauthorized);
  });

  test('the time of a replay changed', () => {
    const { body, signature } = signed(event, NEW, NOW);
    const later = signature.replace(/t=\d+/, `t=${NOW / 1000 + 600}`);
    expect(verify({ body, signature: later }, NOW + 10 * MINUTE)).toMatchObject(unauthorized);
  });

  test.each([
    ['before', (time: string, signature: string) => `${time},${signature}`],
    ['after', (time: string, signature: string) => `${signature},${time}`],
  ])('the time of a replay named once more, %s that which was signed', (_, join) => {
    const { body, signature } = signed(event, NEW, NOW);
    const replayed = join(`t=${NOW / 1000 + 600}`, signature);
    expect(verify({ body, signature: replayed }, NOW + 10 * MINUTE)).toMatchObject(unauthorized);
  });

  test('signed, but no event', () => {
    expect(verify(signed({ hello: 'world' }, NEW, NOW))).toMatchObject({ status: 400 });
    expect(verify(signed({ ...event, id: '../etc' }, NEW, NOW))).toMatchObject({ status: 400 });
  });
});
