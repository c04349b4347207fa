/** Whatever the order and duplication of a set of events, the final state equals Stripe's own. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fetchCustomer } from '../../../src/entitlements/stripe/client.ts';
import { replace } from '../../../src/entitlements/stripe/state.ts';
import { startLocalStripe } from '../../support/local-stripe/start.ts';
import { OF_ACCOUNT, openSide, PLANS } from './setup.ts';

type Step = { readonly customer: number } & (
  | { readonly type: 'subscribe'; readonly plan: string; readonly status: string }
  | { readonly type: 'status'; readonly status: string }
  | { readonly type: 'grant'; readonly plan: string; readonly features: readonly string[] }
  | { readonly type: 'relabel'; readonly account: string }
  | { readonly type: 'delete' }
);

const status = fc.constantFrom(
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
  'canceled',
  'hibernating',
);
const customer = fc.integer({ min: 0, max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('subscribe' as const),
    customer,
    plan: fc.constantFrom('team', 'pro', 't-shirt'),
    status,
  }),
  fc.record({ type: fc.constant('status' as const), customer, status }),
  fc.record({
    ...{ type: fc.constant('grant' as const), customer, plan: fc.constantFrom('team', 'pro') },
    features: fc.subarray(['codex.plan', 'codex.pr', 'other']),
  }),
  fc.record({
    type: fc.constant('relabel' as const),
    customer,
    account: fc.constantFrom('4711', '4712', 'acme'),
  }),
  fc.record({ type: fc.constant('delete' as const), customer }),
);

/** Positions of events in the order they arrive, some more than once; every event arrives. */
const arrivals = (count: number) =>
  fc
    .tuple(fc.shuffledSubarray([...Array(count).keys()], { minLength: count }), fc.array(fc.nat(count - 1)))
    .map(([all, again]) => [...again, ...all]);

test('events in any order, any of them again, some while Stripe changes on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 6 }),
      fc.infiniteStream(fc.nat()),
      fc.nat(5),
      async (steps, random, early) => {
        const served = await startLocalStripe();
        try {
          const side = openSide(served);
          const ids = [0, 1].map(() => served.stripe.addCustomer(OF_ACCOUNT).id);
          for (const [index, each] of steps.entries()) {
            apply(served.stripe, each, ids[each.customer] ?? '');
            if (index < early) await side.receive(served.stripe.events.slice(-1));
          }
          const order = fc.sample(arrivals(served.stripe.events.length), {
            numRuns: 1,
            seed: random.next().value,
          })[0];
          await side.receive((order ?? []).map((position) => served.stripe.events[position]));
          for (const id of ids) {
            const kept = side.customers.get(id);
            const own = replace(await fetchCustomer(side.client, id), kept?.account ?? null, PLANS);
            expect({ account: kept?.account, state: kept?.state }).toEqual(own);
          }
        } finally {
          await served.close();
        }
      },
    ),
    { numRuns: 25 },
  );
});

function apply(stripe: Awaited<ReturnType<typeof startLocalStripe>>['stripe'], each: Step, id: string): void {
  const [latest] = stripe.subscriptionsOf(id).slice(-1);
  if (stripe.customers.get(id)?.deleted) return;
  stripe.now += 1;
  if (each.type === 'subscribe') stripe.subscribe(id, each.plan, each.status);
  else if (each.type === 'delete') stripe.deleteCustomer(id);
  else if (each.type === 'grant') stripe.grant(each.plan, each.features);
  else if (each.type === 'relabel') stripe.relabel(id, { github_account_id: each.account });
  else if (latest) stripe.setStatus(latest.id, each.status);
}
