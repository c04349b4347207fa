/** What the living comment of a pull request shows, read from the database whole each time. */
import { z } from 'zod';
import type { Intent } from '../merge/intent.ts';
import { IntentStore } from '../merge/intents.ts';
import { counts, type RunRecord, runRecord } from '../plan/record.ts';
import type { Db } from '../store/database.ts';

/** A pull request as it is reached on GitHub. */
export interface PullAddress {
  readonly installation: number;
  readonly repositoryId: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
}

const answer = z.object({
  /** The command as it was written, and the login of who wrote it; null where nobody did. */
  asked: z.string().nullable(),
  by: z.string().nullable(),
  /** Codex's own words. What they quote of others is escaped by who wrote them. */
  markdown: z.string(),
  /** Milliseconds since the epoch, as all times here. */
  at: z.int(),
});
export type Answer = z.infer<typeof answer>;

export interface RunEntry {
  readonly id: string;
  readonly headSha: string;
  readonly requestedBy: string;
  /** A merge that they asked for needed it; nobody asked for the plan itself. */
  readonly forMerge: boolean;
  readonly checkUrl: string | null;
  /** Null while it waits or runs. */
  readonly conclusion: RunRecord['conclusion'] | null;
  readonly counts: RunRecord['counts'] | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  /** Seconds from its start to its end; null before that. */
  readonly seconds: number | null;
  /** Place in the queue of a run that waits, 1 for the next; null where it is not known. */
  readonly position: number | null;
}

export interface Conversation {
  /** The newest merge that was asked for, with the page of its check run. */
  readonly merge: { readonly intent: Intent; readonly checkUrl: string | null } | null;
  /** The newest verdict, with the run it belongs to. */
  readonly latest: { readonly run: RunEntry; readonly record: RunRecord } | null;
  readonly answer: Answer | null;
  /** Newest first. */
  readonly runs: readonly RunEntry[];
  /** Runs before those. */
  readonly older: number;
  /** What the account has used, in words; null where nothing is metered. */
  readonly usage: string | null;
}

export interface ModelSources {
  readonly db: Db;
  /** Place of a queued job in its queue. */
  readonly position: (jobId: string) => number | null;
  /** The page of a check run; `repository` is `owner/name`. */
  readonly checkRunUrl: (repository: string, checkRunId: number) => string;
  /** What the account of an installation has used, in words; null where nothing is metered. */
  readonly usage: (installation: number) => string | null;
}

const MAX_RUNS = 20;

/** A row of `runs`, as far as it is shown; `total`: how many the pull request has. */
interface Row extends Omit<RunEntry, 'forMerge' | 'checkUrl' | 'counts' | 'position'> {
  readonly repository: string;
  readonly trigger: string | null;
  readonly checkRunId: number | null;
  readonly counts: string | null;
  readonly total: number;
}

const ROWS = `
  SELECT id, repository, head_sha AS headSha, coalesce(request ->> '$.requestedBy', '') AS requestedBy,
         request ->> '$.trigger.type' AS trigger, check_run_id AS checkRunId, conclusion,
         record ->> '$.counts' AS counts, created_at AS createdAt, started_at AS startedAt,
         (finished_at - coalesce(started_at, created_at)) / 1000.0 AS seconds, count(*) OVER () AS total
  FROM runs WHERE repository_id = ? AND pull = ? ORDER BY created_at DESC, id DESC LIMIT ${MAX_RUNS}`;

/** The conversation of a pull request as it stands now. */
export function loadConversation(sources: ModelSources, pull: PullAddress): Conversation {
  const { db, usage } = sources;
  const rows = db.prepare<[number, number], Row>(ROWS).all(pull.repositoryId, pull.number);
  const runs = rows.map((row) => entryOf(sources, row));
  return {
    merge: mergeOf(sources, pull),
    latest: latestOf(db, runs),
    answer: storedAnswer(db, pull),
    runs,
    older: (rows[0]?.total ?? 0) - runs.length,
    usage: usage(pull.installation),
  };
}

function mergeOf({ db, checkRunUrl }: ModelSources, pull: PullAddress): Conversation['merge'] {
  const intent = new IntentStore(db).latest(pull.repositoryId, pull.number);
  if (intent === null) return null;
  const { checkRunId } = intent;
  return { intent, checkUrl: checkRunId === null ? null : checkRunUrl(pull.repository, checkRunId) };
}

function entryOf({ position, checkRunUrl }: ModelSources, row: Row): RunEntry {
  const { repository, trigger, checkRunId, total: _, ...run } = row;
  return {
    ...run,
    forMerge: trigger === 'merge',
    checkUrl: checkRunId === null ? null : checkRunUrl(repository, checkRunId),
    counts: run.counts === null ? null : counts.parse(JSON.parse(run.counts)),
    position: run.startedAt === null && run.conclusion === null ? position(run.id) : null,
  };
}

function latestOf(db: Db, runs: readonly RunEntry[]): Conversation['latest'] {
  const run = runs.find(({ conclusion }) => conclusion !== null);
  if (!run) return null;
  const record = db.prepare<[string], string>('SELECT record FROM runs WHERE id = ?').pluck().get(run.id);
  return record === undefined ? null : { run, record: runRecord.parse(JSON.parse(record)) };
}

interface StoredPull {
  readonly comment_id: number | null;
  readonly answer: string | null;
}

function readPull(db: Db, { repositoryId, number }: PullAddress): StoredPull | undefined {
  return db
    .prepare<[number, number], StoredPull>(
      'SELECT comment_id, answer FROM pulls WHERE repository_id = ? AND pull = ?',
    )
    .get(repositoryId, number);
}

function storedAnswer(db: Db, pull: PullAddress): Answer | null {
  const stored = readPull(db, pull)?.answer ?? null;
  return stored === null ? null : answer.parse(JSON.parse(stored));
}

/** The id of the pull request's living comment; null before there is one. */
export function commentId(db: Db, pull: PullAddress): number | null {
  return readPull(db, pull)?.comment_id ?? null;
}

export function storeCommentId(db: Db, pull: PullAddress, id: number): void {
  store(db, pull, 'comment_id', id);
}

export function storeAnswer(db: Db, pull: PullAddress, given: Answer): void {
  store(db, pull, 'answer', JSON.stringify(given));
}

function store(db: Db, pull: PullAddress, column: 'comment_id' | 'answer', value: number | string): void {
  db.prepare(
    `INSERT INTO pulls (repository_id, pull, ${column}) VALUES (?, ?, ?)
     ON CONFLICT (repository_id, pull) DO UPDATE SET ${column} = excluded.${column}`,
  ).run(pull.repositoryId, pull.number, value);
}
