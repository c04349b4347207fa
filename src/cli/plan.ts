/** `codexctl plan`: the same road as `/codex plan`, from a repository on this machine to a report on the terminal. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { v7 } from 'uuid';
import { messageOf, UserError } from '../errors.ts';
import { instanceOf } from '../instance.ts';
import { Cancelled } from '../jobs/job.ts';
import type { PlanDependencies, PlanInput } from '../plan/input.ts';
import { abandonedRecord, cancelledRecord, refusedRecord } from '../plan/outcome.ts';
import { runPlan } from '../plan/plan.ts';
import type { RunRecord } from '../plan/record.ts';
import { checkRunReport } from '../plan/report/summary.ts';
import { type PlanArguments, planArguments } from '../plan/request-schema.ts';
import { Environments, pruneEnvironments } from '../plan/sandbox/environment.ts';
import { listBranches } from '../plan/source/branches.ts';
import { openMirror } from '../plan/source/mirror.ts';
import { chooseBranches } from './branches.ts';
import { type Data, openData } from './data.ts';
import { terminalObserver } from './progress.ts';

const DAY_MS = 24 * 3_600_000;

export interface LocalPlanOptions {
  readonly repo: string;
  readonly head?: string;
  readonly base?: string;
  readonly paths: readonly string[];
  readonly k?: string;
  readonly m?: string;
  readonly maxfail?: number;
  readonly json?: boolean;
}

/**
 * Runs a plan and prints its report, or its record as JSON. Resolves to the exit code: 0 success, 1 no success.
 * Throws where it could not run: `UserError` for what a person can mend.
 */
export async function planLocally(options: LocalPlanOptions): Promise<0 | 1> {
  using data = openData();
  const cacheDir = await mkdtemp(join(tmpdir(), 'codexctl-'));
  const observer = terminalObserver(process.stderr);
  try {
    const input = await localInput(options, cacheDir);
    const deps = dependencies(data, cacheDir);
    const record = await recorded(data, input, () => runPlan(input, deps, observer, interruption()));
    observer.end();
    process.stdout.write(options.json ? `${JSON.stringify(record, null, 2)}\n` : report(record));
    await prune(data, deps.instance);
    return record.conclusion === 'success' ? 0 : 1;
  } finally {
    observer.end();
    await rm(cacheDir, { recursive: true, force: true });
  }
}

/** A repository's cache lives as long as the plan: a cache belongs to one process, and copying from a disk is quick. */
async function localInput(options: LocalPlanOptions, cacheDir: string): Promise<PlanInput> {
  const args = localArguments(options);
  const path = resolve(options.repo);
  const repositoryKey = `local-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  const remote = { url: path, authorization: async () => null };
  const branches = await listBranches(await openMirror(cacheDir, repositoryKey), remote);
  return {
    id: v7(),
    repositoryKey,
    pull: 0,
    remote,
    ...chooseBranches(branches, options),
    arguments: args,
    only: null,
    acceptedAt: Date.now(),
  };
}

function localArguments({ paths, k, m, maxfail }: LocalPlanOptions): PlanArguments {
  const given = { paths, keyword: k ?? null, marker: m ?? null, maxfail: maxfail ?? null, failed: false };
  const parsed = planArguments.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [key, index] = issue?.path ?? [];
  const value = key === 'paths' ? paths[Number(index)] : { keyword: k, marker: m }[String(key)];
  throw new UserError(
    `"${value ?? String(key)}" ${issue?.message ?? 'is not valid'}.`,
    'See `codexctl plan --help`.',
  );
}

function dependencies({ config, db }: Data, cacheDir: string): PlanDependencies {
  const instance = `${instanceOf(config.dataDir)}-local`;
  return {
    ...config,
    cacheDir,
    instance,
    environments: new Environments(db, instance),
    collectedOnBase: () => null,
    now: Date.now,
  };
}

/** Stores the run as the server does, so that `codexctl runs` and `codexctl logs` know it. */
async function recorded({ runs }: Data, input: PlanInput, run: () => Promise<RunRecord>): Promise<RunRecord> {
  const request = {
    installation: 0,
    repositoryId: 0,
    repository: input.remote.url,
    pull: 0,
    headSha: input.headSha,
    headRef: '',
    baseRef: input.baseRef,
    fork: false,
    arguments: input.arguments,
    requestedBy: userInfo().username,
    trigger: { type: 'local' as const },
    acceptedAt: input.acceptedAt,
  };
  runs.create(input.id, request, input.acceptedAt);
  runs.start(input.id, Date.now());
  const record = await run().catch((error: unknown) => {
    runs.finish(input.id, brokenOff({ id: input.id, request }, error), Date.now());
    throw error;
  });
  runs.finish(input.id, record, Date.now());
  runs.reported(input.id, Date.now());
  return record;
}

/** The run stays in the list of runs, with the reason. */
function brokenOff(subject: Parameters<typeof refusedRecord>[0], error: unknown): RunRecord {
  if (error instanceof UserError) return refusedRecord(subject, error);
  if (error instanceof Cancelled) return cancelledRecord(subject, error.message);
  return abandonedRecord(subject, messageOf(error));
}

function interruption(): AbortSignal {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => abort.abort(new Cancelled('The plan was interrupted.')));
  }
  return abort.signal;
}

function report(record: RunRecord): string {
  const { title, summary, text } = checkRunReport(record);
  return `## ${record.conclusion}: ${title}\n\n${summary}\n${text ? `\n${text}\n` : ''}\nLog: codexctl logs ${record.id}\n`;
}

async function prune({ config, db }: Data, instance: string): Promise<void> {
  const now = Date.now();
  const keep = config.retentionDays * DAY_MS;
  await pruneEnvironments(db, instance, { unusedSince: now - keep, unknownSince: now - DAY_MS });
}
