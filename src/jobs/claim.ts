/**
 * Takes the next job of a queue. The line is walked by group (priority, installation, repository) over one
 * covering index of the queued jobs, and lanes are looked at only for the jobs of the group whose turn it is: the
 * cost follows neither the finished jobs that are kept nor, as one filter over all would, the length of the line.
 */
import { z } from 'zod';
import type { Db } from '../store/database.ts';
import type { Job, QueueName } from './job.ts';
import { installationScope, repositoryScope } from './order.ts';
import { COLUMNS, toJob } from './row.ts';

/** Groups with due jobs in the order of service; agrees with `serviceOrder`. */
export const GROUPS = `
  WITH groups AS (
    SELECT priority, installation, repository, min(id) AS oldest FROM jobs
    WHERE state = 'queued' AND queue = :queue AND due_at <= :now
    GROUP BY priority, installation, repository
  )
  SELECT priority, installation, repository FROM groups
  LEFT JOIN turns AS i ON i.scope = :queue || ' ' || installation
  LEFT JOIN turns AS r ON r.scope = :queue || ' ' || installation || ' ' || repository
  ORDER BY priority DESC, coalesce(i.turn, 0), coalesce(r.turn, 0), oldest`;

/** The oldest due job of a group whose lane is free and has no earlier job that it may not overtake. */
export const CANDIDATE = `
  SELECT id FROM jobs AS job
  WHERE state = 'queued' AND queue = :queue AND priority = :priority
    AND installation = :installation AND repository = :repository AND due_at <= :now
    AND (lane IS NULL OR (
      NOT EXISTS (SELECT 1 FROM jobs AS other WHERE other.state = 'running' AND other.lane = job.lane)
      AND NOT EXISTS (
        SELECT 1 FROM jobs AS other WHERE other.state = 'queued' AND other.lane = job.lane
          AND other.id < job.id AND other.priority >= job.priority)))
  ORDER BY id LIMIT 1`;

const START = `
  UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_owner = :owner, lease_until = :until,
    started_at = :now
  WHERE id = :id RETURNING ${COLUMNS}`;

const SERVE = `
  INSERT INTO turns (scope, turn) SELECT value, (SELECT coalesce(max(turn), 0) + 1 FROM turns)
  FROM json_each(:scopes) WHERE true
  ON CONFLICT (scope) DO UPDATE SET turn = excluded.turn`;

const groupRows = z.array(
  z.object({ priority: z.number(), installation: z.number(), repository: z.string() }),
);
const id = z.string().optional();

/** Whether a job of an installation may start; false leaves it in the queue, and the turn to others. */
export type MayClaim = (queue: QueueName, installation: number, now: number) => boolean;

export type Claim = (queue: QueueName, owner: string, now: number, leaseMs: number) => Job | null;

/** The statement behind `JobStore.claim`. */
export function prepareClaim(db: Db, mayClaim: MayClaim): Claim {
  const groups = db.prepare(GROUPS);
  const candidate = db.prepare(CANDIDATE).pluck();
  const start = db.prepare(START);
  const serve = db.prepare(SERVE);
  const claim = db.transaction((queue: QueueName, owner: string, now: number, leaseMs: number) => {
    for (const group of groupRows.parse(groups.all({ queue, now }))) {
      if (!mayClaim(queue, group.installation, now)) continue;
      const found = id.parse(candidate.get({ ...group, queue, now }));
      if (found === undefined) continue;
      serve.run({ scopes: JSON.stringify(scopes(queue, group.installation, group.repository)) });
      return toJob(start.get({ id: found, owner, now, until: now + leaseMs }));
    }
    return null;
  });
  return claim.immediate;
}

function scopes(queue: QueueName, installation: number, repository: string): string[] {
  return [installationScope(queue, installation), repositoryScope(queue, installation, repository)];
}
