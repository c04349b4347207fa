import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Capability } from '../../src/entitlements/capability.ts';
import { decide, fallbackFor } from '../../src/entitlements/decide.ts';
import { refusal } from '../../src/entitlements/refusal.ts';
import { contextOf, type Standing, standing, standingOf } from '../../src/entitlements/subject.ts';
import {
  NO_SUBSCRIPTION,
  SUBSCRIPTION_STATUSES,
  type SubscriptionFacts,
} from '../../src/entitlements/subscription.ts';

const SILENCES = ['disabled', 'unknown', 'unanswered', 'error', 'late'] as const;
const capabilities = fc.constantFrom<Capability>('codex.plan', 'codex.pr', 'codex.later');
const answers = fc.record({
  kind: fc.constant('answer' as const),
  allowed: fc.boolean(),
  variant: fc.string(),
  targeted: fc.boolean(),
  flagSet: fc.string(),
});
const silences = fc.record({
  kind: fc.constantFrom(...SILENCES),
  flagSet: fc.option(fc.string()),
});
const inputs = fc.record({
  capability: capabilities,
  evaluation: fc.oneof(answers, silences),
  standing: fc.constantFrom(...standing.options),
  subscriptionEvent: fc.option(fc.string()),
  fallback: fc.boolean(),
});

describe('whatever the flags, the subscription and the operator say', () => {
  test('a decision allows only by a flag that says so, or where no flag answers by the operator', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { evaluation, fallback } = input;
        const byFlag = evaluation.kind === 'answer' && evaluation.allowed;
        const byOperator = evaluation.kind !== 'answer' && evaluation.kind !== 'disabled' && fallback;
        expect(decide(input).allowed).toBe(byFlag || byOperator);
      }),
    );
  });

  test('without an answer only codex.plan can be allowed', () => {
    fc.assert(
      fc.property(
        capabilities,
        silences,
        fc.constantFrom('allow' as const, 'deny' as const),
        (capability, evaluation, plan) => {
          const fallback = fallbackFor(capability, plan);
          const { allowed } = decide({
            capability,
            evaluation,
            standing: 'active',
            subscriptionEvent: null,
            fallback,
          });
          if (capability !== 'codex.plan' || plan === 'deny') expect(allowed).toBe(false);
        },
      ),
    );
  });

  test('a decision names its flags, the standing and the event, and says why in one sentence', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const decision = decide(input);
        expect(decision).toMatchObject({
          flagSet: input.evaluation.flagSet,
          subscription: input.standing,
          subscriptionEvent: input.subscriptionEvent,
        });
        expect(decision.reason).toMatch(/^[A-Z].*; .*\.$/su);
      }),
    );
  });

  test('the same input gives the same decision', () => {
    fc.assert(fc.property(inputs, (input) => expect(decide(input)).toEqual(decide(input))));
  });
});

describe('what the flags are asked with', () => {
  const subject = { user: 'octocat', repository: 'acme/shop', accountId: 7, installation: 1, member: true };
  const facts = (more: Partial<SubscriptionFacts>): SubscriptionFacts => ({ ...NO_SUBSCRIPTION, ...more });

  test('is text and numbers, and a name is in them as it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (user, name) => {
        const context = contextOf({ ...subject, user, repository: `${user}/${name}` }, null, 'codex.pr', 0);
        expect(context).toMatchObject({ user, targetingKey: user, repository: `${user}/${name}` });
        for (const value of Object.values(context)) expect(['string', 'number']).toContain(typeof value);
      }),
    );
  });

  test('says `off` where this Codex has no Stripe, and the status where it has', () => {
    expect(contextOf(subject, null, 'codex.pr', 0).subscription).toBe('off');
    for (const status of SUBSCRIPTION_STATUSES.filter((word) => word !== 'past_due')) {
      expect(contextOf(subject, facts({ status }), 'codex.pr', 0).subscription).toBe(status);
    }
  });

  test('counts an overdue payment as unpaid once the time of grace is over', () => {
    const overdue = facts({ status: 'past_due', graceUntil: 1_000 });
    expect(standingOf(overdue, 999)).toBe('past_due');
    expect(standingOf(overdue, 1_000)).toBe('unpaid');
    expect(standingOf({ ...overdue, graceUntil: null }, 0)).toBe('unpaid');
  });

  test('tells whether Stripe lists the capability among many entitlements', () => {
    const many = Array.from({ length: 25 }, (_, n) => `feature-${n}`);
    const entitled = (entitlements: string[]) =>
      contextOf(subject, facts({ status: 'active', entitlements }), 'codex.pr', 0).entitled;
    expect(entitled([...many, 'codex.pr'])).toBe('yes');
    expect(entitled([...many, 'codex.plan'])).toBe('no');
    expect(entitled(many)).toBe('unlisted');
  });
});

describe('a refusal', () => {
  const denied = decide({
    capability: 'codex.pr',
    evaluation: { kind: 'answer', allowed: false, variant: 'off', targeted: true, flagSet: 'abc' },
    standing: 'none',
    subscriptionEvent: null,
    fallback: false,
  });

  const selling = { owner: 'acme', link: 'https://codex.example/billing/checkout?token=t' };
  const operator = 'Ask whoever operates this Codex.';
  const nextOf = (subscription: Standing) => refusal({ ...denied, subscription }, selling).next;

  test('says which capability, why, and where to subscribe', () => {
    const { message, next } = refusal(denied, selling);
    expect(message).toBe(
      'This needs `codex.pr`, which you do not have here. Denied by a rule of its flag ("off"); the account has no subscription.',
    );
    expect(next).toBe(`[Subscribe for \`acme\`](${selling.link}), then give the command again.`);
  });

  test.each(['none', 'incomplete', 'incomplete_expired', 'canceled'] as const)(
    'links to Checkout where there is nothing to buy beside: %s',
    (standing) => expect(nextOf(standing)).toContain(selling.link),
  );

  test.each(['past_due', 'unpaid', 'paused'] as const)(
    'of a subscription that is there sends to its portal, never to buy another: %s',
    (standing) => {
      expect(nextOf(standing)).not.toContain(selling.link);
      expect(nextOf(standing)).toContain('`codexctl billing link acme`');
    },
  );

  test('sends to the operator where paying would not help', () => {
    for (const standing of ['trialing', 'active', 'unknown'] as const)
      expect(nextOf(standing)).toBe(operator);
    expect(refusal(denied, null).next).toBe(operator);
  });
});
