/** A command's words → its arguments, through the allowlist that the command declares. Pure. */
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { code, suggestion } from './quote.ts';

interface Option {
  /** As it is written: `-k` or `--failed`. */
  readonly flag: string;
  /** What follows it; null: nothing. */
  readonly value: { readonly label: string; readonly type: 'text' | 'integer' } | null;
  /** A phrase for help and documentation. */
  readonly summary: string;
}

export interface ArgumentTable {
  /** Words that belong to no option: `many` of them or one. Null: none are taken. */
  readonly positional: {
    readonly key: string;
    readonly label: string;
    readonly many: boolean;
    readonly summary: string;
  } | null;
  /** By the argument's name in the command's schema. */
  readonly options: Readonly<Record<string, Option>>;
}

interface Readable<Schema extends z.ZodType> extends ArgumentTable {
  readonly name: string;
  readonly usage: string;
  readonly schema: Schema;
}

type Given = Map<string, { flag: string; value: string | undefined }>;

/** `/codex plan [paths…] [-k EXPR]` */
export function usageOf(name: string, { positional, options }: ArgumentTable): string {
  const flags = Object.values(options).map(
    ({ flag, value }) => `[${value ? `${flag} ${value.label}` : flag}]`,
  );
  return ['/codex', name, ...(positional ? [`[${positional.label}]`] : []), ...flags].join(' ');
}

/** The arguments that `words` give. Throws `UserError` with the nearest option and the usage. */
export function readArguments<Schema extends z.ZodType>(
  words: readonly string[],
  command: Readable<Schema>,
): z.output<Schema> {
  const wrong = (what: string) => new UserError(what, `Usage: ${code(command.usage)}`);
  const { given, rest } = sortWords(words, command, wrong);
  const parsed = command.schema.safeParse(valuesOf(given, rest, command, wrong));
  if (parsed.success) return parsed.data;
  throw wrong(refusal(parsed.error, rest, given));
}

function sortWords(
  words: readonly string[],
  command: Readable<z.ZodType>,
  wrong: (what: string) => UserError,
) {
  const given: Given = new Map();
  const rest: string[] = [];
  for (const token of tokensOf(words, command.options)) {
    if (token.kind === 'positional') rest.push(token.value);
    if (token.kind !== 'option') continue;
    const key = keyOf(token.rawName, command.options);
    if (key === null) throw wrong(unknownOption(token.rawName, command));
    if (given.has(key)) throw wrong(`${code(token.rawName)} is given twice.`);
    given.set(key, { flag: token.rawName, value: token.value });
  }
  return { given, rest };
}

function tokensOf(words: readonly string[], options: Readonly<Record<string, Option>>) {
  const known = Object.entries(options).map(([key, { flag, value }]) => {
    const type = value ? ('string' as const) : ('boolean' as const);
    return flag.startsWith('--') ? [flag.slice(2), { type }] : [key, { type, short: flag.slice(1) }];
  });
  const config = {
    options: Object.fromEntries(known),
    allowPositionals: true,
    strict: false,
    tokens: true,
  } as const;
  return parseArgs({ ...config, args: [...words] }).tokens;
}

function keyOf(flag: string, options: Readonly<Record<string, Option>>): string | null {
  return Object.entries(options).find(([, option]) => option.flag === flag)?.[0] ?? null;
}

function unknownOption(flag: string, { name, options }: Readable<z.ZodType>): string {
  const flags = Object.values(options).map((option) => option.flag);
  return `${code(flag)} is not an option of ${code(`/codex ${name}`)}.${suggestion(flag, flags)}`;
}

function valuesOf(
  given: Given,
  rest: readonly string[],
  { name, positional, options }: Readable<z.ZodType>,
  wrong: (what: string) => UserError,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(options))
    values[key] = optionValue(given.get(key), option, wrong);
  if (positional?.many) return { ...values, [positional.key]: rest };
  if (rest.length > (positional ? 1 : 0)) {
    throw wrong(`${code(`/codex ${name}`)} does not take ${code(rest.at(-1) ?? '')}.`);
  }
  return positional ? { ...values, [positional.key]: rest[0] ?? null } : values;
}

/** A flag's own value: true or false for one without a value, null for one that is not given. */
function optionValue(
  given: { flag: string; value: string | undefined } | undefined,
  { value: wanted }: Option,
  wrong: (what: string) => UserError,
): string | number | boolean | null {
  if (wanted === null) {
    if (given?.value !== undefined) throw wrong(`${code(given.flag)} takes no value.`);
    return given !== undefined;
  }
  if (given === undefined) return null;
  if (given.value === undefined) throw wrong(`${code(given.flag)} needs a value: ${code(wanted.label)}.`);
  if (wanted.type === 'text') return given.value;
  if (/^\d{1,9}$/.test(given.value)) return Number(given.value);
  throw wrong(`${code(given.flag)} needs a number, not ${code(given.value)}.`);
}

function refusal(error: z.ZodError, rest: readonly string[], given: Given): string {
  const [issue] = error.issues;
  const [key, index] = issue?.path ?? [];
  const option = given.get(String(key));
  const value = option ? option.value : typeof index === 'number' ? rest[index] : undefined;
  const subject = value === undefined ? `The ${String(key)}` : code(value);
  return `${option ? `${code(option.flag)}: ` : ''}${subject} ${issue?.message ?? 'is not valid'}.`;
}
