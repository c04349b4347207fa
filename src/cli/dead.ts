/** `codexctl dead` and `codexctl retry`: what the server gave up, and a second chance for it. */
import { UserError } from '../errors.ts';
import { type DeadDelivery, InboxStore } from '../inbox/store.ts';
import type { DeadLetter } from '../jobs/dead.ts';
import { JobStore } from '../jobs/store.ts';
import { visibleLine } from '../markdown/text.ts';
import { PLAN } from '../plan/request.ts';
import { openData } from './data.ts';

/** Prints at most `limit` webhooks and as many jobs, one a line, newest first. */
export function printDead(limit: number): void {
  const { db } = openData();
  const lines = [
    ...new InboxStore(db).latestDead(limit).map(describeDelivery),
    ...new JobStore(db).dead.latest(limit).map(describeJob),
  ];
  process.stdout.write(lines.length === 0 ? 'Nothing was given up.\n' : lines.join(''));
  db.close();
}

/** Returns a webhook or job to the server. Throws `UserError` where there is none to be tried again. */
export function retryDead(id: string): void {
  const { db } = openData();
  const jobs = new JobStore(db);
  try {
    if (jobs.get(id)?.kind === PLAN) {
      throw new UserError(
        'A plan is not tried again: its pull request was told.',
        'Comment `/codex plan` on it.',
      );
    }
    const revived = new InboxStore(db).revive(id, Date.now()) || jobs.dead.revive(id, Date.now());
    if (!revived) {
      throw new UserError(`Nothing with the id ${id} was given up.`, '`codexctl dead` lists what was.');
    }
    process.stdout.write('It is tried again within half a minute, if Codex is running.\n');
  } finally {
    db.close();
  }
}

function describeDelivery({ provider, delivery, event, error, diedAt }: DeadDelivery): string {
  return line(delivery, diedAt, `webhook ${provider} ${event}`, error);
}

function describeJob({ job, reason, diedAt }: DeadLetter): string {
  const where = job.pull === null ? job.repository : `${job.repository}#${job.pull}`;
  return line(job.id, diedAt, `job ${job.kind} ${where}`.trimEnd(), reason);
}

function line(id: string, at: number, what: string, reason: string): string {
  const when = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  return `${[id, when, what, reason].map(visibleLine).join('  ')}\n`;
}
