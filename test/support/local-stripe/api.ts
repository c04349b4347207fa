/** The calls of Stripe's API v1 that Codex makes, answered from a `LocalStripe`. */
import { type Form, textAt, textsAt } from './form.ts';
import type { LocalStripe } from './local-stripe.ts';
import type { LocalSession } from './objects.ts';

export interface StripeRequest {
  readonly method: string;
  /** Without `/v1/`. */
  readonly path: string;
  /** Query or body. */
  readonly form: Record<string, Form>;
  /** Where the local Stripe listens. */
  readonly origin: string;
}

export interface StripeAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answerOf(stripe: LocalStripe, request: StripeRequest): StripeAnswer {
  const [resource, id, ...rest] = request.path.split('/');
  if (resource === 'products' && rest[0] === 'features') return listFeatures(stripe, id, request.form);
  const call = `${request.method} ${[resource, id === undefined ? '' : rest.length > 0 ? `${id}/…` : 'ID'].join('/')}`;
  switch (call) {
    case 'GET customers/ID':
      return found(stripe.customers.get(id ?? ''));
    case 'POST customers/':
      return found(stripe.addCustomer(textsAt(request.form, 'metadata'), textAt(request.form, 'name')));
    case 'GET subscriptions/ID':
      return found(stripe.subscriptions.get(id ?? ''));
    case 'GET subscriptions/':
      return listSubscriptions(stripe, request.form);
    case 'GET invoices/':
      return page(stripe.invoicesOf(textAt(request.form, 'subscription') ?? '').reverse(), request.form);
    case 'GET entitlements/ID':
      return listEntitlements(stripe, request.form);
    case 'GET prices/':
      return listPrices(stripe, request.form);
    case 'GET events/':
      return listEvents(stripe, request.form);
    case 'POST checkout/ID':
      return found(createSession(stripe, request));
    case 'POST billing_portal/ID':
      return found({
        object: 'billing_portal.session',
        url: `${request.origin}/portal/${textAt(request.form, 'customer')}`,
      });
    case 'POST billing/ID':
      return createMeterEvent(stripe, request.form);
    default:
      return invalid(404, `Unrecognized request URL (${request.method}: /v1/${request.path}).`);
  }
}

export function invalid(status: number, message: string, code?: string): StripeAnswer {
  return { status, body: { error: { type: 'invalid_request_error', message, code } } };
}

function found(object: object | undefined): StripeAnswer {
  return object ? { status: 200, body: object } : invalid(404, 'No such object', 'resource_missing');
}

function listSubscriptions(stripe: LocalStripe, form: Form): StripeAnswer {
  const customer = textAt(form, 'customer');
  const all = [...stripe.subscriptions.values()].filter(
    (one) => customer === null || one.customer === customer,
  );
  return page(all.reverse(), form);
}

function listEntitlements(stripe: LocalStripe, form: Form): StripeAnswer {
  const keys = stripe.entitlementsOf(textAt(form, 'customer') ?? '');
  return page(
    keys.map((key) => ({ id: `ent_${key}`, object: 'entitlements.active_entitlement', lookup_key: key })),
    form,
  );
}

function listFeatures(stripe: LocalStripe, product: string | undefined, form: Form): StripeAnswer {
  const price = stripe.prices.find((one) => one.product === product);
  const keys = stripe.features.get(price?.lookup_key ?? '') ?? [];
  const features = keys.map((key) => ({ id: `feat_${key}`, entitlement_feature: { lookup_key: key } }));
  return page(features, form);
}

function listPrices(stripe: LocalStripe, form: Form): StripeAnswer {
  const keys = Object.values(textsAt(form, 'lookup_keys'));
  return page(
    stripe.prices.filter(({ lookup_key }) => keys.includes(lookup_key ?? '')),
    form,
  );
}

function listEvents(stripe: LocalStripe, form: Form): StripeAnswer {
  const types = Object.values(textsAt(form, 'types'));
  const since = Number(textAt(form, 'created', 'gte') ?? 0);
  return page(
    stripe.events.filter(({ type, created }) => types.includes(type) && created >= since).reverse(),
    form,
  );
}

function createSession(stripe: LocalStripe, { form, origin }: StripeRequest): LocalSession {
  const id = stripe.newId('cs');
  const items = typeof form.line_items === 'object' ? Object.values(form.line_items) : [];
  const session: LocalSession = {
    id,
    object: 'checkout.session',
    url: `${origin}/pay/${id}`,
    customer: textAt(form, 'customer') ?? '',
    client_reference_id: textAt(form, 'client_reference_id'),
    metadata: textsAt(form, 'metadata'),
    success_url: textAt(form, 'success_url') ?? '',
    line_items: items.map((item) => {
      const quantity = textAt(item, 'quantity');
      return { price: textAt(item, 'price') ?? '', ...(quantity === null ? {} : { quantity }) };
    }),
    subscription_metadata: textsAt(form.subscription_data, 'metadata'),
  };
  stripe.sessions.set(id, session);
  return session;
}

function createMeterEvent(stripe: LocalStripe, form: Form): StripeAnswer {
  const identifier = textAt(form, 'identifier') ?? '';
  if (stripe.meterEvents.some((event) => event.identifier === identifier)) {
    return invalid(400, `An event already exists with identifier ${identifier}.`);
  }
  const event = {
    identifier,
    event_name: textAt(form, 'event_name') ?? '',
    timestamp: Number(textAt(form, 'timestamp')),
    payload: textsAt(form, 'payload'),
  };
  stripe.meterEvents.push(event);
  return { status: 200, body: { object: 'billing.meter_event', ...event } };
}

/** As Stripe pages: `limit` objects after `starting_after`; 10 where no limit is given. */
function page(all: readonly { readonly id: string }[], form: Form): StripeAnswer {
  const after = textAt(form, 'starting_after');
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const end = start + Number(textAt(form, 'limit') ?? 10);
  const body = {
    object: 'list',
    url: '/v1/objects',
    has_more: end < all.length,
    data: all.slice(start, end),
  };
  return { status: 200, body };
}
