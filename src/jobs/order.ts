/**
 * The order in which queued jobs are served: priority first, then round-robin over installations, then over the
 * repositories of one, then the oldest. `claim.ts` takes the first job by the same rule with indices; this is the
 * whole line, for the position that a person is told.
 */

export interface Waiting {
  readonly id: string;
  readonly priority: number;
  readonly installation: number;
  readonly repository: string;
}

/** When an installation or a repository was last served in its queue; absent: never. */
export type Turns = ReadonlyMap<string, number>;

export function installationScope(queue: string, installation: number): string {
  return `${queue} ${installation}`;
}

export function repositoryScope(queue: string, installation: number, repository: string): string {
  return `${queue} ${installation} ${repository}`;
}

interface Group {
  readonly scope: string;
  /** Jobs, oldest first. */
  readonly ids: string[];
  /** The repositories of an installation; none for a repository. */
  readonly groups: Map<string, Group>;
}

/** Ids in the order of service, as if all were due and no lane were busy. `waiting` comes oldest first. */
export function serviceOrder(queue: string, waiting: readonly Waiting[], turns: Turns): string[] {
  const served = new Map(turns);
  let turn = served.values().reduce((last, value) => Math.max(last, value), 0);
  const order: string[] = [];
  for (const level of byPriority(waiting)) {
    const root = group('');
    for (const job of level) place(root, queue, job);
    while (root.groups.size > 0) {
      turn += 1;
      const installation = longestWaiting(root, served);
      const repository = longestWaiting(installation, served);
      served.set(installation.scope, turn).set(repository.scope, turn);
      order.push(...repository.ids.splice(0, 1));
      if (repository.ids.length === 0) installation.groups.delete(repository.scope);
      if (installation.groups.size === 0) root.groups.delete(installation.scope);
    }
  }
  return order;
}

function byPriority(waiting: readonly Waiting[]): Waiting[][] {
  const levels = Map.groupBy(waiting, (job) => job.priority);
  return [...levels].sort(([a], [b]) => b - a).map(([, jobs]) => jobs);
}

function group(scope: string): Group {
  return { scope, ids: [], groups: new Map() };
}

function place(root: Group, queue: string, job: Waiting): void {
  const installation = child(root, installationScope(queue, job.installation));
  child(installation, repositoryScope(queue, job.installation, job.repository)).ids.push(job.id);
}

function child(parent: Group, scope: string): Group {
  const found = parent.groups.get(scope) ?? group(scope);
  parent.groups.set(scope, found);
  return found;
}

/** Of groups never served the one with the oldest job: maps keep the order of insertion. */
function longestWaiting(parent: Group, served: Turns): Group {
  let first = parent;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of parent.groups.values()) {
    const turn = served.get(candidate.scope) ?? 0;
    if (turn < least) [first, least] = [candidate, turn];
  }
  return first;
}
