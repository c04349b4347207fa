/** The sections `strategies` and `alerts` of `.github/codex.yml`: what TradingView's alerts cause. */
import { z } from 'zod';
import { ACTION_SCHEMAS } from './alert-actions.ts';
import { comparison } from './comparison.ts';
import { type Mistake, mistakesOf } from './mistakes.ts';
import { count, entryName, line, listOf, map } from './words.ts';

const pattern = line.regex(/^[^`]+$/, 'has backticks');

/** A directory means everything in it. */
const pathPattern = line
  .regex(
    /^(?![-/~])(?!(?:.*\/)?\.\.(?:\/|$))[^\\`]+$/,
    'must be a pattern of paths inside the repository, e.g. strategies/mean_reversion/**',
  )
  .transform((path) => (path.endsWith('/') ? `${path}**` : path));

const strategyName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[\w.-]{0,98}[A-Za-z0-9])?$/, 'is not a name of letters, digits, ".", "_" and "-"');

const strategy = map({
  paths: listOf(pathPattern, 'patterns of paths')
    .default([])
    .describe('The files of the strategy: `*` stops at a slash, `**` does not.'),
  heartbeat_minutes: count('minutes', 2, 10_080)
    .optional()
    .describe('Silence of the strategy that is longer than this opens an issue.'),
});

export const strategiesSchema = z.record(strategyName, strategy, 'must be a map of strategies');

const when = map({
  strategy: pattern.optional().describe('Its strategy.'),
  alert: pattern.optional().describe('Its kind, such as `drawdown`.'),
  event: pattern.optional().describe('Its text `event`.'),
  symbol: pattern.optional().describe('Its symbol, such as `BTC*`.'),
  exchange: pattern.optional().describe('Its exchange.'),
  interval: pattern.optional().describe('Its interval, such as `60`.'),
  fields: z
    .record(entryName, pattern, 'must be a map of names and patterns')
    .optional()
    .describe('Its other texts, by name.'),
  values: z
    .record(entryName, comparison, 'must be a map of names and comparisons')
    .optional()
    .describe('Its numbers, by name, compared with `>`, `>=`, `<`, `<=`, `==` or `!=`.'),
}).refine((given) => Object.keys(given).length > 0, 'says nothing; `strategy: "*"` is every alert');

/** YAML reads `- unfreeze:` as null: an action that is told nothing. */
const step = map(
  Object.fromEntries(
    Object.entries(ACTION_SCHEMAS).map(([name, schema]) => [name, schema.nullable().optional()]),
  ),
).refine((given) => Object.keys(given).length === 1, 'must be one action, e.g. {freeze: {hours: 4}}');

const alertRuleSchema = map({
  name: line.optional().describe('What the rule is called where it is told of.'),
  when: when.describe(
    'All of these are true of the alert. In texts, `*` stands for anything, `?` for one letter.',
  ),
  // biome-ignore lint/suspicious/noThenProperty: it is what the file says, and no promise.
  then: z
    .array(step, 'must be a list of actions')
    .min(1, 'is empty')
    .max(10, 'has more than 10 actions')
    .describe('What is done, in this order.'),
});

export const alertsSchema = listOf(alertRuleSchema, 'rules');

type Given = z.output<typeof alertRuleSchema>;

/** A rule as it is used; `number`: its place in the file, from 1. */
export interface AlertRule extends Given {
  readonly number: number;
}

export type Strategy = z.output<typeof strategy>;

const withRules = z.looseObject({ alerts: listOf(z.unknown(), 'rules') });

/**
 * The rules of a file. One with a mistake is left out, and told: what it would have matched or done cannot be known.
 * `rest` is the file for its other sections, with `alerts` only where that is no list of rules at all.
 */
export function readRules(file: unknown): {
  readonly rules: AlertRule[];
  readonly leftOut: Mistake[];
  readonly rest: unknown;
} {
  const { data } = withRules.safeParse(file);
  if (!data) return { rules: [], leftOut: [], rest: file };
  const { alerts, ...rest } = data;
  const rules = alerts.flatMap((given, index): AlertRule[] => {
    const parsed = alertRuleSchema.safeParse(given);
    return parsed.success ? [{ ...parsed.data, number: index + 1 }] : [];
  });
  const leftOut = alerts.flatMap((given, index) =>
    mistakesOf(alertRuleSchema, given).map((what) => ({
      key: 'alerts',
      reason: `rule ${index + 1} is left out: ${what}`,
    })),
  );
  return { rules, leftOut, rest };
}
