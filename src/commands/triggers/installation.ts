/** The App is removed, suspended, or its account renamed → jobs. Pure. */
import { accountJob } from '../../entitlements/account-events.ts';
import type { NewJob } from '../../jobs/job.ts';
import { uninstallJob } from '../event-jobs.ts';
import { installation, installationRepositories } from '../events.ts';

export function onInstallation(payload: unknown, delivery: string): NewJob[] | string {
  const event = installation.parse(payload);
  const account = accountJob('installation', payload, delivery) ?? [];
  const ends = event.action === 'deleted' || event.action === 'suspend';
  const jobs = ends ? [uninstallJob(event.installation.id, delivery, { repositories: null })] : [];
  const all = jobs.concat(account);
  return all.length > 0 ? all : `the installation was ${event.action}`;
}

export function onInstallationTarget(payload: unknown, delivery: string): NewJob[] | string {
  const job = accountJob('installation_target', payload, delivery);
  return job ? [job] : 'the account was not renamed';
}

export function onInstallationRepositories(payload: unknown, delivery: string): NewJob[] | string {
  const event = installationRepositories.parse(payload);
  const repositories = event.repositories_removed.map(({ full_name }) => full_name);
  if (repositories.length === 0) return 'no repository was removed';
  return [uninstallJob(event.installation.id, delivery, { repositories })];
}
