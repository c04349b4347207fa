/** The jobs that events cause, as they are stored. Pure. */
import type { NewJob } from '../jobs/job.ts';
import type { Common } from './events.ts';
import type { WrittenCommand } from './parse.ts';
import type { CommandPayload } from './payload.ts';
import type { PullRequestPayload } from './pull-request.ts';
import type { UninstallPayload } from './uninstall.ts';

export const PRIORITY = { cancel: 100, command: 50, wake: 40 };

/** A command on whatever pull requests have the head; a comment adds its own. */
export function commandJob(
  event: Common,
  delivery: string,
  { origin, command }: Pick<CommandPayload, 'origin' | 'command'>,
): NewJob {
  const payload: CommandPayload = {
    repositoryId: event.repository.id,
    sender: event.sender.login,
    origin,
    command,
  };
  return {
    ...baseJob(event, delivery),
    kind: 'command',
    dedupe: `delivery:${delivery}`,
    lane: origin.type === 'comment' ? null : `command:${event.repository.full_name}@${origin.headSha}`,
    priority: isCancel(command) ? PRIORITY.cancel : PRIORITY.command,
    payload,
  };
}

/** Something happened to a head: its pull requests are brought in line. */
export function headJob(
  event: Common,
  delivery: string,
  { headSha, reopenedAt, dedupe }: Pick<PullRequestPayload, 'headSha' | 'reopenedAt'> & { dedupe: string },
): NewJob {
  const payload: PullRequestPayload = {
    repositoryId: event.repository.id,
    sender: event.sender.login,
    headSha,
    reopenedAt,
  };
  const lane = `command:${event.repository.full_name}@${headSha}`;
  return {
    ...baseJob(event, delivery),
    kind: 'pull_request',
    dedupe,
    lane,
    priority: PRIORITY.command,
    payload,
  };
}

export function uninstallJob(id: number, delivery: string, payload: UninstallPayload): NewJob {
  return {
    kind: 'uninstall',
    queue: 'command',
    dedupe: `delivery:${delivery}`,
    lane: null,
    installation: id,
    repository: '',
    pull: null,
    priority: PRIORITY.cancel,
    payload,
    delivery,
  };
}

export function baseJob(event: Pick<Common, 'repository' | 'installation'>, delivery: string) {
  const { repository } = event;
  const repositoryName = repository.full_name;
  const installationId = event.installation?.id ?? 0;
  return {
    queue: 'command' as const,
    installation: installationId,
    repository: repositoryName,
    pull: null,
    delivery,
  };
}

export function laneOf({ repository }: Common, number: number): string {
  return `command:${repository.full_name}#${number}`;
}

export function isCancel({ name }: WrittenCommand): boolean {
  return name === 'cancel';
}
