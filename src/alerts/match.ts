/** Which rules an alert matches, and why the others do not. Pure. */
import { matchesBranch } from '../merge/governance/branch-pattern.ts';
import type { AlertRule } from '../repository/alerts-schema.ts';
import { holds } from '../repository/comparison.ts';
import type { Alert } from './alert.ts';

export interface Match {
  readonly rule: AlertRule;
  readonly matched: boolean;
  /** What of the rule's `when` is not true of the alert, a phrase each; empty where it matches. */
  readonly whyNot: readonly string[];
}

type When = AlertRule['when'];

/** The rules in their order. */
export function matchRules(rules: readonly AlertRule[], alert: Alert): Match[] {
  return rules.map((rule) => {
    const whyNot = [...textMismatches(rule.when, alert), ...numberMismatches(rule.when, alert)];
    return { rule, matched: whyNot.length === 0, whyNot };
  });
}

/** `*` is anything and `?` one letter. A text has no segments: a slash in it is a letter like others. */
export function matchesText(pattern: string, text: string): boolean {
  const letters = (from: string): string => from.replaceAll('/', '\u2044');
  return matchesBranch(letters(pattern), letters(text));
}

function textMismatches({ fields = {}, values: _, event, ...named }: When, alert: Alert): string[] {
  const own = Object.entries(named).map(([name, pattern]) => mismatch(name, pattern, textOf(alert, name)));
  const others = Object.entries({ ...(event === undefined ? {} : { event }), ...fields }).map(
    ([name, pattern]) => mismatch(name, pattern, entryOf(alert.fields, name)),
  );
  return [...own, ...others].filter((why) => why !== null);
}

function textOf(alert: Alert, name: string): string | null {
  const { strategy, alert: kind, symbol, exchange, interval } = alert;
  return entryOf({ strategy, alert: kind, symbol, exchange, interval }, name);
}

function mismatch(name: string, pattern: string | undefined, text: string | null): string | null {
  if (pattern === undefined || (text !== null && matchesText(pattern, text))) return null;
  return text === null ? `the alert has no ${name}` : `${name} is ${JSON.stringify(text)}, not ${pattern}`;
}

function numberMismatches({ values = {} }: When, alert: Alert): string[] {
  return Object.entries(values).flatMap(([name, comparison]) => {
    const value = entryOf(alert.values, name);
    if (value === null) return [`the alert has no number ${name}`];
    return holds(comparison, value) ? [] : [`${name} is ${value}, not ${comparison}`];
  });
}

/** What objects have by themselves is no entry. */
function entryOf<Value>(entries: Readonly<Record<string, Value>>, name: string): Value | null {
  return Object.hasOwn(entries, name) ? (entries[name] ?? null) : null;
}
