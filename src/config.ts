/** The environment, parsed once into one typed, frozen object. Secrets in it print as `[redacted]`. */
import { resolve } from 'node:path';
import { type BillingConfig, parseBilling, type StripeConfig } from './config/billing.ts';
import { type GitHubAuth, parseAuth } from './config/github-auth.ts';
import { type Environment, isComplete, type Parsed, secrets } from './config/parsed.ts';
import { parseTradingView, type TradingViewConfig } from './config/tradingview.ts';
import { environment } from './environment.ts';
import type { LogLevel } from './log.ts';
import type { Secret } from './redact.ts';

/** The most a sandbox may have; a repository's own limits stay below. */
export interface SandboxMaxima {
  readonly memoryMb: number;
  readonly cpus: number;
  readonly diskMb: number;
  readonly timeoutSeconds: number;
  readonly installTimeoutSeconds: number;
}

/** Where flags come from: the file that Codex brings, one of the operator's, or a flagd server (`host:port`). */
export type FlagProvider =
  | { readonly type: 'embedded' }
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'flagd'; readonly address: string };

interface FlagsConfig {
  readonly provider: FlagProvider;
  /** What `codex.plan` is without an answer of the flags; null: as it fits whether there is Stripe. */
  readonly planFallback: 'allow' | 'deny' | null;
}

/** What running plans needs, with or without GitHub. */
export interface WorkerConfig {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly retentionDays: number;
  readonly sandboxImage: string;
  readonly maxima: SandboxMaxima;
  readonly indexUrl: string | null;
  readonly concurrency: number;
  readonly flags: FlagsConfig;
}

export interface Config extends WorkerConfig {
  readonly stripe: StripeConfig;
  readonly tradingview: TradingViewConfig;
  readonly github: {
    readonly apiUrl: string;
    readonly auth: GitHubAuth;
    readonly webhookSecrets: readonly Secret[];
  };
  readonly http: { readonly host: string; readonly port: number; readonly webhookProxy: string | null };
  readonly stopGraceMs: number;
}

/** Every mistake in the environment at once; names variables and reasons, never a value. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length} mistake(s):\n${mistakes.map((m) => `  ${m}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

/** What the server cannot do without, and `codexctl` can. */
const UNUSED = { CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: 'not used by codexctl' };

/** The server's configuration. Throws `ConfigError` that names every missing or malformed variable. */
export function parseConfig(env: Environment): Config {
  const { values, mistakes } = parse(env);
  const auth = parseAuth(env, values, mistakes);
  const billing = parseBilling(values, mistakes);
  const tradingview = parseTradingView(values, mistakes);
  if (mistakes.length > 0 || !isComplete(values) || !auth) throw new ConfigError(mistakes);
  return Object.freeze({
    ...workerConfig(values),
    github: {
      apiUrl: values.GITHUB_API_URL.replace(/\/+$/, ''),
      auth,
      webhookSecrets: secrets(values.CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET),
    },
    stripe: { webhookSecrets: secrets(values.CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET), billing },
    tradingview,
    http: { host: values.HOST, port: values.PORT, webhookProxy: values.WEBHOOK_PROXY_URL ?? null },
    stopGraceMs: values.CODEX_WORKER_STOP_GRACE_SECONDS * 1000,
  });
}

/** What `codexctl` needs to make links for subscribers; null where nothing is sold. Throws `ConfigError`. */
export function parseBillingConfig(env: Environment): BillingConfig | null {
  const { values, mistakes } = parse({ ...UNUSED, ...env });
  const billing = parseBilling(values, mistakes);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return billing;
}

/** What `codexctl` needs to make tokens and to sign; the newest secret is the last. Throws `ConfigError`. */
export function parseTradingViewConfig(env: Environment): TradingViewConfig {
  const { values, mistakes } = parse({ ...UNUSED, ...env });
  const tradingview = parseTradingView(values, mistakes);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return tradingview;
}

/** What `codexctl` needs to run plans on this machine: everything but GitHub. Throws `ConfigError`. */
export function parseWorkerConfig(env: Environment): WorkerConfig {
  const { values, mistakes } = parse({ ...UNUSED, ...env });
  if (mistakes.length > 0 || !isComplete(values)) throw new ConfigError(mistakes);
  return Object.freeze(workerConfig(values));
}

function workerConfig(values: Parsed): WorkerConfig {
  return {
    dataDir: resolve(values.CODEX_DATA_DIR),
    logLevel: values.LOG_LEVEL,
    retentionDays: values.CODEX_RETENTION_DAYS,
    sandboxImage: values.CODEX_WORKER_SANDBOX_IMAGE,
    maxima: {
      memoryMb: values.CODEX_WORKER_MEMORY_MB,
      cpus: values.CODEX_WORKER_CPUS,
      diskMb: values.CODEX_WORKER_DISK_MB,
      timeoutSeconds: values.CODEX_WORKER_TIMEOUT_SECONDS,
      installTimeoutSeconds: values.CODEX_WORKER_INSTALL_TIMEOUT_SECONDS,
    },
    indexUrl: values.CODEX_WORKER_INDEX_URL ?? null,
    concurrency: values.CODEX_WORKER_CONCURRENCY,
    flags: {
      provider: values.CODEX_OPENFEATURE_PROVIDER ?? { type: 'embedded' },
      planFallback: values.CODEX_OPENFEATURE_PLAN_FALLBACK ?? null,
    },
  };
}

function parse(env: Environment): { values: Partial<Parsed>; mistakes: string[] } {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (parsed.success) return { values: parsed.data, mistakes: [] };
  const mistakes = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name}: ${set[name] === undefined ? 'is required' : issue.message}`;
  });
  return { values: {}, mistakes: [...new Set(mistakes)] };
}
