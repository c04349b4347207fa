import { z } from 'zod';
import { ACTIONS } from '../../src/alerts/actions/registry.ts';
import { ACTION_SCHEMAS, type ActionName } from '../../src/repository/alert-actions.ts';
import { table } from './table.ts';

const described = z.object({
  properties: z
    .record(
      z.string(),
      z.object({ description: z.string(), default: z.unknown().optional(), maximum: z.number().optional() }),
    )
    .default({}),
});

/** What a rule's `then` may say: an action a row, with its keys. */
export function alertActionsTable(): string {
  const rows = ACTIONS.map(({ name, summary, hourly }) => [
    `\`${name}\``,
    summary,
    keysOf(name),
    String(hourly),
  ]);
  return table(['Action', 'What it does', 'Keys', 'In an hour, at most'], rows);
}

function keysOf(name: ActionName): string {
  const { properties } = described.parse(z.toJSONSchema(ACTION_SCHEMAS[name], { io: 'input' }));
  return Object.entries(properties)
    .map(
      ([key, { description, default: value, maximum }]) =>
        `\`${key}\`${defaultOf(value, maximum)}: ${description}`,
    )
    .join('<br>');
}

function defaultOf(value: unknown, maximum?: number): string {
  if (typeof value === 'number') return ` (${value}, at most ${maximum})`;
  return typeof value === 'string' ? ` (${value})` : '';
}
