/** What the actions of rules about alerts may be told, by their names; what they do is in src/alerts/actions. */
import { z } from 'zod';
import { count, entryName, line, lines, map, yesOrNo } from './words.ts';

const kind = z
  .string('must be text')
  .regex(/^[a-z][a-z0-9_]{0,49}$/, 'is not a word in small letters, such as drawdown');

const eventType = z
  .string('must be text')
  .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'is not a name of letters, digits, ".", "_" and "-"');

/** The schemas of what follows each name; every one of them takes `{}`. */
export const ACTION_SCHEMAS = {
  issue: map({
    about: kind.optional().describe("The kind of alert that it is about; by default the alert's own."),
    labels: lines('labels').default([]).describe('Labels of a new issue.'),
    close: yesOrNo.default(false).describe('The strategy has recovered: the issue is closed.'),
  }),
  plan: map({
    max: count('pull requests', 1, 20).default(5).describe('Pull requests at most, the newest first.'),
  }),
  dispatch: map({
    event: eventType.default('codex-alert').describe('The `types` that the workflow is started on.'),
    payload: z
      .array(entryName, 'must be a list of names')
      .max(50, 'has more than 50 items')
      .default([])
      .describe('Names of `values` and `fields` of the alert that are passed on; no other is.'),
  }),
  freeze: map({
    hours: count('hours', 1, 168).default(24).describe('When it ends by itself: alerts get lost.'),
    reason: line.optional().describe('Shown on every pull request that waits.'),
  }),
  unfreeze: map({}),
  comment: map({
    days: count('days', 1, 90).default(7).describe('How long ago they were merged, at most.'),
    max: count('pull requests', 1, 20).default(5).describe('Pull requests at most, the newest first.'),
  }),
};

export type ActionName = keyof typeof ACTION_SCHEMAS;
export type ActionArguments<Name extends ActionName> = z.output<(typeof ACTION_SCHEMAS)[Name]>;
