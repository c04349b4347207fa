/** The table `heartbeats`: strategies whose silence is to be told, and when they were last heard. */
import { z } from 'zod';
import type { Db } from '../store/database.ts';
import type { Alert } from './alert.ts';
import type { OpenedRepository } from './repositories.ts';

const MINUTE = 60_000;

const row = z.object({
  repositoryId: z.int(),
  repository: z.string(),
  strategy: z.string(),
  minutes: z.int(),
  heardAt: z.int(),
  silentAt: z.int().nullable(),
});
export type Heartbeat = z.infer<typeof row>;

type Watched = Pick<OpenedRepository, 'id' | 'fullName' | 'config'>;

const HEARD = `
  UPDATE heartbeats SET heard_at = max(heard_at, :at) WHERE repository = :repository AND strategy = :strategy`;

const WATCH = `
  INSERT INTO heartbeats (repository_id, repository, strategy, minutes, heard_at)
  VALUES (:repositoryId, coalesce(:named, :fullName), :strategy, :minutes, :now)
  ON CONFLICT (repository_id, strategy) DO UPDATE SET minutes = :minutes, repository = coalesce(:named, repository)`;

const UNWATCH = `
  DELETE FROM heartbeats
  WHERE repository_id = ? AND silent_at IS NULL AND strategy NOT IN (SELECT value FROM json_each(?))`;

/** An alert that waits in the queue, as while GitHub is down, has been heard. */
const CHANGED = `
  SELECT repository_id AS repositoryId, repository, strategy, minutes, heard_at AS heardAt, silent_at AS silentAt
  FROM (
    SELECT *, max(heard_at, coalesce((
      SELECT max(created_at) FROM jobs
      WHERE state = 'queued' AND lane = 'alert:' || lower(repository) || ':' || strategy), 0)) AS last
    FROM heartbeats)
  WHERE (silent_at IS NULL) = (last + minutes * ${MINUTE} < :now) ORDER BY heard_at`;

/** Times are milliseconds since the epoch. */
export class Heartbeats {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Every alert of a strategy is a sign of life. */
  heard({ repository, strategy, receivedAt }: Alert): void {
    this.#db.prepare(HEARD).run({ repository, strategy, at: receivedAt });
  }

  /** Watches the strategies that the configuration gives a time. `named`: as an alert calls it; null: none did. */
  watch(repository: Watched, named: string | null, now: number): void {
    const { id: repositoryId, fullName, config } = repository;
    const watched = Object.entries(config.strategies).flatMap(([strategy, { heartbeat_minutes: minutes }]) =>
      minutes === undefined ? [] : [{ strategy, minutes }],
    );
    const names = JSON.stringify(watched.map(({ strategy }) => strategy));
    this.#db.transaction(() => {
      for (const each of watched)
        this.#db.prepare(WATCH).run({ ...each, repositoryId, fullName, named, now });
      this.#db.prepare(UNWATCH).run(repositoryId, names);
    })();
  }

  /** Those that have fallen silent, or been heard again, and are not told so. */
  changed(now: number): Heartbeat[] {
    return z.array(row).parse(this.#db.prepare(CHANGED).all({ now }));
  }

  /** `silentAt` null: it is heard again. */
  told({ repositoryId, strategy }: Heartbeat, silentAt: number | null): void {
    this.#db
      .prepare('UPDATE heartbeats SET silent_at = ? WHERE repository_id = ? AND strategy = ?')
      .run(silentAt, repositoryId, strategy);
  }

  /** The strategy is not watched any more. */
  forget({ repositoryId, strategy }: Heartbeat): void {
    this.#db
      .prepare('DELETE FROM heartbeats WHERE repository_id = ? AND strategy = ?')
      .run(repositoryId, strategy);
  }
}
