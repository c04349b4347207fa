/** Stripe's objects, with the fields that Codex reads or sends. Times are seconds since the epoch, as Stripe's. */

export interface LocalCustomer {
  readonly id: string;
  readonly object: 'customer';
  readonly name: string | null;
  readonly metadata: Record<string, string>;
  deleted?: true;
}

export interface LocalPrice {
  readonly id: string;
  readonly object: 'price';
  readonly lookup_key: string | null;
  readonly product: string;
  readonly recurring: { readonly usage_type: 'licensed' | 'metered' };
}

export interface LocalSubscription {
  readonly id: string;
  readonly object: 'subscription';
  readonly customer: string;
  readonly created: number;
  readonly metadata: Record<string, string>;
  readonly items: { readonly object: 'list'; readonly data: { readonly price: LocalPrice }[] };
  status: string;
}

export interface LocalInvoice {
  readonly id: string;
  readonly object: 'invoice';
  readonly subscription: string;
  readonly created: number;
  readonly status_transitions: { readonly finalized_at: number | null };
  status: string;
}

export interface LocalSession {
  readonly id: string;
  readonly object: 'checkout.session';
  readonly url: string;
  readonly customer: string;
  readonly client_reference_id: string | null;
  readonly metadata: Record<string, string>;
  readonly success_url: string;
  /** The line items as they were sent. */
  readonly line_items: readonly { readonly price: string; readonly quantity?: string }[];
  readonly subscription_metadata: Record<string, string>;
}

export interface LocalEvent {
  readonly id: string;
  readonly object: 'event';
  readonly type: string;
  readonly created: number;
  readonly data: { readonly object: unknown };
}

export interface LocalMeterEvent {
  readonly identifier: string;
  readonly event_name: string;
  readonly timestamp: number;
  readonly payload: Record<string, string>;
}
