/** Stripe's answers, parsed at the border: nonsense is an error, and what was known before stays. */
import { z } from 'zod';

const metadata = z.record(z.string(), z.string());
const seconds = z.number().transform((value) => value * 1000);

const invoice = z
  .object({ created: seconds, status_transitions: z.object({ finalized_at: seconds.nullable() }) })
  .transform(({ created, status_transitions }) => status_transitions.finalized_at ?? created);

export const subscription = z
  .object({
    id: z.string(),
    customer: z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]),
    status: z.string(),
    created: seconds,
    metadata,
    items: z.object({ data: z.array(z.object({ price: z.object({ lookup_key: z.string().nullable() }) })) }),
    /** Expanded. */
    latest_invoice: invoice.nullable(),
  })
  .transform(({ created, items, latest_invoice, ...same }) => ({
    ...same,
    createdAt: created,
    /** The lookup keys of its prices. */
    prices: items.data.flatMap(({ price }) => price.lookup_key ?? []),
    /** When its latest invoice was finalised; null where there is none. */
    invoicedAt: latest_invoice,
  }));
/** Times in milliseconds since the epoch. */
export type StripeSubscription = z.infer<typeof subscription>;

export const customer = z.union([
  z
    .object({ id: z.string(), deleted: z.literal(true) })
    .transform(({ id }) => ({ id, deleted: true as const })),
  z.object({ id: z.string(), metadata }).transform((kept) => ({ ...kept, deleted: false as const })),
]);

export const entitlement = z.object({ lookup_key: z.string() }).transform(({ lookup_key }) => lookup_key);

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
