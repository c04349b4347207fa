/** `codexctl dead` and `codexctl retry`: what the server gave up, and a second chance for it. */
import { UserError } from '../errors.ts';
import { type DeadDelivery, InboxStore } from '../inbox/store.ts';
import type { DeadLetter } from '../jobs/dead.ts';
import { JobStore } from '../jobs/store.ts';
import { PLAN } from '../plan/request.ts';
import { openData } from './data.ts';
import { instant, printRows } from './output.ts';

/** Prints at most `limit` webhooks and as many jobs, one a line, newest first. */
export function printDead(limit: number): void {
  using data = openData();
  const rows = [
    ...new InboxStore(data.db).latestDead(limit).map(describeDelivery),
    ...new JobStore(data.db).dead.latest(limit).map(describeJob),
  ];
  printRows(rows, 'Nothing was given up.');
}

/** Returns a webhook or job to the server. Throws `UserError` where there is none to be tried again. */
export function retryDead(id: string): void {
  using data = openData();
  const jobs = new JobStore(data.db);
  if (jobs.get(id)?.kind === PLAN) {
    throw new UserError(
      'A plan is not tried again: its pull request was told.',
      'Comment `/codex plan` on it.',
    );
  }
  const now = Date.now();
  if (!new InboxStore(data.db).revive(id, now) && !jobs.dead.revive(id, now)) {
    throw new UserError(`Nothing with the id ${id} was given up.`, '`codexctl dead` lists what was.');
  }
  process.stdout.write('It is tried again within half a minute, if Codex is running.\n');
}

function describeDelivery({ provider, delivery, event, error, diedAt }: DeadDelivery): string[] {
  return [delivery, instant(diedAt), `webhook ${provider} ${event}`, error];
}

function describeJob({ job, reason, diedAt }: DeadLetter): string[] {
  const where = job.pull === null ? job.repository : `${job.repository}#${job.pull}`;
  return [job.id, instant(diedAt), `job ${job.kind} ${where}`.trimEnd(), reason];
}
