/** What a schema refuses, in words for a person, and how the rest of a configuration is kept. */
import { z } from 'zod';
import { nearest } from '../nearest.ts';

/** `key`: `plan.limits.cpus`, empty for the file itself. `reason`: a phrase about it, for a person. */
export interface Mistake {
  readonly key: string;
  readonly reason: string;
}

type Path = readonly PropertyKey[];

/** What is wrong with the value at `path`. */
interface Refusal {
  readonly path: Path;
  readonly reason: string;
}

/** The same data without the keys that `schema` refuses, and why. A list is refused as a whole. */
export function withoutMistakes<Schema extends z.ZodType>(schema: Schema, data: unknown) {
  const kept: unknown = structuredClone(data);
  const mistakes: Mistake[] = [];
  for (;;) {
    const parsed = schema.safeParse(kept);
    if (parsed.success) return { value: parsed.data, mistakes };
    const refused = refusals(schema, parsed.error).map(ofWholeList);
    mistakes.push(...refused.map(({ path, reason }) => ({ key: path.join('.'), reason })));
    if (!distinctPaths(refused).every((path) => remove(kept, path))) {
      return { value: schema.parse({}), mistakes };
    }
  }
}

/** Every mistake of one value as a sentence: "`then.1.freeze.hours` must be at most 168." Lists count from 1. */
export function mistakesOf(schema: z.ZodType, data: unknown): string[] {
  const { error } = schema.safeParse(data);
  return error === undefined ? [] : refusals(schema, error).map(sentence);
}

function sentence({ path, reason }: Refusal): string {
  const place = path.map((part) => (typeof part === 'number' ? part + 1 : String(part))).join('.');
  return `${place === '' ? 'it' : `\`${place}\``} ${reason}`;
}

function refusals(schema: z.ZodType, { issues }: z.ZodError): Refusal[] {
  return issues.flatMap((issue) => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, path);
      return issue.keys.map((key) => ({ path: [...path, key], reason: unknownKey(key, known) }));
    }
    const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
    return [{ path, reason: (inner ?? issue).message }];
  });
}

/** What is in a list stands and falls with it. */
function ofWholeList({ path, reason }: Refusal) {
  const list = path.findIndex((part) => typeof part === 'number');
  if (list === -1) return { path: path.map(String), reason };
  const places = path
    .slice(list)
    .map((part) => (typeof part === 'number' ? `item ${part + 1}` : `\`${String(part)}\``));
  return { path: path.slice(0, list).map(String), reason: `${places.join(', ')}: ${reason}` };
}

/** A value may be refused for several reasons: it is removed once. */
function distinctPaths(refused: readonly { readonly path: readonly string[] }[]) {
  return new Map(refused.map(({ path }) => [JSON.stringify(path), path])).values();
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === null
    ? `is not a known key; known are ${known.join(', ')}`
    : `is not a known key: did you mean ${meant}?`;
}

/** What a JSON Schema says of a value, as far as it tells the keys. */
const part = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  /** Of a map whose keys may be any. */
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  /** Of a value of one of several kinds. */
  anyOf: z.array(z.unknown()).optional(),
});
type Description = z.infer<typeof part>;
const described = part.catch({ properties: {} });

/** A schema's description takes milliseconds to make, and one file has thousands of mistakes. */
const descriptions = new WeakMap<z.ZodType, Description>();

function descriptionOf(schema: z.ZodType): Description {
  const known = descriptions.get(schema) ?? described.parse(z.toJSONSchema(schema, { io: 'input' }));
  descriptions.set(schema, known);
  return known;
}

/** The keys that `schema` knows below `path`. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  let here = descriptionOf(schema);
  for (const key of path) {
    const { items, additionalProperties } = here;
    here = described.parse(
      typeof key === 'number' ? items : (propertiesOf(here)[String(key)] ?? additionalProperties),
    );
  }
  return Object.keys(propertiesOf(here));
}

function propertiesOf({ properties, anyOf = [] }: Description): Record<string, unknown> {
  return Object.assign({}, properties, ...anyOf.map((kind) => described.parse(kind).properties));
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
