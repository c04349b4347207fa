/** Decisions as a server makes and stores them: real flags, a real database, facts of a subscription that change. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OpenFeature } from '@openfeature/server-sdk';
import { createEntitlements } from '../../src/composition/entitlements.ts';
import { ConfigError, parseLocalConfig } from '../../src/config.ts';
import { DecisionStore } from '../../src/entitlements/decisions.ts';
import type { Billing, Entitlements } from '../../src/entitlements/entitlements.ts';
import { evaluateInTime } from '../../src/entitlements/flags/flags.ts';
import { FlagSetStore } from '../../src/entitlements/flags/store.ts';
import { replay } from '../../src/entitlements/replay.ts';
import { NO_SUBSCRIPTION, type SubscriptionFacts } from '../../src/entitlements/subscription.ts';
import { createLog } from '../../src/log.ts';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { always, OCTOCAT, setWith } from './flags/sets.ts';

const SUBJECT = { user: 'octocat', repository: 'acme/shop', accountId: 7, installation: 1, member: true };
const KEY = { user: 'octocat', repository: 'acme/shop', capability: 'codex.pr' } as const;
const LINK = 'https://codex.example/billing/checkout';

let directory: string;
let db: Db;
let now: number;
let facts: SubscriptionFacts;
let counted: string[];
let entitlements: Entitlements | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codex-entitlements-'));
  db = openDatabase(':memory:');
  now = 1_000;
  facts = NO_SUBSCRIPTION;
  counted = [];
});
afterEach(async () => {
  await entitlements?.close();
  entitlements = undefined;
  db.close();
  rmSync(directory, { recursive: true });
});

const stripe: Billing = { subscriptionOf: () => facts, plans: ['team', 'pro'], subscribeLink: () => LINK };

async function start(billing: Billing | null, env: Record<string, string> = {}): Promise<Entitlements> {
  entitlements = await createEntitlements(
    { config: parseLocalConfig(env), db, instance: randomUUID(), log: createLog('silent'), now: () => now },
    {
      billing,
      onFlags: (result) => counted.push(`flags ${result}`),
      onDecision: ({ capability, allowed }) => counted.push(`${capability} ${allowed}`),
    },
  );
  return entitlements;
}

function flagsFile(content: string): Record<string, string> {
  const file = join(directory, 'flags.json');
  writeFileSync(file, content);
  return { CODEX_OPENFEATURE_PROVIDER: file };
}

describe('the embedded flags', () => {
  test('allow everything where there is no Stripe', async () => {
    const { decide } = bound(await start(null));
    expect((await decide('codex.plan')).allowed).toBe(true);
    expect((await decide('codex.pr')).allowed).toBe(true);
    expect((await decide('codex.unheard-of')).allowed).toBe(false);
    expect(counted).toEqual(['flags used', 'codex.plan true', 'codex.pr true', 'codex.unheard-of false']);
  });

  test('with Stripe allow what is paid for, and nothing else', async () => {
    const { decide } = bound(await start(stripe));
    const allowedWith = async (more: Partial<SubscriptionFacts>) => {
      facts = { ...NO_SUBSCRIPTION, ...more };
      return (await decide('codex.pr')).allowed;
    };
    for (const status of ['trialing', 'active'] as const) expect(await allowedWith({ status })).toBe(true);
    expect(await allowedWith({ status: 'past_due', graceUntil: now + 1 })).toBe(true);
    expect(await allowedWith({ status: 'past_due', graceUntil: now })).toBe(false);
    for (const status of ['none', 'unpaid', 'paused', 'incomplete', 'canceled', 'unknown'] as const) {
      expect(await allowedWith({ status })).toBe(false);
    }
  });

  test('do not let a paused subscription act on the entitlement that it keeps', async () => {
    const { decide } = bound(await start(stripe));
    facts = { ...NO_SUBSCRIPTION, status: 'paused', entitlements: ['codex.pr'] };
    expect((await decide('codex.pr')).allowed).toBe(false);
    facts = { ...facts, status: 'active' };
    expect((await decide('codex.pr')).allowed).toBe(true);
    expect((await decide('codex.plan')).allowed).toBe(false);
  });
});

describe('without an answer of the flags', () => {
  const nothing = () => flagsFile('{"flags": {}}');

  test('codex.pr is denied, and codex.plan is allowed without Stripe but denied with it', async () => {
    const { decide } = bound(await start(null, nothing()));
    expect((await decide('codex.pr')).allowed).toBe(false);
    expect((await decide('codex.plan')).allowed).toBe(true);
    await entitlements?.close();
    const paid = bound(await start(stripe, nothing()));
    expect((await paid.decide('codex.plan')).allowed).toBe(false);
  });

  test('the operator says otherwise for codex.plan, and for nothing else', async () => {
    const { decide } = bound(await start(stripe, { ...nothing(), CODEX_OPENFEATURE_PLAN_FALLBACK: 'allow' }));
    expect((await decide('codex.plan')).allowed).toBe(true);
    expect((await decide('codex.pr')).allowed).toBe(false);
  });

  test('a decision is not held up by an answer that never comes', async () => {
    const never = {
      metadata: { name: 'never' },
      resolveBooleanEvaluation: () => new Promise<never>(() => {}),
      resolveStringEvaluation: () => new Promise<never>(() => {}),
      resolveNumberEvaluation: () => new Promise<never>(() => {}),
      resolveObjectEvaluation: () => new Promise<never>(() => {}),
    };
    await OpenFeature.setProviderAndWait('never', never);
    expect(await evaluateInTime(OpenFeature.getClient('never'), 'codex.pr', OCTOCAT)).toBe('late');
  });
});

describe('what was decided', () => {
  test('is stored before it is answered, with all that it was made of', async () => {
    const { decide } = bound(await start(stripe));
    facts = { ...NO_SUBSCRIPTION, status: 'canceled', plan: 'team', eventId: 'evt_1', asOf: 900 };
    const { id, ...decision } = await decide('codex.pr');
    const stored = new DecisionStore(db).find(KEY, id);
    expect(stored).toMatchObject({ decision, times: 1, firstAt: 1_000, lastAt: 1_000, fallback: false });
    expect(stored?.decision).toMatchObject({
      allowed: false,
      variant: 'off',
      subscription: 'canceled',
      subscriptionEvent: 'evt_1',
    });
    expect(stored?.context).toMatchObject({ user: 'octocat', owner: 'acme', plan: 'team', account_id: 7 });
  });

  test('again and again is one row, counted, until the answer or what it is made of changes', async () => {
    const { decide } = bound(await start(stripe));
    const first = await decide('codex.pr');
    now = 2_000;
    const second = await decide('codex.pr');
    facts = { ...NO_SUBSCRIPTION, status: 'active', eventId: 'evt_2' };
    now = 3_000;
    const third = await decide('codex.pr');
    expect(second.id).toBe(first.id);
    expect(third.id).not.toBe(first.id);
    const decisions = new DecisionStore(db);
    expect(decisions.latest(KEY, 2_999)).toMatchObject({
      id: first.id,
      times: 2,
      firstAt: 1_000,
      lastAt: 2_000,
    });
    expect(decisions.latest({ ...KEY, user: 'OctoCat', repository: 'Acme/Shop' }, 3_000)?.id).toBe(third.id);
    expect(decisions.latest(KEY, 999)).toBeNull();
  });

  test('is made again by the flags of then, whatever they are now', async () => {
    const first = bound(await start(null, flagsFile(always(false))));
    const { id } = await first.decide('codex.pr');
    await entitlements?.close();
    await start(null, flagsFile(always(true)));
    const stored = new DecisionStore(db).find(KEY, id);
    const content = new FlagSetStore(db).contentOf(stored?.decision.flagSet ?? '');
    expect(stored && (await replay(stored, content))).toEqual(stored?.decision);
    expect(stored && (await replay(stored, always(true)))).toMatchObject({ allowed: true });
  });

  test('is forgotten in time, and with it the flags that no other decision needs', async () => {
    const first = bound(await start(null, flagsFile(always(false))));
    const old = await first.decide('codex.pr');
    await entitlements?.close();
    now = 5_000;
    const second = bound(await start(null, flagsFile(always(true))));
    const kept = await second.decide('codex.pr');
    const [decisions, sets] = [new DecisionStore(db), new FlagSetStore(db)];
    decisions.forget(2_000);
    sets.forgetUnused();
    expect(decisions.latest(KEY, now)?.id).toBe(kept.id);
    expect(sets.contentOf(old.flagSet ?? '')).toBeNull();
    expect(sets.contentOf(kept.flagSet ?? '')).toBe(always(true));
  });
});

describe('a refusal', () => {
  const nextOf = async (codex: Entitlements) =>
    (await codex.refusal(await codex.decide('codex.pr', SUBJECT), SUBJECT)).next;

  test('sends to the link of the account', async () => {
    expect(await nextOf(await start(stripe))).toContain(LINK);
  });

  test('sends nobody to pay for what the flags would deny all the same', async () => {
    const toPlan = (plan: string) => setWith({ if: [{ '==': [{ var: 'plan' }, plan] }, 'on', 'off'] });
    const next = async (flags: string) => {
      const told = await nextOf(await start(stripe, flagsFile(flags)));
      await entitlements?.close();
      return told;
    };
    expect(await next(toPlan('pro'))).toContain(LINK);
    expect(await next(toPlan('yacht'))).not.toContain(LINK);
    expect(await next('{"flags": {}}')).not.toContain(LINK);
  });
});

test("a file that cannot be used ends the start by the variable's name, without its content", async () => {
  const failed = start(null, flagsFile('{"flags": {"codex.pr": "s3cret"}}'));
  await expect(failed).rejects.toThrow(ConfigError);
  await expect(failed).rejects.toThrow(
    'CODEX_OPENFEATURE_PROVIDER: its flags cannot be used: /flags/codex.pr: ',
  );
  await expect(failed).rejects.not.toThrow('s3cret');
});

/** `codex` for the one subject of these tests. */
function bound(codex: Entitlements) {
  return {
    decide: (capability: `codex.${string}`) => codex.decide(capability, SUBJECT),
  };
}
