/** Everything that Codex says, while people and programs put every secret of it where it could repeat them. */
import { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createToken } from '../../src/alerts/receiving/token.ts';
import { codexctl } from '../support/codexctl.ts';
import { API_KEY } from '../support/local-stripe/start.ts';
import { type Selling, startSelling } from '../support/selling.ts';
import { createWithRules, issuesOf, outcomeOf } from './alerts-world.ts';
import type { MergeRepository, Pull } from './merge-world.ts';

const REPOSITORY = 'acme/secrets';
const TRADINGVIEW_SECRET = 'the-secret-"of"-these\\alerts';
const TOKEN = createToken(createSecretKey(TRADINGVIEW_SECRET, 'utf8'), {
  repository: REPOSITORY,
  strategy: 'mean',
});

let selling: Selling;
let environment: Record<string, string>;
let bot: MergeRepository;
/** By their names. */
let secrets: Record<string, string>;

beforeAll(async () => {
  const tradingview = { CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET: TRADINGVIEW_SECRET };
  selling = await startSelling({ ...tradingview, CODEX_BILLING_PLANS: 'all=600/1', LOG_LEVEL: 'trace' });
  selling.served.stripe.addPrice('all', ['codex.plan', 'codex.pr', 'codex.alerts']);
  const { github, dataDir } = selling.world;
  const own = { ...github.environment, ...selling.environment };
  environment = { ...own, CODEX_DATA_DIR: dataDir, GH_TOKEN: github.token('acme'), LOG_LEVEL: 'debug' };
  secrets = {
    'the private key': own.PRIVATE_KEY?.split('\n')[3] ?? '',
    "the secret of GitHub's webhooks": own.CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET ?? '',
    "the secret of Stripe's webhooks": own.CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET ?? '',
    'the key of Stripe': API_KEY,
    'the secret of alerts': TRADINGVIEW_SECRET,
    'a token of alerts': TOKEN,
  };
  await selling.subscribe('all');
  bot = await createWithRules(selling.world, 'secrets');
});
afterAll(() => selling.close());

const all = () => Object.values(secrets).join(' ');

/** What was answered, whatever it was. */
async function ask(path: string, options: RequestInit = {}): Promise<string> {
  const response = await fetch(`${selling.world.url}${path}`, { redirect: 'manual', ...options });
  return `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<string> {
  return ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

async function saidBy(...args: string[]): Promise<string> {
  return (await codexctl(args, { ...environment, DOCKER_HOST: `tcp://me:${API_KEY}@127.0.0.1:1` })).all;
}

/** A drawdown whose texts are the secrets. */
async function alertWithSecrets(): Promise<void> {
  const timenow = new Date().toISOString();
  const values = { drawdown: 50, comment: all().slice(0, 400), message: all() };
  const body = JSON.stringify({ token: TOKEN, alert: 'drawdown', timenow, ...values });
  expect(await post('/webhooks/tradingview', body)).toMatch(/^202 /);
  const entry = { repository: REPOSITORY, kind: 'drawdown', action: 'issue', outcome: 'done' };
  await outcomeOf(selling.world, entry);
}

async function mergeWithSecrets(): Promise<Pull> {
  const pull = await bot.planned({ title: `Add ${API_KEY}`, body: all() });
  await pull.command(`/codex plan -k "${TOKEN}"`);
  await pull.command(`/codex ${API_KEY}`);
  await pull.lands(await pull.ask());
  return pull;
}

async function refusals(): Promise<string[]> {
  const query = `?token=${TOKEN}&alert=x&${new URLSearchParams({ a: all() })}`;
  const signed = { 'stripe-signature': all(), 'x-codex-signature': all(), 'x-hub-signature-256': all() };
  return Promise.all([
    ...['github', 'stripe', 'tradingview'].flatMap((name) => [
      post(`/webhooks/${name}${query}`, all()),
      post(`/webhooks/${name}`, JSON.stringify({ token: TOKEN, alert: all() }), encoded(signed)),
    ]),
    ...['/', '/health', '/billing/portal', '/billing/checkout'].map((path) => ask(path + query)),
  ]);
}

function encoded(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/\s+/g, ' ')]),
  );
}

test('none of its secrets is in what Codex writes to GitHub, logs, answers or prints', async () => {
  await alertWithSecrets();
  const pull = await mergeWithSecrets();
  selling.served.failNext({
    status: 401,
    body: { error: { message: `Invalid API Key provided: ${API_KEY}` } },
  });
  const links = await saidBy('billing', 'link', 'acme');
  const portal = /\/billing\/portal\S+/.exec(links)?.[0] ?? '';
  const visited = [await ask(portal), await ask(portal)];
  const comments = await bot.repository.comments(pull.number);
  const said: Record<string, unknown> = {
    answers: [...(await refusals()), ...visited, await ask('/metrics'), await ask('/ready')],
    log: selling.world.log.all,
    issues: (await issuesOf(selling.world, REPOSITORY)).map(({ title, body }) => `${title} ${body}`),
    comments: comments.filter(({ user }) => user.login === selling.world.github.botLogin),
    checks: await bot.repository.checkRuns(pull.head),
    commits: (await bot.commits())[0]?.message,
    codexctl: await Promise.all([
      saidBy('doctor', REPOSITORY),
      saidBy('governance', 'check', REPOSITORY),
      saidBy('alerts'),
      saidBy('receipts', '--json'),
      saidBy('dead'),
    ]),
  };
  const watched = {
    ...secrets,
    'a link to the portal': portal.slice(-43),
    GH_TOKEN: environment.GH_TOKEN ?? '',
  };
  const leaks = Object.entries(said).flatMap(([where, what]) => {
    expect(`${where}: ${JSON.stringify(what)}`.length).toBeGreaterThan(100);
    return Object.entries(watched)
      .filter(([, secret]) => isIn(what, secret))
      .map(([name]) => `${name} in ${where}`);
  });
  expect(leaks).toEqual([]);
});

/** Also as JSON writes it. */
function isIn(what: unknown, secret: string): boolean {
  const text = JSON.stringify(what);
  return text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1));
}
