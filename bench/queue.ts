/**
 * Do jobs that are kept slow the queue down? Claims and finishes on three database files that differ only in how
 * many finished jobs they keep. The files take turns, so that a busy moment of the machine hits all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewJob } from '../src/jobs/job.ts';
import { JobStore } from '../src/jobs/store.ts';
import { type Db, openDatabase } from '../src/store/database.ts';
import { median } from './quantile.ts';
import type { Row } from './row.ts';

const KEPT = [1_000, 100_000, 1_000_000];
const ROUNDS = 9;
const JOBS_PER_ROUND = 300;
const LEASE_MS = 60_000;
const TARGET = 0.8;

/** Finished jobs with ids and keys that are as long and as ordered as real ones. */
const KEEP = `
  WITH RECURSIVE series (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM series WHERE value < ?)
  INSERT INTO jobs (id, dedupe, kind, queue, lane, installation, repository, pull, payload, delivery, state, attempt,
    reported, due_at, created_at, started_at, finished_at)
  SELECT printf('01900000-0000-7000-8000-%012x', value), 'comment:' || value || ':2026-11-01T00:00:00Z', 'plan',
    'plan', 'plan:acme/r' || (value % 500) || '#' || (value % 1000), value % 100, 'acme/r' || (value % 500),
    value % 1000, '{"head":"0123456789012345678901234567890123456789"}', printf('%036x', value), 'done', 1,
    0, value, value, value, value
  FROM series`;

interface Measured {
  readonly kept: number;
  readonly db: Db;
  readonly store: JobStore;
  /** Jobs claimed and finished per second, by round. */
  readonly rates: number[];
}

/** Takes about ten seconds and half a gigabyte of the temporary directory. */
export function queueBench(): Row[] {
  const directory = mkdtempSync(join(tmpdir(), 'codex-bench-'));
  const files: Measured[] = [];
  try {
    for (const kept of KEPT) files.push(prepare(join(directory, `${kept}.sqlite`), kept));
    for (let round = 0; round < ROUNDS; round += 1) for (const file of files) measure(file);
    return rows(files);
  } finally {
    for (const { db } of files) db.close();
    rmSync(directory, { recursive: true });
  }
}

function prepare(path: string, kept: number): Measured {
  const db = openDatabase(path);
  db.pragma('synchronous = OFF');
  db.prepare(KEEP).run(kept);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma('synchronous = FULL');
  return { kept, db, store: new JobStore(db), rates: [] };
}

function measure({ store, rates }: Measured): void {
  store.enqueue(
    Array.from({ length: JOBS_PER_ROUND }, (_, n) => job(n)),
    Date.now(),
  );
  const start = performance.now();
  for (let ended = 0; ended < JOBS_PER_ROUND; ended += 1) {
    const claimed = store.claim('plan', 'bench', Date.now(), LEASE_MS);
    if (!claimed || !store.finish(claimed.id, 'bench', Date.now())) throw new Error('The queue lost a job.');
  }
  rates.push((JOBS_PER_ROUND * 1000) / (performance.now() - start));
}

function job(n: number): NewJob {
  const repository = `acme/r${n % 20}`;
  return {
    kind: 'plan',
    queue: 'plan',
    dedupe: null,
    lane: `plan:${repository}#${n}`,
    installation: n % 5,
    repository,
    pull: n,
    priority: 0,
    payload: { head: '0123456789012345678901234567890123456789' },
    delivery: null,
  };
}

function rows(files: readonly Measured[]): Row[] {
  const [base, ...others] = files.map(({ kept, rates }) => ({ kept, rate: median(rates) }));
  if (!base) return [];
  return others.map(({ kept, rate }) => ({
    name: `queue: claim and finish, ${kept.toLocaleString('en')} finished jobs kept`,
    measured: perSecond(rate),
    peer: `${perSecond(base.rate)} with ${base.kept.toLocaleString('en')} kept`,
    ratio: rate / base.rate,
    target: `≥ ${TARGET}`,
    pass: rate / base.rate >= TARGET,
  }));
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}
