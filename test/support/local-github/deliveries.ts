/** Webhooks as GitHub sends them: signed, recorded, listed, sent again on request, and late or lost on request. */
import { createHmac, randomUUID } from 'node:crypto';
import { type ApiAnswer, type ApiRequest, isObject, type JsonObject, NOT_FOUND, objectAt } from './http.ts';

/**
 * `send`: at once. `hold`: recorded, sent when the mode changes back. `fail`: recorded as failed, as if Codex could
 * not be reached. `none`: not even recorded, as if GitHub had lost the event.
 */
export type DeliveryMode = 'send' | 'hold' | 'fail' | 'none';

export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly payload: JsonObject;
  readonly deliveredAt: string;
  readonly redelivery: boolean;
  /** 0 until it was sent, or where nothing answered. */
  status: number;
}

export class Deliveries {
  readonly secret: string;
  readonly #apiUrl: string;
  readonly #onChange: () => void;
  readonly #all: Delivery[] = [];
  readonly #held: Delivery[] = [];
  readonly #sending = new Set<Promise<void>>();
  #mode: DeliveryMode = 'send';
  #target: string | null = null;

  constructor(secret: string, apiUrl: string, onChange: () => void) {
    this.secret = secret;
    this.#apiUrl = apiUrl;
    this.#onChange = onChange;
  }

  /** Where webhooks go from now on; null: nowhere (they are recorded as failed). */
  deliverTo(url: string | null): void {
    this.#target = url;
  }

  set mode(mode: DeliveryMode) {
    this.#mode = mode;
    if (mode === 'send') for (const delivery of this.#held.splice(0)) this.#start(delivery);
  }

  /** Every delivery so far, oldest first. */
  get all(): readonly Delivery[] {
    return this.#all;
  }

  /** An event happened: delivers it according to the mode. */
  give(event: string, payload: JsonObject): void {
    if (this.#mode === 'none') return;
    const delivery = this.#record(event, payload, randomUUID(), false);
    if (this.#mode === 'hold') this.#held.push(delivery);
    if (this.#mode === 'send') this.#start(delivery);
    this.#onChange();
  }

  /** Sends a delivery again, with the same guid, whatever the mode. Resolves with the status it got. */
  async redeliver(guid: string): Promise<number> {
    const first = this.#all.find((delivery) => delivery.guid === guid);
    if (!first) throw new Error(`There is no delivery ${guid}.`);
    const again = this.#record(first.event, first.payload, guid, true);
    await this.#send(again);
    return again.status;
  }

  /** Resolves when nothing is on its way. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  /** `GET /app/hook/config`, `GET /app/hook/deliveries`, one delivery of it, and `POST …/attempts`. Null: another path. */
  answer(request: ApiRequest): ApiAnswer | null {
    const [, id, attempts] = /^\/app\/hook\/deliveries(?:\/(\d+))?(\/attempts)?$/.exec(request.path) ?? [
      null,
    ];
    if (request.path === '/app/hook/config' && request.method === 'GET') return this.#config();
    if (id === null) return null;
    if (id === undefined) return this.#list(request);
    const delivery = this.#all.find((known) => known.id === Number(id));
    if (!delivery) return NOT_FOUND;
    if (!attempts)
      return { status: 200, body: { ...listed(delivery), request: { payload: delivery.payload } } };
    this.#track(this.redeliver(delivery.guid).then(() => undefined));
    return { status: 202, body: {} };
  }

  #config(): ApiAnswer {
    const url = this.#target ?? '';
    return { status: 200, body: { url, content_type: 'json', insecure_ssl: '0', secret: '********' } };
  }

  #list(request: ApiRequest): ApiAnswer {
    const size = Number(request.query.get('per_page') ?? 30);
    const before = Number(request.query.get('cursor') ?? Number.POSITIVE_INFINITY);
    const older = this.#all.filter((delivery) => delivery.id < before).reverse();
    const page = older.slice(0, size);
    const last = page.at(-1);
    const next = `${request.path}?per_page=${size}&cursor=${last?.id}`;
    const headers = older.length > size && last ? { link: `<${this.#apiUrl}${next}>; rel="next"` } : {};
    return { status: 200, headers, body: page.map(listed) };
  }

  #record(event: string, payload: JsonObject, guid: string, redelivery: boolean): Delivery {
    const id = this.#all.length + 1;
    const delivery = {
      id,
      guid,
      event,
      payload,
      deliveredAt: new Date().toISOString(),
      redelivery,
      status: 0,
    };
    this.#all.push(delivery);
    return delivery;
  }

  #start(delivery: Delivery): void {
    this.#track(this.#send(delivery));
  }

  #track(sending: Promise<void>): void {
    this.#sending.add(sending);
    void sending.finally(() => this.#sending.delete(sending));
  }

  async #send(delivery: Delivery): Promise<void> {
    if (this.#target === null) return;
    const body = JSON.stringify(delivery.payload);
    const signature = createHmac('sha256', this.secret).update(body).digest('hex');
    try {
      const response = await fetch(this.#target, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/local',
          'x-github-event': delivery.event,
          'x-github-delivery': delivery.guid,
          'x-hub-signature-256': `sha256=${signature}`,
        },
        body,
        signal: AbortSignal.timeout(10_000),
      });
      delivery.status = response.status;
      await response.body?.cancel();
    } catch {
      delivery.status = 0; // As on GitHub: "failed to connect to host", and nobody tries again.
    }
    this.#onChange();
  }
}

function listed(delivery: Delivery): JsonObject {
  const { payload, status } = delivery;
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: 0,
    status: status === 0 ? 'failed to connect to host' : String(status),
    status_code: status,
    event: delivery.event,
    action: isObject(payload) ? (payload.action ?? null) : null,
    installation_id: objectAt(payload, 'installation').id ?? null,
    repository_id: objectAt(payload, 'repository').id ?? null,
  };
}
