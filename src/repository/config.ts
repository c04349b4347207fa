/**
 * `.github/codex.yml` of the base branch. A mistake never stops a plan: the key falls back to its default, which is
 * the strict one, and the mistake is reported with the result.
 */
import { type AlertRule, readRules, type Strategy } from './alerts-schema.ts';
import { governanceSchema, mergeSchema, STRICTEST } from './merge-schema.ts';
import { type Mistake, withoutMistakes } from './mistakes.ts';
import { type ConfigFile, repositorySchema } from './schema.ts';
import { parseYaml } from './yaml.ts';

export const CONFIG_FILE = '.github/codex.yml';

/** What a plan may use, in the units of the names; where one is absent, another's value holds. */
export interface Limits {
  readonly memoryMb?: number;
  readonly cpus?: number;
  readonly diskMb?: number;
  readonly pids?: number;
  readonly timeoutSeconds?: number;
  readonly installTimeoutSeconds?: number;
}

/** The file's content, defaults filled in; `limits` by the sandbox's names, none above the operator's maximum. */
export interface RepositoryConfig {
  readonly plan: Omit<ConfigFile['plan'], 'limits'> & { readonly limits: Limits };
  readonly governance: ConfigFile['governance'];
  readonly merge: ConfigFile['merge'];
  /** By their names. */
  readonly strategies: Readonly<Record<string, Strategy>>;
  readonly alerts: readonly AlertRule[];
}

export interface ParsedConfig {
  readonly config: RepositoryConfig;
  readonly mistakes: readonly Mistake[];
}

const SECTIONS: readonly string[] = Object.keys(repositorySchema.shape);

type LimitKey = keyof ConfigFile['plan']['limits'];

const LIMIT_NAMES: ReadonlyMap<LimitKey, keyof Limits> = new Map([
  ['memory_mb', 'memoryMb'],
  ['cpus', 'cpus'],
  ['disk_mb', 'diskMb'],
  ['pids', 'pids'],
  ['timeout_seconds', 'timeoutSeconds'],
  ['install_timeout_seconds', 'installTimeoutSeconds'],
]);

/** Reads the file's `text`; null: there is none. `maxima` are the operator's. Never throws. */
export function parseRepositoryConfig(text: string | null, maxima: Limits): ParsedConfig {
  const yaml = parseYaml(text ?? '');
  const { rules, leftOut, rest } = readRules(yaml.value ?? {});
  const { value: file, mistakes } = withoutMistakes(repositorySchema, rest);
  const unread = yaml.mistake === null ? [] : [{ key: '', reason: yaml.mistake }];
  const { limits, tooHigh } = limitsWithin(file.plan.limits, maxima);
  const { governance, merge } = strictWhereMistaken(file, [...unread, ...mistakes]);
  const { strategies } = file;
  return {
    config: { plan: { ...file.plan, limits }, governance, merge, strategies, alerts: rules },
    mistakes: [...unread, ...mistakes, ...leftOut, ...tooHigh],
  };
}

/**
 * A mistake loosens nothing: the key takes the strictest value it could have meant, and where the key itself cannot
 * be told (an unknown one, no map, no YAML) all keys of the section do.
 */
function strictWhereMistaken(file: ConfigFile, mistakes: readonly Mistake[]): Pick<ConfigFile, MergeSection> {
  const strict = <Section extends MergeSection>(section: Section): ConfigFile[Section] => {
    const strictest: Readonly<Record<string, unknown>> = STRICTEST[section];
    const keys = mistakes.flatMap(({ key }) => mistakenKeys(key, section, SECTION_KEYS[section]));
    const replaced = keys.filter((key) => key in strictest).map((key) => [key, strictest[key]]);
    return { ...file[section], ...Object.fromEntries(replaced) };
  };
  return { governance: strict('governance'), merge: strict('merge') };
}

type MergeSection = keyof typeof STRICTEST;

const SECTION_KEYS: Readonly<Record<MergeSection, readonly string[]>> = {
  governance: Object.keys(governanceSchema.shape),
  merge: Object.keys(mergeSchema.shape),
};

/** The keys of `section` that the mistake at `key` may be about; `known` are those it has. */
function mistakenKeys(key: string, section: MergeSection, known: readonly string[]): readonly string[] {
  const [first = '', second = ''] = key.split('.');
  if (first === section && known.includes(second)) return [second];
  const other = first !== section && first !== '' && SECTIONS.includes(first);
  return other ? [] : Object.keys(STRICTEST[section]);
}

/** One mistake as a sentence: `.github/codex.yml`, `plan.auto`: must be true or false. */
export function describeMistake({ key, reason }: Mistake): string {
  const end = reason.endsWith('?') ? '' : '.';
  return `\`${CONFIG_FILE}\`${key === '' ? '' : `, \`${key}\``}: ${reason}${end}`;
}

function limitsWithin(wanted: ConfigFile['plan']['limits'], maxima: Limits) {
  const limits: { -readonly [Name in keyof Limits]: number } = {};
  const tooHigh: Mistake[] = [];
  for (const [key, name] of LIMIT_NAMES) {
    const value = wanted[key];
    const maximum = maxima[name] ?? Number.POSITIVE_INFINITY;
    if (value === undefined) continue;
    if (value <= maximum) limits[name] = value;
    else tooHigh.push({ key: `plan.limits.${key}`, reason: `is above ${maximum}, the operator's maximum` });
  }
  return { limits, tooHigh };
}
