/** The environment, parsed once into one typed, frozen object. Secrets in it print as `[redacted]`. */
import { resolve } from 'node:path';
import { parseBilling, type StripeConfig } from './config/billing.ts';
import { type GitHubAuth, parseAuth } from './config/github-auth.ts';
import { type Environment, type Parsed, secrets } from './config/parsed.ts';
import { parseTradingView, type TradingViewConfig } from './config/tradingview.ts';
import { environment } from './environment.ts';
import { UserError } from './errors.ts';
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

/** Everything but GitHub: what there is to know without an App. */
export interface LocalConfig {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly retentionDays: number;
  readonly sandboxImage: string;
  readonly maxima: SandboxMaxima;
  readonly indexUrl: string | null;
  readonly concurrency: number;
  readonly flags: FlagsConfig;
  readonly stripe: StripeConfig;
  readonly tradingview: TradingViewConfig;
  readonly http: { readonly host: string; readonly port: number; readonly webhookProxy: string | null };
  readonly stopGraceMs: number;
}

export interface Config extends LocalConfig {
  readonly github: {
    readonly apiUrl: string;
    readonly auth: GitHubAuth;
    readonly webhookSecrets: readonly Secret[];
  };
}

/** Every mistake in the environment at once; names variables and reasons, never a value. */
export class ConfigError extends UserError {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    const lines = mistakes.map((mistake) => `  ${mistake}`);
    super(
      [`The configuration has ${mistakes.length} mistake(s):`, ...lines].join('\n'),
      'docs/environment.md has every setting; .env.example is a file to begin with.',
    );
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

/** The server's configuration. Throws `ConfigError` that names every missing or malformed variable. */
export function parseConfig(env: Environment): Config {
  const { values, mistakes } = parse(env);
  const auth = parseAuth(env, values?.APP_ID, mistakes);
  const local = values && localConfig(values, mistakes);
  if (mistakes.length > 0 || !local || !auth) throw new ConfigError(mistakes);
  const webhookSecrets = secrets(values.CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET);
  const github = { apiUrl: values.GITHUB_API_URL.replace(/\/+$/, ''), auth, webhookSecrets };
  return Object.freeze({ ...local, github });
}

/** What `codexctl` and GitHub Actions need to run plans: everything but GitHub. Throws `ConfigError`. */
export function parseLocalConfig(env: Environment): LocalConfig {
  const { values, mistakes } = parse(withoutWebhooks(env));
  const local = values && localConfig(values, mistakes);
  if (mistakes.length > 0 || !local) throw new ConfigError(mistakes);
  return Object.freeze(local);
}

/** The environment for a process that GitHub sends nothing to: the secret of webhooks may be missing. */
export function withoutWebhooks(env: Environment): Environment {
  const name = 'CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET';
  return { ...env, [name]: env[name] || 'no webhooks are received' };
}

function localConfig(values: Parsed, mistakes: string[]): LocalConfig {
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
    stripe: {
      webhookSecrets: secrets(values.CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET),
      billing: parseBilling(values, mistakes),
    },
    tradingview: parseTradingView(values, mistakes),
    http: { host: values.HOST, port: values.PORT, webhookProxy: values.WEBHOOK_PROXY_URL ?? null },
    stopGraceMs: values.CODEX_WORKER_STOP_GRACE_SECONDS * 1000,
  };
}

/** Null where a variable is missing or malformed by itself: what belongs together is not looked at then. */
function parse(env: Environment): { values: Parsed | null; mistakes: string[] } {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (parsed.success) return { values: parsed.data, mistakes: [] };
  const mistakes = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name}: ${set[name] === undefined ? 'is required' : issue.message}`;
  });
  return { values: null, mistakes: [...new Set(mistakes)] };
}
