/** The keys of `.github/codex.yml` as people read them, from the schema's own words. */
import { z } from 'zod';
import { table } from './table.ts';

interface Node {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  /** Of a map whose keys are names; `false` or `{}` where it has none, or of any kind. */
  readonly additionalProperties?: Node | boolean | undefined;
  readonly items?: Node | undefined;
  readonly anyOf?: readonly Node[] | undefined;
}

/** The part of JSON Schema that zod writes for this file. */
const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    enum: z.array(z.string()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    properties: z.record(z.string(), node).optional(),
    additionalProperties: z.union([z.boolean(), node]).optional(),
    items: node.optional(),
    anyOf: z.array(node).optional(),
  }),
);

/** A row for each key that takes a value; `schema` is the JSON Schema of the file. */
export function repositoryKeysTable(schema: unknown): string {
  return table(['Key', 'Value', 'Default', 'Meaning'], rows(node.parse(schema), ''));
}

function rows({ properties = {} }: Node, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const key = `${prefix}${name}`;
    if (value.properties) return rows(value, `${key}.`);
    const { additionalProperties: named } = value;
    if (typeof named === 'object' && named.properties) return rows(named, `${key}.NAME.`);
    return [[`\`${key}\``, kindOf(value), defaultOf(value), value.description ?? '']];
  });
}

function kindOf({ type, enum: choices, minimum, maximum, items, anyOf, properties }: Node): string {
  if (anyOf) return anyOf.map(kindOf).join(', or ');
  if (choices) return choices.map((choice) => `\`${choice}\``).join(' or ');
  if (properties) return `\`{${Object.keys(properties).join(', ')}: NAME}\``;
  if (items?.items) return 'list of commands, each a list of words';
  if (items?.properties) return 'list of maps';
  if (items) return items.type === 'string' ? 'list of words' : `list of ${kindOf(items)}`;
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'integer' || type === 'number') return numberIn(minimum, maximum);
  return type === 'object' ? 'names and texts' : 'text';
}

function numberIn(minimum?: number, maximum = Number.MAX_SAFE_INTEGER): string {
  return maximum < Number.MAX_SAFE_INTEGER
    ? `number, ${minimum} to ${maximum}`
    : `number, at least ${minimum}`;
}

function defaultOf({ default: value }: Node): string {
  if (Array.isArray(value))
    return value.length === 0 ? '' : `\`[${value.map((item) => JSON.stringify(item)).join(', ')}]\``;
  const isEmpty = typeof value === 'object' && JSON.stringify(value).length === 2;
  return value === undefined || isEmpty ? '' : `\`${value}\``;
}
