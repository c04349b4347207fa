/** What the actions of rules about alerts may be told, by their names; what they do is in src/alerts/actions. */
import { z } from 'zod';
import { line, lines, NOT_A_MAP } from './words.ts';

const count = (what: string, least: number, most: number) =>
  z
    .int(`must be a whole number of ${what}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const kind = z
  .string('must be text')
  .regex(/^[a-z][a-z0-9_]{0,49}$/, 'is not a word in small letters, such as drawdown');

const eventType = z
  .string('must be text')
  .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'is not a name of letters, digits, ".", "_" and "-"');

const entry = z
  .string('must be text')
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/, 'is not a name of letters, digits and "_"');

/** The schemas of what follows each name; every one of them takes `{}`. */
export const ACTION_SCHEMAS = {
  issue: z.strictObject(
    {
      about: kind.optional().describe("The kind of alert that it is about; by default the alert's own."),
      labels: lines('labels').default([]).describe('Labels of a new issue.'),
      close: z
        .boolean('must be true or false')
        .default(false)
        .describe('The strategy has recovered: the issue is closed.'),
    },
    NOT_A_MAP,
  ),
  plan: z.strictObject(
    {
      max: count('pull requests', 1, 20).default(5).describe('Pull requests at most, the newest first.'),
    },
    NOT_A_MAP,
  ),
  dispatch: z.strictObject(
    {
      event: eventType.default('codex-alert').describe('The `types` that the workflow is started on.'),
      payload: z
        .array(entry, 'must be a list of names')
        .max(50, 'has more than 50 items')
        .default([])
        .describe('Names of `values` and `fields` of the alert that are passed on; no other is.'),
    },
    NOT_A_MAP,
  ),
  freeze: z.strictObject(
    {
      hours: count('hours', 1, 168).default(24).describe('When it ends by itself: alerts get lost.'),
      reason: line.optional().describe('Shown on every pull request that waits.'),
    },
    NOT_A_MAP,
  ),
  unfreeze: z.strictObject({}, NOT_A_MAP),
  comment: z.strictObject(
    {
      days: count('days', 1, 90).default(7).describe('How long ago they were merged, at most.'),
      max: count('pull requests', 1, 20).default(5).describe('Pull requests at most, the newest first.'),
    },
    NOT_A_MAP,
  ),
};

export type ActionName = keyof typeof ACTION_SCHEMAS;
export type ActionArguments<Name extends ActionName> = z.output<(typeof ACTION_SCHEMAS)[Name]>;
