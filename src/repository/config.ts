/**
 * `.github/codex.yml` of the base branch. A mistake never stops a plan: the key falls back to its default, which is
 * the strict one, and the mistake is reported with the result.
 */
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
}

export interface ParsedConfig {
  readonly config: RepositoryConfig;
  readonly mistakes: readonly Mistake[];
}

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
  const { value: file, mistakes } = withoutMistakes(repositorySchema, yaml.value ?? {});
  const unread = yaml.mistake === null ? [] : [{ key: '', reason: yaml.mistake }];
  const { limits, tooHigh } = limitsWithin(file.plan.limits, maxima);
  return { config: { plan: { ...file.plan, limits } }, mistakes: [...unread, ...mistakes, ...tooHigh] };
}

/** One mistake as a sentence: `.github/codex.yml`, `plan.auto`: must be true or false. */
export function describeMistake({ key, reason }: Mistake): string {
  return `\`${CONFIG_FILE}\`${key === '' ? '' : `, \`${key}\``}: ${reason}.`;
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
