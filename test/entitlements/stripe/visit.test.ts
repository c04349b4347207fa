import { describe, expect, test } from '@jest/globals';
import { linkKey, linksTo, type Purpose } from '../../../src/entitlements/stripe/link.ts';
import { renderPage } from '../../../src/entitlements/stripe/page.ts';
import { visit } from '../../../src/entitlements/stripe/visit.ts';
import { createLog } from '../../../src/log.ts';
import { Secret } from '../../../src/redact.ts';
import { ACCOUNT, OF_ACCOUNT, startBillingSide } from './setup.ts';

const key = linkKey(new Secret('rk_test_0123456789abcdef'));
const publicUrl = 'https://codex.acme.dev';
const linkFor = linksTo(publicUrl, key);
const PLANS = ['team', 'pro'];

async function startVisits(plans: readonly string[] = ['team']) {
  const side = await startBillingSide();
  side.accounts.remember({ id: ACCOUNT, login: 'acme', installation: 1 }, 0);
  const { client: stripe, customers, accounts, now } = side;
  const log = createLog('silent');
  const open = (purpose: Purpose, more: Record<string, string> = {}, link = linkFor(ACCOUNT, purpose, 0)) => {
    const query = new URLSearchParams({ ...Object.fromEntries(new URL(link).searchParams), ...more });
    return visit(purpose, query, { stripe, key, customers, accounts, plans, publicUrl, log, now });
  };
  return { ...side, open };
}

describe('a link to Checkout', () => {
  test('opens a session of a customer that names the account, for the plan', async () => {
    const { open, stripe, url } = await startVisits();
    const visited = await open('checkout');
    const [session] = stripe.sessions.values();
    expect(visited).toEqual({ location: `${url}/pay/${session?.id}` });
    expect([...stripe.customers.values()]).toMatchObject([{ name: 'acme', metadata: OF_ACCOUNT }]);
    expect(session).toMatchObject({
      client_reference_id: String(ACCOUNT),
      metadata: OF_ACCOUNT,
      subscription_metadata: OF_ACCOUNT,
      line_items: [{ quantity: '1' }],
      success_url: `${publicUrl}/billing/done`,
    });
  });

  test('opened again, leads to the same session of the same customer', async () => {
    const { open, stripe } = await startVisits();
    expect(await open('checkout')).toEqual(await open('checkout'));
    expect(stripe.customers.size).toBe(1);
  });

  test('after paying, the signed event makes the account a subscriber', async () => {
    const { open, stripe, receive, facts } = await startVisits();
    await open('checkout');
    stripe.pay([...stripe.sessions.keys()][0] ?? '');
    await receive(stripe.events);
    expect(facts()).toMatchObject({ status: 'active', plan: 'team' });
  });

  test('of several plans asks which', async () => {
    const { open, stripe } = await startVisits(PLANS);
    expect(await open('checkout')).toMatchObject({ page: { title: 'Choose a plan' } });
    expect(await open('checkout', { plan: 'pro' })).toHaveProperty('location');
    expect(await open('checkout', { plan: 'yacht' })).toHaveProperty('page');
    expect(stripe.sessions.size).toBe(1);
  });

  test('a metered price has no quantity', async () => {
    const { open, stripe } = await startVisits(['metered']);
    stripe.addPrice('metered', [], 'metered');
    await open('checkout');
    expect([...stripe.sessions.values()][0]?.line_items).toEqual([{ price: expect.any(String) }]);
  });

  test('of who has a subscription says so: nobody pays twice, and no reader gets into the portal', async () => {
    const { open, stripe, receive } = await startVisits();
    stripe.subscribe(stripe.addCustomer(OF_ACCOUNT).id, 'team', 'unpaid');
    await receive(stripe.events);
    expect(await open('checkout')).toMatchObject({ page: { title: 'There is a subscription already' } });
  });

  test('after a subscription has ended, is for a new customer: nobody sees who paid before', async () => {
    const { open, stripe, receive } = await startVisits();
    const { id } = stripe.addCustomer(OF_ACCOUNT);
    stripe.subscribe(id, 'team', 'canceled');
    await receive(stripe.events);
    await open('checkout');
    await open('checkout');
    expect([...stripe.customers.keys()]).toEqual([id, [...stripe.sessions.values()][0]?.customer]);
  });
});

describe('a link to the portal', () => {
  test('opens it for the customer that pays, of two', async () => {
    const { open, stripe, receive, url } = await startVisits();
    stripe.addCustomer(OF_ACCOUNT);
    const { id } = stripe.addCustomer(OF_ACCOUNT);
    stripe.subscribe(id, 'team');
    await receive(stripe.events);
    expect(await open('portal')).toEqual({ location: `${url}/portal/${id}` });
  });

  test('of who never subscribed says so', async () => {
    const { open } = await startVisits();
    expect(await open('portal')).toMatchObject({ page: { status: 404 } });
  });
});

describe('what is told in place of Checkout', () => {
  test('an expired link, a forged one: Stripe is not asked', async () => {
    const { open, requests } = await startVisits();
    const dayBefore = linkFor(ACCOUNT, 'checkout', -24 * 60 * 60_000);
    expect(await open('checkout', {}, dayBefore)).toMatchObject({ page: { status: 410 } });
    expect(await open('checkout', { token: 'x' })).toMatchObject({ page: { status: 403 } });
    expect(requests).toEqual([]);
  });

  test('Stripe is down: nothing was bought, try later', async () => {
    const { open, failNext } = await startVisits();
    failNext(null, null);
    expect(await open('checkout')).toMatchObject({ page: { status: 503 } });
  });

  test('the plan has no price in Stripe', async () => {
    const { open } = await startVisits(['yacht']);
    expect(await open('checkout')).toMatchObject({ page: { status: 503 } });
  });
});

describe('a page', () => {
  const html = renderPage({
    status: 200,
    title: '<script>alert(1)</script>',
    text: ['"a" & \'b\''],
    links: new Map([['team', '/billing/checkout?token=a&plan=team"><img>']]),
  });

  test('shows text as text', () => {
    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain('<p>&quot;a&quot; &amp; &#39;b&#39;</p>');
  });

  test('has a language, a title, one heading and a main part', () => {
    expect(html).toMatch(/<html lang="en">[\s\S]*<title>[\s\S]*<main>\n<h1>/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
  });
});
