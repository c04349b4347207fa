/** Stripe's events → the customers to ask Stripe about again. Pure; of an event's body only ids are read. */
import { z } from 'zod';
import type { NewJob } from '../../jobs/job.ts';

export const STRIPE_SYNC = 'stripe_sync';

/** The events after which a subscription or an entitlement may be another; Codex's endpoint in Stripe sends these. */
export const STRIPE_EVENTS = [
  'checkout.session.completed',
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'entitlements.active_entitlement_summary.updated',
] as const;

const RELEVANT: ReadonlySet<string> = new Set(STRIPE_EVENTS);

const customerId = z.string().regex(/^cus_[A-Za-z0-9_]{1,100}$/);
const subscriptionId = z.string().regex(/^sub_[A-Za-z0-9_]{1,100}$/);

export const syncPayload = z.object({
  /** What to refetch; of a subscription, its customer. */
  target: z.discriminatedUnion('type', [
    z.object({ type: z.literal('customer'), id: customerId }),
    z.object({ type: z.literal('subscription'), id: subscriptionId }),
  ]),
  /** The event that asked for it; null: a sweep did. */
  event: z.string().nullable(),
});
export type SyncPayload = z.infer<typeof syncPayload>;

/** With the whole object in it, whose `customer` is an id or, expanded, an object. */
const snapshot = z.object({
  object: z.literal('event'),
  id: z.string(),
  type: z.string(),
  data: z.object({
    object: z.union([
      z.object({ object: z.literal('customer'), id: customerId }).transform(({ id }) => id),
      z.object({ customer: customerId }).transform(({ customer }) => customer),
      z.object({ customer: z.object({ id: customerId }) }).transform(({ customer }) => customer.id),
    ]),
  }),
});

/** With a reference only. Of resources of API v1, the type begins with `v1.`. */
const thin = z.object({
  object: z.literal('v2.core.event'),
  id: z.string(),
  type: z.string().transform((type) => type.replace(/^v1\./, '')),
  related_object: syncPayload.shape.target,
});

const event = z.discriminatedUnion('object', [snapshot, thin]);

export interface StripeDecision {
  readonly jobs: readonly NewJob[];
  /** Why there is nothing to do; null where there are jobs. */
  readonly ignored: string | null;
}

/** `body`: an event of Stripe's, parsed from JSON. Total: it never throws. */
export function jobsForStripe(body: unknown): StripeDecision {
  const type = z.object({ type: z.string() }).safeParse(body).data?.type.replace(/^v1\./, '') ?? '';
  if (!RELEVANT.has(type)) return { jobs: [], ignored: 'the event is about nothing that Codex sells' };
  const parsed = event.safeParse(body);
  if (!parsed.success) return { jobs: [], ignored: 'the event names no customer' };
  const { data } = parsed;
  const target: SyncPayload['target'] =
    data.object === 'event' ? { type: 'customer', id: data.data.object } : data.related_object;
  return { jobs: [syncJob({ target, event: data.id }, `stripe:${data.id}`)], ignored: null };
}

/** A job that refetches; one of a lane at a time, so that an older answer cannot follow a newer one. */
export function syncJob(payload: SyncPayload, dedupe: string): NewJob {
  return {
    kind: STRIPE_SYNC,
    queue: 'command',
    dedupe,
    lane: `stripe:${payload.target.id}`,
    installation: 0,
    repository: '',
    pull: null,
    priority: 0,
    payload,
    delivery: payload.event,
  };
}
