/** What a schema refuses, in words for a person, and how the rest of a configuration is kept. */
import { z } from 'zod';
import { nearest } from '../nearest.ts';

/** `key`: `plan.limits.cpus`, empty for the file itself. `reason`: a phrase about it, for a person. */
export interface Mistake {
  readonly key: string;
  readonly reason: string;
}

type Issue = z.core.$ZodIssue;

/** The same data without the keys that `schema` refuses, and why. A list is refused as a whole. */
export function withoutMistakes<Schema extends z.ZodType>(schema: Schema, data: unknown) {
  const kept: unknown = structuredClone(data);
  const mistakes: Mistake[] = [];
  for (;;) {
    const parsed = schema.safeParse(kept);
    if (parsed.success) return { value: parsed.data, mistakes };
    const refused = parsed.error.issues.flatMap((issue) => refusals(issue, schema));
    mistakes.push(...refused.map(({ path, reason }) => ({ key: path.join('.'), reason })));
    if (!distinctPaths(refused).every((path) => remove(kept, path))) {
      return { value: schema.parse({}), mistakes };
    }
  }
}

/** Every mistake of one value as a sentence: "`then.1.freeze.hours` must be at most 168." Lists count from 1. */
export function mistakesOf(schema: z.ZodType, data: unknown): string[] {
  const issues = schema.safeParse(data).error?.issues ?? [];
  return issues.flatMap((issue) => {
    const { path } = issue;
    if (issue.code !== 'unrecognized_keys') return [sentence(path, messageOf(issue))];
    return issue.keys.map((key) => sentence([...path, key], unknownKey(key, knownKeys(schema, path))));
  });
}

function sentence(path: Issue['path'], reason: string): string {
  const place = path.map((part) => (typeof part === 'number' ? part + 1 : String(part))).join('.');
  return `${place === '' ? 'it' : `\`${place}\``} ${reason}`;
}

interface Refusal {
  readonly path: readonly string[];
  readonly reason: string;
}

/** A value may be refused for several reasons: it is removed once. */
function distinctPaths(refused: readonly Refusal[]): readonly (readonly string[])[] {
  return [...new Map(refused.map(({ path }) => [JSON.stringify(path), path])).values()];
}

function refusals(issue: Issue, schema: z.ZodType): Refusal[] {
  const path = keysOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      reason: unknownKey(key, knownKeys(schema, path)),
    }));
  }
  return [{ path, reason: `${place(issue, path)}${messageOf(issue)}` }];
}

function messageOf(issue: Issue): string {
  const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
  return inner?.message ?? issue.message;
}

/** The path up to the first list: what is in a list stands and falls with it. */
function keysOf(path: Issue['path']): string[] {
  const list = path.findIndex((part) => typeof part === 'number');
  return (list === -1 ? path : path.slice(0, list)).map(String);
}

function place(issue: Issue, path: readonly string[]): string {
  const items = issue.path.slice(path.length).filter((part) => typeof part === 'number');
  return items.map((index) => `item ${index + 1}`).join(', ') + (items.length > 0 ? ': ' : '');
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === null
    ? `is not a known key; known are ${known.join(', ')}`
    : `is not a known key: did you mean ${meant}?`;
}

const described = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
  /** Of a map that may be null, which is written as one of two. */
  anyOf: z.array(z.unknown()).optional(),
});
const nothing = { properties: {} };

/** The keys that `schema` knows below `path`. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here = described.parse(z.toJSONSchema(schema, { io: 'input' }));
  for (const key of path) {
    const below = typeof key === 'number' ? here.items : here.properties[String(key)];
    here = described.catch(nothing).parse(below);
    if (here.anyOf) here = described.catch(nothing).parse(here.anyOf[0]);
  }
  return Object.keys(here.properties);
}

/** False where there is nothing at `path` to remove. */
function remove(data: unknown, path: readonly string[]): boolean {
  const last = path.at(-1);
  let here = data;
  for (const key of path.slice(0, -1)) here = isMap(here) ? here[key] : undefined;
  return last !== undefined && isMap(here) && Object.hasOwn(here, last) && delete here[last];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
