/** Every environment variable Codex reads, with the words its documentation and `.env.example` are made of. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import {
  flagProvider,
  integer,
  networkList,
  oneOf,
  plans,
  processors,
  rotatingSecret,
  webUrl,
  withoutCredentials,
} from './config/values.ts';
import { LOG_LEVELS } from './log.ts';

export const environment = z.object({
  APP_ID: integer(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("The GitHub App's id. Required, unless `CODEX_WORKER_GITHUB_TOKEN` is set."),
  PRIVATE_KEY: z
    .string()
    .optional()
    .describe(
      "The App's private key (PEM; `\\n` for line breaks is fine). Required with `APP_ID`, or `PRIVATE_KEY_PATH`.",
    ),
  PRIVATE_KEY_PATH: z.string().optional().describe("A file with the App's private key."),
  CODEX_WORKER_GITHUB_TOKEN: z
    .string()
    .min(20, 'must have at least 20 characters')
    .optional()
    .describe("One installation's token, in place of the App's id and key."),
  CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET: rotatingSecret.describe(
    'The webhook secret of the App, at least 16 characters; `old,new` while you rotate it. Required.',
  ),
  CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET: rotatingSecret
    .optional()
    .describe(
      "The signing secret of Stripe's webhook endpoint (`whsec_…`); `old,new` while you rotate it. Unset: Stripe is off.",
    ),
  CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET: rotatingSecret
    .optional()
    .describe(
      "What TradingView's tokens are made with and relays sign with, at least 16 characters; `old,new` while you rotate it. Unset: alerts are off.",
    ),
  CODEX_GATEWAY_TRADINGVIEW_SOURCES: networkList
    .optional()
    .describe(
      'Addresses and networks, comma-separated, that alerts with a token may come from; docs/tradingview.md has those of TradingView. Unset: any.',
    ),
  CODEX_GATEWAY_TRADINGVIEW_CLIENT_CERTIFICATE: oneOf(['optional', 'required'])
    .default('optional')
    .describe(
      "Whether alerts with a token need TradingView's client certificate, verified by the proxy. `required` needs `CODEX_GATEWAY_TRUSTED_PROXIES`.",
    ),
  CODEX_GATEWAY_TRUSTED_PROXIES: networkList
    .optional()
    .describe(
      "Addresses and networks, comma-separated, of the reverse proxies whose `X-Forwarded-For` and `X-Codex-Client-Certificate` are believed. Unset: nobody's.",
    ),
  CODEX_BILLING_STRIPE_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'must have at least 16 printable characters')
    .optional()
    .describe(
      "A restricted key of Stripe's API; docs/billing.md lists its permissions. Unset: billing is off.",
    ),
  CODEX_BILLING_STRIPE_API_URL: webUrl
    .default('https://api.stripe.com')
    .describe("Stripe's API: change it for a local Stripe."),
  CODEX_BILLING_PLANS: plans
    .optional()
    .describe(
      "What is sold: `KEY=MINUTES/CONCURRENCY`, comma-separated. The key is a price's lookup key in Stripe, minutes a number or `unlimited`; the key `none` limits accounts without a subscription. Needed with the API key.",
    ),
  CODEX_BILLING_METER_EVENT: z
    .string()
    .regex(/^[\w.-]{1,100}$/, "must be a meter's event name")
    .optional()
    .describe('The event name of the Stripe meter that sandbox seconds are reported to. Unset: none are.'),
  CODEX_BILLING_GRACE_DAYS: integer(0, 60)
    .default(7)
    .describe('Days that a subscription still counts after a payment failed.'),
  CODEX_PUBLIC_URL: webUrl
    .optional()
    .describe('Where people reach this server, for the links to subscribe. Needed with the API key.'),
  GH_TOKEN: z
    .string()
    .optional()
    .describe(
      'A token of an administrator of the repository: only `codexctl governance apply` writes with it.',
    ),
  GITHUB_API_URL: webUrl
    .default('https://api.github.com')
    .describe('The REST API: change it for GitHub Enterprise (`https://HOST/api/v3`) or a local GitHub.'),
  CODEX_WORKER_SANDBOX_IMAGE: z
    .string()
    .min(1)
    .default('ghcr.io/trading-bot/codex-sandbox:latest')
    .describe('The image that tests run in; pulled once if it is absent.'),
  CODEX_WORKER_CONCURRENCY: integer(1, 256)
    .default(availableParallelism())
    .describe('Plans that run at the same time. Default: the number of cores.'),
  CODEX_WORKER_MEMORY_MB: integer(128, 1_048_576)
    .default(2048)
    .describe(
      'Most memory a sandbox may have, in MiB; a repository may ask for less. Its disk counts as memory.',
    ),
  CODEX_WORKER_CPUS: processors
    .default(availableParallelism())
    .describe('Most processors a sandbox may have. Default: the number of cores.'),
  CODEX_WORKER_DISK_MB: integer(64, 1_048_576)
    .default(1024)
    .describe("Most disk a sandbox's work tree may take, in MiB."),
  CODEX_WORKER_TIMEOUT_SECONDS: integer(1, 86_400)
    .default(900)
    .describe('Most seconds the test phase may take; a repository may ask for less.'),
  CODEX_WORKER_INSTALL_TIMEOUT_SECONDS: integer(1, 86_400)
    .default(600)
    .describe('Most seconds installing dependencies may take.'),
  CODEX_WORKER_INDEX_URL: withoutCredentials
    .optional()
    .describe('The package index or mirror dependencies are installed from. Default: that of pip and uv.'),
  CODEX_WORKER_STOP_GRACE_SECONDS: integer(0, 3_600)
    .default(20)
    .describe('Seconds that running plans get on SIGTERM before they are handed back to the queue.'),
  CODEX_OPENFEATURE_PROVIDER: flagProvider
    .optional()
    .describe(
      "Who decides who may: a file of flags in flagd's format, or a flagd server as `flagd://host:port` (the port of its sync service). Default: the flags that Codex brings.",
    ),
  CODEX_OPENFEATURE_PLAN_FALLBACK: oneOf(['allow', 'deny'])
    .optional()
    .describe(
      'Whether `/codex plan` is allowed where the flags give no answer. Default: `deny` with Stripe, `allow` without.',
    ),
  CODEX_DATA_DIR: z
    .string()
    .min(1)
    .default('.codex')
    .describe('Where the database, git caches and logs are kept.'),
  CODEX_RETENTION_DAYS: integer(1, 3_650)
    .default(30)
    .describe('Days that webhooks, logs and installed dependencies are kept; webhooks at least 4.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('The address to listen on.'),
  PORT: integer(0, 65_535).default(3000).describe('The port to listen on; 0 takes a free one.'),
  LOG_LEVEL: oneOf(LOG_LEVELS)
    .default('info')
    .describe(`One of ${LOG_LEVELS.join(', ')}.`),
  WEBHOOK_PROXY_URL: webUrl
    .optional()
    .describe('A smee.io channel that `npm run dev` receives webhooks from. For development only.'),
});

/** The variables that hold secrets: never shown, not even when they are wrong. */
export const SECRET_VARIABLES: readonly string[] = [
  'PRIVATE_KEY',
  'CODEX_WORKER_GITHUB_TOKEN',
  'GH_TOKEN',
  'CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET',
  'CODEX_GATEWAY_STRIPE_WEBHOOK_SECRET',
  'CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET',
  'CODEX_BILLING_STRIPE_API_KEY',
];
