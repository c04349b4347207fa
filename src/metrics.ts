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

export type Metrics = ReturnType<typeof createMetrics>;

/** A registry of its own with everything Codex measures. */
export function createMetrics(sources: MetricsSources) {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  collectDefaultMetrics({ register: registry });
  watchDatabase(registry, sources);
  return {
    registry,
    webhooks: counter(
      'codex_webhooks_total',
      'Webhook requests by provider and result.',
      'provider',
      'result',
    ),
    swept: counter('codex_swept_total', 'Deliveries that GitHub was asked to send again.'),
    jobSeconds: new Histogram({
      name: 'codex_job_seconds',
      help: 'Seconds from the start of a job to its end, by kind.',
      labelNames: ['kind'],
      buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
      registers,
    }),
    flagSets: counter(
      'codex_flag_sets_total',
      'Sets of flags by what became of them: used, refused, or lost where a source could not be reached.',
      'result',
    ),
    decisions: counter(
      'codex_decisions_total',
      'Decisions about who may, by capability.',
      'capability',
      'allowed',
    ),
    githubRequests: counter(
      'codex_github_requests_total',
      "Requests to GitHub's API by HTTP status; 0 where there was no answer.",
      'status',
    ),
    stripeSyncs: counter(
      'codex_stripe_syncs_total',
      'Customers fetched from Stripe: changed, unchanged, unlinked (names no GitHub account) or fresh (was fetched since).',
      'result',
    ),
    stripeFound: counter(
      'codex_stripe_found_total',
      'What reconciliation found that no webhook told: missed events, differing customers.',
      'what',
    ),
    usageReports: counter(
      'codex_usage_reports_total',
      "Runs brought to Stripe's meter: reported, refused, failed (tried again) or given up.",
      'result',
    ),
  };
}

function watchDatabase(registry: Registry, { inbox, jobs }: MetricsSources): void {
  const registers = [registry];
  new Gauge({
    name: 'codex_inbox_pending',
    help: 'Deliveries that wait to be dispatched.',
    registers,
    collect() {
      this.set(inbox().pending);
    },
  });
  new Gauge({
    name: 'codex_inbox_dead',
    help: 'Deliveries that were given up; an operator should look.',
    registers,
    collect() {
      this.set(inbox().dead);
    },
  });
  new Gauge({
    name: 'codex_jobs',
    help: 'Jobs by queue and state.',
    labelNames: ['queue', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { queue, state, count } of jobs()) this.set({ queue, state }, count);
    },
  });
}
