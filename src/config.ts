/** The environment, parsed once into one typed, frozen object. Secrets in it print as `[redacted]`. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { type BillingPlan, environment } from './environment.ts';
import type { LogLevel } from './log.ts';
import { Secret } from './redact.ts';

export type GitHubAuth =
  | { readonly type: 'app'; readonly appId: number; readonly privateKey: Secret }
  | { readonly type: 'token'; readonly token: Secret };

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

/** What selling plans needs. */
export interface BillingConfig {
  readonly apiKey: Secret;
  readonly apiUrl: string;
  /** Where people reach this server; no slash at the end. */
  readonly publicUrl: string;
  readonly plans: readonly BillingPlan[];
  /** Null: usage is not reported. */
  readonly meterEvent: string | null;
  readonly graceMs: number;
}

interface StripeConfig {
  /** Empty: Stripe's webhooks are not received. */
  readonly webhookSecrets: readonly Secret[];
  /** Null: nothing is sold. */
  readonly billing: BillingConfig | null;
}

/** Who may send alerts. */
export interface TradingViewConfig {
  /** While a secret is rotated, the old and the new one. Empty: alerts are not received. */
  readonly secrets: readonly Secret[];
  /** Addresses and networks that alerts with a token may come from; empty: any. */
  readonly sources: readonly string[];
  readonly requireClientCertificate: boolean;
  /** Addresses and networks of proxies whose headers about the sender count. */
  readonly trustedProxies: readonly string[];
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

type Environment = Readonly<Record<string, string | undefined>>;
type Parsed = z.infer<typeof environment>;

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

/** `parse` gives either every value or a mistake. */
function isComplete(values: Partial<Parsed>): values is Parsed {
  return values.PORT !== undefined;
}

const DAY = 24 * 60 * 60_000;

/** The API key turns billing on; the others come with it. */
function parseBilling(values: Partial<Parsed>, mistakes: string[]): BillingConfig | null {
  const { CODEX_BILLING_STRIPE_API_KEY: apiKey, CODEX_BILLING_PLANS: plans, CODEX_PUBLIC_URL: url } = values;
  if (apiKey === undefined || !isComplete(values)) return null;
  for (const name of [
    'CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET',
    'CODEX_BILLING_PLANS',
    'CODEX_PUBLIC_URL',
  ] as const) {
    if (values[name] === undefined) mistakes.push(`${name}: is required with CODEX_BILLING_STRIPE_API_KEY`);
  }
  return {
    apiKey: new Secret(apiKey),
    apiUrl: values.CODEX_BILLING_STRIPE_API_URL,
    publicUrl: (url ?? '').replace(/\/+$/, ''),
    plans: plans ?? [],
    meterEvent: values.CODEX_BILLING_METER_EVENT ?? null,
    graceMs: values.CODEX_BILLING_GRACE_DAYS * DAY,
  };
}

function parseTradingView(values: Partial<Parsed>, mistakes: string[]): TradingViewConfig {
  const requireClientCertificate = values.CODEX_GATEWAY_TRADINGVIEW_CLIENT_CERTIFICATE === 'required';
  const trustedProxies = values.CODEX_GATEWAY_TRUSTED_PROXIES ?? [];
  if (requireClientCertificate && trustedProxies.length === 0) {
    mistakes.push(
      'CODEX_GATEWAY_TRUSTED_PROXIES: is required, as only a proxy can verify client certificates',
    );
  }
  return {
    secrets: secrets(values.CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET),
    sources: values.CODEX_GATEWAY_TRADINGVIEW_SOURCES ?? [],
    requireClientCertificate,
    trustedProxies,
  };
}

function secrets(values: readonly string[] = []): Secret[] {
  return values.map((value) => new Secret(value));
}

function parseAuth(env: Environment, values: Partial<Parsed>, mistakes: string[]): GitHubAuth | null {
  if (env.CODEX_WORKER_GITHUB_TOKEN) {
    return { type: 'token', token: new Secret(env.CODEX_WORKER_GITHUB_TOKEN) };
  }
  if (!env.APP_ID) mistakes.push('APP_ID: is required (or CODEX_WORKER_GITHUB_TOKEN)');
  const privateKey = readPrivateKey(env, mistakes);
  if (!values.APP_ID || !privateKey) return null;
  return { type: 'app', appId: values.APP_ID, privateKey };
}

function readPrivateKey(env: Environment, mistakes: string[]): Secret | null {
  const name = env.PRIVATE_KEY ? 'PRIVATE_KEY' : 'PRIVATE_KEY_PATH';
  try {
    const text = env.PRIVATE_KEY || (env.PRIVATE_KEY_PATH && readFileSync(env.PRIVATE_KEY_PATH, 'utf8'));
    if (!text) {
      mistakes.push('PRIVATE_KEY: is required, or PRIVATE_KEY_PATH (or CODEX_WORKER_GITHUB_TOKEN)');
      return null;
    }
    const key = new Secret(text.replaceAll('\\n', '\n').trim());
    createPrivateKey(key.reveal());
    return key;
  } catch {
    mistakes.push(
      `${name}: ${name === 'PRIVATE_KEY' ? 'is not a PEM private key' : 'is not a readable PEM private key'}`,
    );
    return null;
  }
}
