/** What a Stripe account holds. Every change is an event, which carries the object as it was then. */
import type {
  LocalCustomer,
  LocalEvent,
  LocalInvoice,
  LocalMeterEvent,
  LocalPrice,
  LocalSession,
  LocalSubscription,
} from './objects.ts';

/** Statuses in which a subscription's product grants its features; Stripe leaves them to paused ones. */
const GRANTING = ['active', 'trialing', 'past_due', 'paused'];

export class LocalStripe {
  readonly customers = new Map<string, LocalCustomer>();
  readonly subscriptions = new Map<string, LocalSubscription>();
  readonly invoices: LocalInvoice[] = [];
  readonly sessions = new Map<string, LocalSession>();
  readonly prices: LocalPrice[] = [];
  /** Oldest first. */
  readonly events: LocalEvent[] = [];
  readonly meterEvents: LocalMeterEvent[] = [];
  /** Features by lookup key of the price. */
  readonly features = new Map<string, readonly string[]>();
  /** Seconds since the epoch: what is created now has it. */
  now = 1_700_000_000;
  /** Called with every event; nothing is delivered by itself. */
  onEvent: (event: LocalEvent) => void = () => {};
  #ids = 0;

  newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${String(this.#ids).padStart(6, '0')}`;
  }

  /** A product's price, and the features its subscribers are entitled to. */
  addPrice(
    lookupKey: string,
    features: readonly string[],
    usage: 'licensed' | 'metered' = 'licensed',
  ): LocalPrice {
    const price: LocalPrice = {
      id: this.newId('price'),
      object: 'price',
      lookup_key: lookupKey,
      product: this.newId('prod'),
      recurring: { usage_type: usage },
    };
    this.prices.push(price);
    this.features.set(lookupKey, features);
    return price;
  }

  addCustomer(metadata: Record<string, string> = {}, name: string | null = null): LocalCustomer {
    const customer: LocalCustomer = { id: this.newId('cus'), object: 'customer', name, metadata };
    this.customers.set(customer.id, customer);
    this.#happened('customer.created', customer);
    return customer;
  }

  /** Somebody writes other metadata. */
  relabel(id: string, metadata: Record<string, string>): void {
    const customer = this.customers.get(id);
    if (!customer) throw new Error(`There is no customer ${id}.`);
    const relabelled = { ...customer, metadata };
    this.customers.set(id, relabelled);
    this.#happened('customer.updated', relabelled);
  }

  /** A product has other features: only those events say so that are about entitlements. */
  grant(lookupKey: string, features: readonly string[]): void {
    this.features.set(lookupKey, features);
    const isOf = ({ items }: LocalSubscription) =>
      items.data.some(({ price }) => price.lookup_key === lookupKey);
    const customers = [...this.subscriptions.values()].filter(isOf).map(({ customer }) => customer);
    for (const customer of new Set(customers)) this.#entitlementsChanged(customer);
  }

  /** A deleted customer's subscriptions are canceled. */
  deleteCustomer(id: string): void {
    for (const { id: subscription } of this.subscriptionsOf(id)) this.setStatus(subscription, 'canceled');
    const customer: LocalCustomer = { id, object: 'customer', name: null, metadata: {}, deleted: true };
    this.customers.set(id, customer);
    this.#happened('customer.deleted', customer);
  }

  subscribe(
    customer: string,
    lookupKey: string,
    status = 'active',
    metadata: Record<string, string> = {},
  ): LocalSubscription {
    const price =
      this.prices.find(({ lookup_key }) => lookup_key === lookupKey) ?? this.addPrice(lookupKey, []);
    const subscription: LocalSubscription = {
      id: this.newId('sub'),
      object: 'subscription',
      customer,
      created: this.now,
      metadata,
      items: { object: 'list', data: [{ price }] },
      status,
    };
    this.subscriptions.set(subscription.id, subscription);
    this.#bill(subscription);
    this.#happened('customer.subscription.created', subscription);
    this.#entitlementsChanged(customer);
    return subscription;
  }

  setStatus(id: string, status: string): void {
    const subscription = this.subscriptions.get(id);
    if (!subscription) throw new Error(`There is no subscription ${id}.`);
    subscription.status = status;
    this.#bill(subscription);
    const kind = status === 'canceled' ? 'deleted' : status === 'paused' ? 'paused' : 'updated';
    this.#happened(`customer.subscription.${kind}`, subscription);
    this.#entitlementsChanged(subscription.customer);
  }

  /** A subscription's invoices, oldest first. */
  invoicesOf(subscription: string): LocalInvoice[] {
    return this.invoices.filter((invoice) => invoice.subscription === subscription);
  }

  /** Somebody pays in Checkout. */
  pay(sessionId: string): LocalSubscription {
    const session = this.sessions.get(sessionId);
    const price = this.prices.find(({ id }) => id === session?.line_items[0]?.price);
    if (!session || !price?.lookup_key) throw new Error(`The session ${sessionId} sells nothing.`);
    const { customer, subscription_metadata } = session;
    const subscription = this.subscribe(customer, price.lookup_key, 'active', subscription_metadata);
    this.#happened('checkout.session.completed', session);
    return subscription;
  }

  subscriptionsOf(customer: string): LocalSubscription[] {
    return [...this.subscriptions.values()].filter((subscription) => subscription.customer === customer);
  }

  /** Lookup keys of the features a customer is entitled to. */
  entitlementsOf(customer: string): string[] {
    const prices = this.subscriptionsOf(customer)
      .filter(({ status }) => GRANTING.includes(status))
      .flatMap(({ items }) => items.data.map(({ price }) => price.lookup_key ?? ''));
    return [...new Set(prices.flatMap((key) => this.features.get(key) ?? []))];
  }

  /** A new period's invoice; one that is active, or in its trial, has paid all. */
  #bill({ id: subscription, status }: LocalSubscription): void {
    const created = this.now;
    const invoice = { object: 'invoice', subscription, created, status: 'open' } as const;
    this.invoices.push({ ...invoice, id: this.newId('in'), status_transitions: { finalized_at: created } });
    if (status !== 'active' && status !== 'trialing') return;
    for (const each of this.invoicesOf(subscription)) each.status = 'paid';
  }

  #entitlementsChanged(customer: string): void {
    const summary = { object: 'entitlements.active_entitlement_summary', customer };
    this.#happened('entitlements.active_entitlement_summary.updated', summary);
  }

  #happened(type: string, object: unknown): void {
    const event: LocalEvent = {
      id: this.newId('evt'),
      object: 'event',
      type,
      created: this.now,
      data: { object: structuredClone(object) },
    };
    this.events.push(event);
    this.onEvent(event);
  }
}
