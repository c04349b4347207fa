import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { decide, isInLine, needsPlan } from '../../src/merge/decide.ts';
import type { Effect } from '../../src/merge/decision.ts';
import { nextMergeabilityCheck } from '../../src/merge/rules/mergeability.ts';
import { RULES } from '../../src/merge/rules/rules.ts';
import type { Snapshot } from '../../src/merge/snapshot.ts';
import { CASES, HARMLESS } from './rules/cases.ts';
import { check, OTHER, plan, pull, requirements, snapshot } from './snapshots.ts';

const codesOf = (of: Snapshot) => decide(of).reasons.map(({ code }) => code);

describe('a rule', () => {
  test.each(CASES)('$code: $because', ({ code, snapshot: given, says }) => {
    const decision = decide(given);
    expect(decision.reasons.map((reason) => reason.code)).toEqual([code]);
    const told = decision.reasons.map(({ what, next }) => `${what} ${next}`).join();
    for (const words of says) expect(told).toContain(words);
  });

  test.each(HARMLESS)('says nothing where $because', ({ snapshot: given }) => {
    expect(decide(given)).toEqual({ action: 'merge', reasons: [] });
  });

  it('is shown to speak by at least one case, each of them', () => {
    const shown = new Set(CASES.map(({ code }) => code));
    expect(RULES.map(({ code }) => code).filter((code) => !shown.has(code))).toEqual([]);
  });

  it('has a code of its own, and a sentence for the documentation', () => {
    expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length);
    expect(RULES.filter(({ when }) => !/^[A-Z].*\.$/.test(when))).toEqual([]);
  });
});

describe('a decision', () => {
  const ACTIONS: Readonly<Record<Effect, string>> = { cancel: 'cancel', block: 'block', wait: 'wait' };

  it('tells every reason, in the order of the rules', () => {
    const everything = snapshot({
      pull: pull({ draft: true, headSha: OTHER, mergeable: null }),
      plan: null,
      ahead: [3],
      requirements: requirements({ approvals: 1, checks: [{ context: 'build', appId: null }] }),
    });
    expect(codesOf(everything)).toEqual([
      'head_moved',
      'draft',
      'approvals_missing',
      'check_absent',
      'mergeability_unknown',
      'plan_needed',
      'not_first',
    ]);
  });

  it('is done once it is merged, by whomever, whatever else there would be to say', () => {
    const merged = pull({ merged: true, state: 'closed', headSha: OTHER });
    expect(decide(snapshot({ pull: merged, expiresAt: 0 }))).toEqual({ action: 'done', reasons: [] });
  });

  it('is done where GitHub shows a merged pull request as open again', () => {
    expect(decide(snapshot({ pull: pull({ merged: true }) })).action).toBe('done');
  });

  it('never lists the plan twice where its check is required', () => {
    const required = requirements({ checks: [{ context: 'codex/plan', appId: null }] });
    const failed = check('codex/plan', { state: 'failure' });
    const given = snapshot({
      requirements: required,
      checks: [failed],
      plan: plan({ passed: false }),
    });
    expect(codesOf(given)).toEqual(['plan_failed']);
  });

  /** Everything that is the matter in any of some cases, together. */
  const mixtures = fc
    .subarray([...CASES])
    .map((cases): Snapshot => Object.assign(snapshot(), ...cases.map((each) => changed(each.snapshot))));

  it('never merges while any rule has a reason, and is as grave as its gravest reason', () => {
    fc.assert(
      fc.property(mixtures, (given) => {
        const { action, reasons } = decide(given);
        const found = RULES.flatMap((rule) => rule.evaluate(given).map(() => rule.code));
        expect(reasons.map(({ code }) => code)).toEqual(found);
        const gravest = (['cancel', 'block', 'wait'] as const).find((effect) =>
          reasons.some((reason) => reason.effect === effect),
        );
        expect(action).toBe(gravest === undefined ? 'merge' : ACTIONS[gravest]);
      }),
    );
  });

  it('is never eased by one more thing that is the matter', () => {
    const gravity = ['merge', 'wait', 'block', 'cancel'];
    const more: readonly Partial<Snapshot>[] = [
      { expiresAt: 0 },
      { refusal: 'No.' },
      { ahead: [1] },
      { requirements: requirements({ unread: 'forbidden' }) },
    ];
    fc.assert(
      fc.property(mixtures, fc.constantFrom(...more), (given, one) => {
        const before = gravity.indexOf(decide({ ...given, requirements: requirements() }).action);
        const after = gravity.indexOf(decide({ ...given, requirements: requirements(), ...one }).action);
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});

/** What differs from a snapshot to which nothing is missing. */
function changed(given: Snapshot): Partial<Snapshot> {
  const usual: Readonly<Record<string, unknown>> = { ...snapshot() };
  return Object.fromEntries(
    Object.entries(given).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key])),
  );
}

describe('the line of a base', () => {
  const inLine = (given: Snapshot) => isInLine(given, decide(given));

  it('holds what misses nothing but a plan and its turn', () => {
    expect(inLine(snapshot())).toBe(true);
    expect(inLine(snapshot({ plan: null }))).toBe(true);
    expect(inLine(snapshot({ plan: plan({ state: 'running' }), ahead: [3] }))).toBe(true);
  });

  it('does not hold what a person must see to, or what is over', () => {
    expect(inLine(snapshot({ plan: plan({ passed: false }) }))).toBe(false);
    expect(inLine(snapshot({ requirements: requirements({ approvals: 1 }) }))).toBe(false);
    expect(inLine(snapshot({ pull: pull({ merged: true }) }))).toBe(false);
    expect(inLine(snapshot({ expiresAt: 0 }))).toBe(false);
  });

  it('is kept while GitHub computes mergeability anew, but not for ever', () => {
    const unknown = pull({ mergeable: null });
    expect(inLine(snapshot({ pull: unknown, mergeabilityAsked: 1 }))).toBe(true);
    expect(inLine(snapshot({ pull: unknown, mergeabilityAsked: 4 }))).toBe(false);
  });

  it('has its first one planned, and only that one', () => {
    expect(needsPlan(decide(snapshot({ plan: null })))).toBe(true);
    expect(needsPlan(decide(snapshot({ plan: null, ahead: [3] })))).toBe(false);
    expect(needsPlan(decide(snapshot()))).toBe(false);
    expect(needsPlan(decide(snapshot({ plan: plan({ state: 'queued' }) })))).toBe(false);
  });
});

test('GitHub is asked for mergeability again after 5, 10 and 15 seconds', () => {
  expect([1, 2, 3, 4].map(nextMergeabilityCheck)).toEqual([5_000, 10_000, 15_000, null]);
});
