/** What the living comment of a pull request shows, read from the database whole each time. */
import { z } from 'zod';
import type { Intent } from '../merge/intent.ts';
import { IntentStore } from '../merge/intents.ts';
import { CONCLUSIONS, counts, type RunRecord, runRecord } from '../plan/record.ts';
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
  readonly finishedAt: number | null;
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
  /** What the account has used, in words; absent where nothing is metered. */
  readonly usage?: string | null;
}

export interface ModelSources {
  readonly db: Db;
  /** Place of a queued job in its queue. */
  readonly position: (jobId: string) => number | null;
  /** The page of a check run; `repository` is `owner/name`. */
  readonly checkRunUrl: (repository: string, checkRunId: number) => string;
  /** What the account of an installation has used, in words; absent where nothing is metered. */
  readonly usage?: (installation: number) => string | null;
}

const MAX_RUNS = 20;

const row = z.object({
  id: z.string(),
  repository: z.string(),
  head_sha: z.string(),
  requested_by: z.string().nullable(),
  trigger: z.string().nullable(),
  check_run_id: z.int().nullable(),
  conclusion: z.enum(CONCLUSIONS).nullable(),
  counts: z.string().nullable(),
  created_at: z.int(),
  started_at: z.int().nullable(),
  finished_at: z.int().nullable(),
});

const OF_PULL = 'FROM runs WHERE repository_id = ? AND pull = ?';

/** The conversation of a pull request as it stands now. */
export function loadConversation(sources: ModelSources, pull: PullAddress): Conversation {
  const key = [pull.repositoryId, pull.number] as const;
  const rows = sources.db
    .prepare(
      `SELECT id, repository, head_sha, json_extract(request, '$.requestedBy') AS requested_by,
              json_extract(request, '$.trigger.type') AS trigger, check_run_id, conclusion,
              json_extract(record, '$.counts') AS counts, created_at, started_at, finished_at
       ${OF_PULL} ORDER BY created_at DESC, id DESC LIMIT ${MAX_RUNS}`,
    )
    .all(...key);
  const runs = rows.map((each) => entryOf(sources, row.parse(each)));
  const total = z
    .object({ total: z.int() })
    .parse(sources.db.prepare(`SELECT count(*) AS total ${OF_PULL}`).get(...key));
  return {
    merge: mergeOf(sources, pull),
    latest: latestOf(sources.db, runs),
    answer: storedAnswer(sources.db, key),
    runs,
    older: total.total - runs.length,
    usage: sources.usage?.(pull.installation) ?? null,
  };
}

function mergeOf({ db, checkRunUrl }: ModelSources, pull: PullAddress): Conversation['merge'] {
  const intent = new IntentStore(db).latest(pull.repositoryId, pull.number);
  if (intent === null) return null;
  const { checkRunId } = intent;
  return { intent, checkUrl: checkRunId === null ? null : checkRunUrl(pull.repository, checkRunId) };
}

function entryOf(sources: ModelSources, run: z.infer<typeof row>): RunEntry {
  const waits = run.started_at === null && run.conclusion === null;
  return {
    id: run.id,
    headSha: run.head_sha,
    requestedBy: run.requested_by ?? '',
    forMerge: run.trigger === 'merge',
    checkUrl: run.check_run_id === null ? null : sources.checkRunUrl(run.repository, run.check_run_id),
    conclusion: run.conclusion,
    counts: run.counts === null ? null : counts.parse(JSON.parse(run.counts)),
    createdAt: run.created_at,
    startedAt: run.started_at,
    finishedAt: run.finished_at,
    position: waits ? sources.position(run.id) : null,
  };
}

function latestOf(db: Db, runs: readonly RunEntry[]): Conversation['latest'] {
  const run = runs.find(({ conclusion }) => conclusion !== null);
  if (!run) return null;
  const { record } = z
    .object({ record: z.string() })
    .parse(db.prepare('SELECT record FROM runs WHERE id = ?').get(run.id));
  return { run, record: runRecord.parse(JSON.parse(record)) };
}

const pullRow = z.object({ comment_id: z.int().nullable(), answer: z.string().nullable() }).optional();

function readPull(db: Db, key: readonly [number, number]) {
  return pullRow.parse(
    db.prepare('SELECT comment_id, answer FROM pulls WHERE repository_id = ? AND pull = ?').get(...key),
  );
}

function storedAnswer(db: Db, key: readonly [number, number]): Answer | null {
  const stored = readPull(db, key)?.answer ?? null;
  return stored === null ? null : answer.parse(JSON.parse(stored));
}

/** The id of the pull request's living comment; null before there is one. */
export function commentId(db: Db, pull: PullAddress): number | null {
  return readPull(db, [pull.repositoryId, pull.number])?.comment_id ?? null;
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
