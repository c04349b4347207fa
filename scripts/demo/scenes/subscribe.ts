import { setTimeout as delay } from 'node:timers/promises';
import type { LocalEvent } from '../../../test/support/local-stripe/objects.ts';
import type { ServedStripe } from '../../../test/support/local-stripe/start.ts';
import { expectEqual, expectMatch, Mismatch } from '../expectation.ts';
import { OWNER, type Stage } from '../stage.ts';
import { deliver } from '../stripe.ts';

/** Milliseconds that Codex may take to ask Stripe about a customer, on a slow machine. */
const LONGEST_SYNC = 15_000;
const LOOK_EVERY = 50;

/** Somebody opens the link and pays in Checkout. Gives the event that Stripe makes of it. */
export async function pay({ terminal }: Stage, { stripe }: ServedStripe, link: string): Promise<LocalEvent> {
  terminal.heading(`${OWNER} opens the link, and pays in Checkout`);
  const toCheckout = await fetch(link, { redirect: 'manual' });
  const checkout = toCheckout.headers.get('location') ?? '';
  expectEqual('The answer to the link', toCheckout.status, 303);
  terminal.fact('Checkout', checkout);
  const [session] = stripe.sessions.values();
  const [customer] = stripe.customers.values();
  const account = expectMatch('Who it is for', session?.client_reference_id ?? '', /^\d+$/);
  expectEqual('The customer', customer?.metadata, { github_account_id: account });
  terminal.fact('customer', `${customer?.id} for ${OWNER}, GitHub account ${account}`);
  const paid = await fetch(checkout, { redirect: 'manual' });
  const done = await fetch(paid.headers.get('location') ?? '');
  const thanks = expectMatch('The page after it', await done.text(), /<h1>(Thank you)<\/h1>/);
  terminal.fact('page', `${thanks}: ${done.url}`);
  const event = stripe.events.at(-1);
  if (event?.type !== 'checkout.session.completed') throw new Mismatch('Checkout made no event of its end.');
  return event;
}

/** The event reaches Codex, signed; whoever else signs one is turned away. */
export async function tellCodex(stage: Stage, served: ServedStripe, event: LocalEvent): Promise<void> {
  const { terminal } = stage;
  terminal.heading(`Stripe posts ${event.type}`);
  const forged = await deliver(stage, event, 'whsec_of_somebody_else');
  expectEqual('The answer to a forged event', forged, 401);
  terminal.fact('forged', `signed with another secret: ${forged}`);
  const from = served.requests.length;
  const taken = await deliver(stage, event);
  expectEqual('The answer to the event', taken, 202);
  terminal.fact('signed', `verified, on disk, answered ${taken}`);
  await untilSynced(stage);
  for (const request of served.requests.slice(from)) terminal.fact('asked', request);
}

async function untilSynced({ codex }: Stage): Promise<void> {
  const deadline = Date.now() + LONGEST_SYNC;
  for (;;) {
    const metrics = await (await fetch(`${codex.url}/metrics`)).text();
    if (/^codex_stripe_syncs_total\{result="changed"\} [1-9]/m.test(metrics)) return;
    if (Date.now() > deadline) throw new Mismatch('Codex did not ask Stripe what is new.');
    await delay(LOOK_EVERY);
  }
}
