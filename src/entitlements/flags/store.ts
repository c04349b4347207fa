import { z } from 'zod';
import type { Db } from '../../store/database.ts';
import type { FlagSet } from './flag-set.ts';

const row = z.object({ content: z.string() }).optional();

/** Sets of flags by version, kept so that what they decided can be decided again. */
export class FlagSetStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** `set` is what `source` says from now on. */
  keep(source: string, { version, content }: FlagSet, now: number): void {
    this.#db.transaction(() => {
      this.#db
        .prepare('INSERT INTO flag_sets (version, content, first_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
        .run(version, content, now);
      this.#db
        .prepare(
          `INSERT INTO flag_sources (source, version, at) VALUES (?, ?, ?)
           ON CONFLICT (source) DO UPDATE SET version = excluded.version, at = excluded.at`,
        )
        .run(source, version, now);
    })();
  }

  /** The text of a set; null where it is not kept. */
  contentOf(version: string): string | null {
    const found = this.#db.prepare('SELECT content FROM flag_sets WHERE version = ?').get(version);
    return row.parse(found)?.content ?? null;
  }

  /** The text of the set that `source` gave last; null where it never gave one. */
  lastOf(source: string): string | null {
    const found = this.#db
      .prepare('SELECT content FROM flag_sources JOIN flag_sets USING (version) WHERE source = ?')
      .get(source);
    return row.parse(found)?.content ?? null;
  }

  /** Deletes the sets that no kept decision names and no source gave last. */
  forgetUnused(): void {
    this.#db
      .prepare(
        `DELETE FROM flag_sets
         WHERE version NOT IN (SELECT version FROM flag_sources)
           AND NOT EXISTS (SELECT 1 FROM decisions WHERE flag_set = flag_sets.version)`,
      )
      .run();
  }
}
