/** GitHub's events about the App's installations → what becomes of accounts. Pure. */
import { z } from 'zod';
import type { JobHandler, NewJob } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import type { AccountStore } from './accounts.ts';

const ACCOUNT = 'account';

const account = z.object({ id: z.int().min(1), login: z.string().min(1).max(100) });

const installed = z.object({
  action: z.enum(['created', 'deleted', 'suspend', 'unsuspend', 'new_permissions_accepted']),
  installation: z.object({ id: z.int().min(1), account }),
});

/** `installation_target`: the account was renamed. */
const renamed = z.object({ action: z.literal('renamed'), account });

export const accountPayload = z.discriminatedUnion('change', [
  z.object({ change: z.literal('installed'), account, installation: z.int() }),
  z.object({ change: z.literal('uninstalled'), installation: z.int() }),
  z.object({ change: z.literal('renamed'), account }),
]);
type AccountPayload = z.infer<typeof accountPayload>;

/** The job that a webhook `installation` or `installation_target` causes; null where it changes no account. */
export function accountJob(event: string, payload: unknown, delivery: string): NewJob | null {
  const change = changeOf(event, payload);
  if (change === null) return null;
  return {
    kind: ACCOUNT,
    queue: 'command',
    dedupe: `account:${delivery}`,
    // In the order of their arrival: an uninstallation must not overtake an installation.
    lane: 'account',
    installation: change.change === 'renamed' ? 0 : change.installation,
    repository: '',
    pull: null,
    priority: 0,
    payload: change,
    delivery,
  };
}

function changeOf(event: string, payload: unknown): AccountPayload | null {
  if (event === 'installation_target') {
    const { data } = renamed.safeParse(payload);
    return data ? { change: 'renamed', account: data.account } : null;
  }
  const { data } = installed.safeParse(payload);
  if (event !== 'installation' || !data) return null;
  const { id, account: owner } = data.installation;
  if (data.action === 'deleted') return { change: 'uninstalled', installation: id };
  return { change: 'installed', account: owner, installation: id };
}

/** Jobs of kind `account`. */
export function accountHandler(accounts: AccountStore, log: Log, now: () => number): JobHandler {
  return {
    kind: ACCOUNT,
    async run(job) {
      const payload = accountPayload.parse(job.payload);
      if (payload.change === 'installed') {
        accounts.remember({ ...payload.account, installation: payload.installation }, now());
      } else if (payload.change === 'uninstalled') {
        accounts.uninstalled(payload.installation);
      } else {
        accounts.renamed(payload.account.id, payload.account.login, now());
      }
    },
    async abandon(job, reason) {
      log.error({ job: job.id, delivery: job.delivery, reason }, 'an account is not as GitHub says');
    },
  };
}
