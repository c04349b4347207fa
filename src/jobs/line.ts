/** The queued jobs of a queue in the order of service, read from the database. */
import { z } from 'zod';
import type { Db } from '../store/database.ts';
import type { QueueName } from './job.ts';
import { serviceOrder } from './order.ts';

const WAITING = `
  SELECT id, priority, installation, repository FROM jobs WHERE state = 'queued' AND queue = :queue ORDER BY id`;
/** '!' follows the space that ends the queue's name in a scope. */
const TURNS = `SELECT scope, turn FROM turns WHERE scope >= :queue || ' ' AND scope < :queue || '!'`;

const waitingRows = z.array(
  z.object({ id: z.string(), priority: z.number(), installation: z.number(), repository: z.string() }),
);
const turnRows = z.array(z.object({ scope: z.string(), turn: z.number() }));

/** The statements behind `JobStore.position`: ids of all queued jobs, next first. */
export function prepareLine(db: Db): (queue: QueueName) => string[] {
  const waiting = db.prepare(WAITING);
  const turns = db.prepare(TURNS);
  return (queue) => {
    const served = turnRows.parse(turns.all({ queue })).map(({ scope, turn }) => [scope, turn] as const);
    return serviceOrder(queue, waitingRows.parse(waiting.all({ queue })), new Map(served));
  };
}
