import type { Decision } from '../entitlements/decide.ts';
import type { InboxStore } from '../inbox/store.ts';
import type { JobTransition } from '../jobs/journal.ts';
import { JobStore } from '../jobs/store.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import type { Db } from '../store/database.ts';

export interface Measurements {
  readonly metrics: Metrics;
  readonly onTransition: (transition: JobTransition) => void;
  /** Each answer of GitHub's API; 0: there was none. */
  readonly onAnswer: (status: number) => void;
  /** What became of a set of flags. */
  readonly onFlags: (result: string) => void;
  readonly onDecision: (decision: Pick<Decision, 'capability' | 'allowed'>) => void;
}

/** The metrics, and what feeds them. */
export function createMeasurements(db: Db, inbox: InboxStore): Measurements {
  const jobs = new JobStore(db);
  const metrics = createMetrics({ inbox: () => inbox.counts(), jobs: () => jobCounts(jobs) });
  return {
    metrics,
    onTransition({ event, job, at, startedAt }) {
      if (event !== 'done' && event !== 'dead') return;
      if (startedAt !== null) metrics.jobSeconds.observe({ kind: job.kind }, (at - startedAt) / 1000);
    },
    onFlags: (result) => metrics.flagSets.inc({ result }),
    onDecision: ({ capability, allowed }) => metrics.decisions.inc({ capability, allowed: String(allowed) }),
    onAnswer: (status) => metrics.githubRequests.inc({ status: String(status) }),
  };
}

function jobCounts(jobs: JobStore) {
  const { queued, running, unreported } = jobs.counts();
  return [
    { queue: 'command', state: 'queued', count: queued.command },
    { queue: 'plan', state: 'queued', count: queued.plan },
    { queue: 'all', state: 'running', count: running },
    { queue: 'all', state: 'dead', count: unreported },
  ];
}
