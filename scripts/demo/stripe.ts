/** A Stripe on this machine that sells one plan: what Codex is told of it, and how its events come to Codex. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { LocalEvent } from '../../test/support/local-stripe/objects.ts';
import {
  API_KEY,
  type ServedStripe,
  signed,
  startLocalStripe,
} from '../../test/support/local-stripe/start.ts';
import type { Stage } from './stage.ts';
import type { Terminal } from './terminal.ts';

/** What Stripe signs its events with. */
const SECRET = 'whsec_0123456789abcdef0123456789abcdef';
const PLAN = 'team';
const MINUTES = 600;

interface Selling {
  readonly served: ServedStripe;
  /** For Codex. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts it. `closing` stops it. */
export async function openStripe(terminal: Terminal, closing: AsyncDisposableStack): Promise<Selling> {
  const served = await startLocalStripe();
  closing.defer(() => served.close());
  served.stripe.now = Math.floor(Date.now() / 1000);
  served.stripe.addPrice(PLAN, ['codex.plan', 'codex.pr']);
  const port = await freePort();
  terminal.heading('A Stripe on this machine');
  terminal.fact('Stripe', `${served.url}  API, Checkout, signed events`);
  terminal.fact('sells', `${PLAN}: codex.plan and codex.pr, ${MINUTES} sandbox minutes a month`);
  return {
    served,
    environment: {
      PORT: String(port),
      CODEX_PUBLIC_URL: `http://127.0.0.1:${port}`,
      CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET: SECRET,
      CODEX_BILLING_STRIPE_API_KEY: API_KEY,
      CODEX_BILLING_STRIPE_API_URL: served.url,
      CODEX_BILLING_PLANS: `${PLAN}=${MINUTES}/2`,
    },
  };
}

/** Posts an event to Codex as Stripe does, signed with `secret`. Gives the status of the answer. */
export async function deliver({ codex }: Stage, event: LocalEvent, secret = SECRET): Promise<number> {
  const { body, signature } = signed(event, secret, Date.now());
  const headers = { 'stripe-signature': signature, 'content-type': 'application/json' };
  const url = `${codex.url}/webhooks/stripe`;
  const { status } = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  return status;
}

/** Codex has to know its own address before it starts, for it stands in its links. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
