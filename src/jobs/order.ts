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

/** The jobs of a repository, oldest first, or of an installation by repository. */
interface Group<Member> {
  readonly scope: string;
  /** Who is served next comes first; who was served goes to the end while something is left of it. */
  readonly members: Member[];
}
type Repository = Group<string>;
type Installation = Group<Repository>;

/** Ids in the order of service, as if all were due and no lane were busy. `waiting` comes oldest first. */
export function serviceOrder(queue: string, waiting: readonly Waiting[], turns: Turns): string[] {
  const served = new Map(turns);
  let turn = served.values().reduce((last, value) => Math.max(last, value), 0);
  const order: string[] = [];
  for (const level of byPriority(waiting)) {
    const line = installations(queue, level, served);
    for (let installation = line.shift(); installation; installation = line.shift()) {
      const repository = installation.members.shift();
      const id = repository?.members.shift();
      if (repository === undefined || id === undefined) continue;
      order.push(id);
      turn += 1;
      served.set(installation.scope, turn).set(repository.scope, turn);
      if (repository.members.length > 0) installation.members.push(repository);
      if (installation.members.length > 0) line.push(installation);
    }
  }
  return order;
}

function byPriority(waiting: readonly Waiting[]): Waiting[][] {
  const levels = Map.groupBy(waiting, (job) => job.priority);
  return [...levels].sort(([a], [b]) => b - a).map(([, jobs]) => jobs);
}

function installations(queue: string, waiting: readonly Waiting[], served: Turns): Installation[] {
  const groups = Map.groupBy(waiting, (job) => installationScope(queue, job.installation));
  const found = groups
    .entries()
    .map(([scope, jobs]) => ({ scope, members: repositories(queue, jobs, served) }));
  return longestWaitingFirst([...found], served);
}

function repositories(queue: string, waiting: readonly Waiting[], served: Turns): Repository[] {
  const groups = Map.groupBy(waiting, (job) => repositoryScope(queue, job.installation, job.repository));
  const found = groups.entries().map(([scope, jobs]) => ({ scope, members: jobs.map(({ id }) => id) }));
  return longestWaitingFirst([...found], served);
}

/** Of groups never served the one with the oldest job: they come in that order and sorting keeps it. */
function longestWaitingFirst<Member>(groups: Group<Member>[], served: Turns): Group<Member>[] {
  return groups.sort((a, b) => (served.get(a.scope) ?? 0) - (served.get(b.scope) ?? 0));
}
