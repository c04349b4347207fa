/** Stripe's answers, parsed at the border: nonsense is an error, and what was known before stays. */
import { z } from 'zod';

const metadata = z.record(z.string(), z.string());
const seconds = z.number().transform((value) => value * 1000);

/** The id of a subscription's customer. */
export const subscriber = z.object({ customer: z.string() }).transform(({ customer }) => customer);

/** Times in milliseconds since the epoch. */
export const invoice = z
  .object({
    status: z.string().nullable(),
    created: seconds,
    status_transitions: z.object({ finalized_at: seconds.nullable() }),
  })
  .transform(({ status, created, status_transitions }) => ({
    status: status ?? 'draft',
    finalizedAt: status_transitions.finalized_at ?? created,
  }));
export type StripeInvoice = z.infer<typeof invoice>;

const price = z.object({ lookup_key: z.string().nullable(), product: z.string() });

export const subscription = z
  .object({
    id: z.string(),
    status: z.string(),
    created: seconds,
    metadata,
    items: z.object({ data: z.array(z.object({ price })) }),
  })
  .transform(({ created, items, ...same }) => ({
    ...same,
    createdAt: created,
    /** The lookup keys of its prices. */
    prices: items.data.flatMap((item) => item.price.lookup_key ?? []),
    products: items.data.map((item) => item.price.product),
  }));
/** Times in milliseconds since the epoch. */
export interface StripeSubscription extends z.infer<typeof subscription> {
  /** Of a `past_due` one, newest first; of others, none. */
  readonly invoices: readonly StripeInvoice[];
  /** Lookup keys of what its products include; null where the customer's entitlements need not be told apart. */
  readonly features: readonly string[] | null;
}

export const customer = z.union([
  z
    .object({ id: z.string(), deleted: z.literal(true) })
    .transform(({ id }) => ({ id, deleted: true as const })),
  z.object({ id: z.string(), metadata }).transform((kept) => ({ ...kept, deleted: false as const })),
]);

export const entitlement = z.object({ lookup_key: z.string() }).transform(({ lookup_key }) => lookup_key);

/** A feature of a product. */
export const feature = z
  .object({ entitlement_feature: entitlement })
  .transform(({ entitlement_feature }) => entitlement_feature);

/** All that Stripe says of a customer at one time. */
export type StripeAnswer =
  | { readonly deleted: true }
  | {
      readonly deleted: false;
      readonly metadata: Readonly<Record<string, string>>;
      readonly subscriptions: readonly StripeSubscription[];
      /** Lookup keys of the active ones. */
      readonly entitlements: readonly string[];
    };
