/** What an operator can watch, as Prometheus reads it. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type WebhookResult =
  | 'stored'
  | 'duplicate'
  | 'unauthorized'
  | 'malformed'
  | 'too_large'
  | 'timeout'
  | 'aborted'
  | 'unavailable';

/** What is counted in the database at the time of a scrape. */
export interface MetricsSources {
  inbox(): { readonly pending: number; readonly dead: number };
  jobs(): readonly { readonly queue: string; readonly state: string; readonly count: number }[];
}

export interface Metrics {
  readonly registry: Registry;
  readonly webhooks: Counter<'provider' | 'result'>;
  readonly swept: Counter;
  readonly jobSeconds: Histogram<'kind'>;
  readonly githubRequests: Counter<'status'>;
  readonly stripeSyncs: Counter<'result'>;
  readonly stripeFound: Counter<'what'>;
  readonly usageReports: Counter<'result'>;
  readonly flagSets: Counter<'result'>;
  readonly decisions: Counter<'capability' | 'allowed'>;
}

/** A registry of its own with everything Codex measures. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  watchDatabase(registry, sources);
  return {
    registry,
    webhooks: new Counter({
      name: 'codex_webhooks_total',
      help: 'Webhook requests by provider and result.',
      labelNames: ['provider', 'result'],
      registers,
    }),
    swept: new Counter({
      name: 'codex_swept_total',
      help: 'Deliveries that GitHub was asked to send again.',
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'codex_job_seconds',
      help: 'Seconds from the start of a job to its end, by kind.',
      labelNames: ['kind'],
      buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
      registers,
    }),
    flagSets: new Counter({
      name: 'codex_flag_sets_total',
      help: 'Sets of flags by what became of them: used, refused, or lost where a source could not be reached.',
      labelNames: ['result'],
      registers,
    }),
    decisions: new Counter({
      name: 'codex_decisions_total',
      help: 'Decisions about who may, by capability.',
      labelNames: ['capability', 'allowed'],
      registers,
    }),
    githubRequests: new Counter({
      name: 'codex_github_requests_total',
      help: "Requests to GitHub's API by HTTP status; 0 where there was no answer.",
      labelNames: ['status'],
      registers,
    }),
    ...billingMetrics(registers),
  };
}

function billingMetrics(
  registers: Registry[],
): Pick<Metrics, 'stripeSyncs' | 'stripeFound' | 'usageReports'> {
  return {
    stripeSyncs: new Counter({
      name: 'codex_stripe_syncs_total',
      help: 'Customers fetched from Stripe: changed, unchanged, unlinked (names no GitHub account) or fresh (was fetched since).',
      labelNames: ['result'],
      registers,
    }),
    stripeFound: new Counter({
      name: 'codex_stripe_found_total',
      help: 'What reconciliation found that no webhook told: missed events, differing customers.',
      labelNames: ['what'],
      registers,
    }),
    usageReports: new Counter({
      name: 'codex_usage_reports_total',
      help: "Runs brought to Stripe's meter: reported, refused, failed (tried again) or given up.",
      labelNames: ['result'],
      registers,
    }),
  };
}

function watchDatabase(registry: Registry, sources: MetricsSources): void {
  const registers = [registry];
  new Gauge({
    name: 'codex_inbox_pending',
    help: 'Deliveries that wait to be dispatched.',
    registers,
    collect() {
      this.set(sources.inbox().pending);
    },
  });
  new Gauge({
    name: 'codex_inbox_dead',
    help: 'Deliveries that were given up; an operator should look.',
    registers,
    collect() {
      this.set(sources.inbox().dead);
    },
  });
  new Gauge({
    name: 'codex_jobs',
    help: 'Jobs by queue and state.',
    labelNames: ['queue', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { queue, state, count } of sources.jobs()) this.set({ queue, state }, count);
    },
  });
}
