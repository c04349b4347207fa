import type { Probot } from 'probot';
import { EVENTS, jobsFor } from './commands/triggers.ts';
import type { NewJob } from './jobs/job.ts';

/** Takes the jobs of one delivery; they are stored in the transaction that marks the delivery as done. */
export interface Intake {
  give(delivery: string, jobs: readonly NewJob[]): void;
}

/** The Probot app: every event of app.yml becomes jobs. */
export function app(intake: Intake): (probot: Probot) => void {
  return (probot) => {
    for (const event of EVENTS) {
      probot.on(event, ({ id, name, payload, log }) => {
        const { jobs, ignored } = jobsFor(name, payload, id);
        if (ignored !== null) log.info({ delivery: id, event: name, ignored }, 'nothing to do');
        intake.give(id, jobs);
      });
    }
  };
}
