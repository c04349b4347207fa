/**
 * A set of flags is used whole or not at all. flagd itself takes what it can read and drops the rest in silence, so
 * every set passes here first, wherever it comes from: by flagd's own JSON schema, and by what that cannot say.
 */
import { createHash } from 'node:crypto';
import { MemoryStorage } from '@openfeature/flagd-core';
import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { mistakeInReferences } from './evaluators.ts';

/** A set larger than this, in characters, is refused. */
const MAX_LENGTH = 1024 ** 2;
/** The key of the metadata that tells with each answer which set gave it. */
export const VERSION_KEY = 'codexFlagSet';

export interface FlagSet {
  /** Hash of the content: the same flags have the same version, wherever they come from. */
  readonly version: string;
  /** The set as it came. */
  readonly content: string;
  /** The keys of its flags. */
  readonly keys: ReadonlySet<string>;
  /** The set as flagd is given it: each of its answers carries the version. */
  readonly stamped: string;
}

/** Why a set of flags is refused: the place and the rule, none of the values. */
export class InvalidFlags extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'InvalidFlags';
  }
}

const flag = z.object({
  state: z.enum(['ENABLED', 'DISABLED']),
  variants: z.record(z.string(), z.json()),
  defaultVariant: z.string().nullish(),
  targeting: z.record(z.string(), z.json()).optional(),
});
const definition = z.looseObject({
  flags: z.record(z.string(), flag.loose()),
  $evaluators: z.record(z.string(), z.json()).default({}),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
type Definition = z.infer<typeof definition>;

/** A set of flags in flagd's JSON format. Throws `InvalidFlags`. */
export function parseFlagSet(content: string): FlagSet {
  if (content.length > MAX_LENGTH) throw new InvalidFlags('it is larger than 1 MiB');
  try {
    return parseDefinition(content);
  } catch (error) {
    // JSON.parse takes any depth, everything that walks the result has a stack.
    if (error instanceof RangeError) throw new InvalidFlags('it is nested too deep');
    throw error;
  }
}

function parseDefinition(content: string): FlagSet {
  const parsed = definition.safeParse(parseJson(content));
  if (!parsed.success) throw new InvalidFlags(describe(parsed.error.issues[0]));
  const mistake = mistakeIn(parsed.data);
  if (mistake) throw new InvalidFlags(mistake);
  const version = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const metadata = { ...parsed.data.metadata, [VERSION_KEY]: version };
  const stamped = JSON.stringify({ ...parsed.data, metadata });
  checkByFlagd(stamped);
  return { version, content, keys: new Set(Object.keys(parsed.data.flags)), stamped };
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new InvalidFlags('it is not JSON');
  }
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  return issue ? `/${issue.path.map(String).join('/')}: ${issue.message}` : 'it is not a set of flags';
}

function mistakeIn({ flags, $evaluators }: Definition): string | null {
  for (const [key, { defaultVariant, variants }] of Object.entries(flags)) {
    if (defaultVariant && !Object.hasOwn(variants, defaultVariant)) {
      return `/flags/${key}/defaultVariant: is not one of its variants`;
    }
    if (key.startsWith('codex.') && Object.values(variants).some((value) => typeof value !== 'boolean')) {
      return `/flags/${key}/variants: a capability is true or false`;
    }
  }
  return mistakeInReferences($evaluators, flags);
}

const violations = z.array(z.object({ instancePath: z.string() }));

/** flagd's own schema, and whether it can make rules of the targeting. Throws `InvalidFlags`. */
function checkByFlagd(stamped: string): void {
  const warnings: string[] = [];
  const log = { error: ignore, warn: (text: string) => warnings.push(text), info: ignore, debug: ignore };
  try {
    new MemoryStorage(log).setConfigurations(stamped, true);
  } catch (error) {
    throw new InvalidFlags(`${placeOf(messageOf(error))}: is not what flagd's schema allows`);
  }
  const [warning] = warnings;
  if (warning !== undefined) throw new InvalidFlags(warning);
}

function ignore(): void {}

/** flagd lists every schema that did not match; the deepest place is the nearest to the mistake. */
function placeOf(message: string): string {
  const list = message.slice(message.indexOf('['));
  const found = violations.safeParse(list.startsWith('[') ? JSON.parse(list) : []);
  const places = found.success ? found.data.map(({ instancePath }) => instancePath) : [];
  return places.reduce((deepest, place) => (place.length > deepest.length ? place : deepest), '') || '/';
}
