import type { NewJob } from '../../jobs/job.ts';
import type { Log } from '../../log.ts';
import { jobsForStripe } from './events.ts';

interface ReceiveDependencies {
  /** Takes the jobs of one delivery. */
  readonly give: (delivery: string, jobs: readonly NewJob[]) => void;
  /** False without an API key: there is nothing to refetch with. */
  readonly isOn: boolean;
  readonly log: Log;
}

/** Turns a stored event of Stripe's into jobs. */
export function stripeReceiver({ give, isOn, log }: ReceiveDependencies) {
  return async ({
    delivery,
    event,
    body,
  }: {
    delivery: string;
    event: string;
    body: Buffer;
  }): Promise<void> => {
    const { jobs, ignored } = isOn
      ? jobsForStripe(JSON.parse(body.toString()))
      : { jobs: [], ignored: 'CODEX_BILLING_STRIPE_API_KEY is not set' };
    if (ignored !== null) log.info({ delivery, event, ignored }, 'nothing to do');
    give(delivery, jobs);
  };
}
