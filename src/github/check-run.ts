/** Check runs, each call safe to repeat: after a crash or a lost answer the job simply calls again. */
import { z } from 'zod';
import {
  type Action,
  type Annotation,
  checkedActions,
  checkedOutput,
  type Output,
  toGitHub,
} from './check-run-output.ts';
import type { Octokit, RepositoryName } from './client.ts';

export interface NewCheckRun {
  readonly name: string;
  readonly headSha: string;
  /** The job's id: one check run exists per id. */
  readonly externalId: string;
  readonly output: Output;
  readonly actions: readonly Action[];
}

export interface CheckRunUpdate {
  readonly status: 'queued' | 'in_progress';
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly output: Output;
  readonly actions: readonly Action[];
}

export interface CheckRunEnd extends Output {
  readonly conclusion:
    | 'success'
    | 'failure'
    | 'neutral'
    | 'cancelled'
    | 'timed_out'
    | 'skipped'
    | 'action_required';
  /** In order of importance, the same list at each call. */
  readonly annotations: readonly Annotation[];
  /** How many of the annotations are shown at most. */
  readonly maxAnnotations: number;
  readonly actions: readonly Action[];
}

const ANNOTATIONS_PER_REQUEST = 50;

const listedRun = z.object({ id: z.int(), external_id: z.string().nullable() });
const runState = z.object({ output: z.object({ annotations_count: z.int() }) });

/** The id of the check run with this `externalId`, created in state `queued` where there is none yet. */
export async function ensureCheckRun(
  octokit: Octokit,
  name: RepositoryName,
  run: NewCheckRun,
): Promise<number> {
  const found = await findCheckRun(octokit, name, run);
  if (found !== null) return found;
  const { data } = await octokit.rest.checks.create({
    ...name,
    name: run.name,
    head_sha: run.headSha,
    external_id: run.externalId,
    status: 'queued',
    output: checkedOutput(run.output),
    actions: checkedActions(run.actions),
  });
  return data.id;
}

async function findCheckRun(
  octokit: Octokit,
  name: RepositoryName,
  run: NewCheckRun,
): Promise<number | null> {
  const pages = octokit.paginate.iterator(octokit.rest.checks.listForRef, {
    ...name,
    ref: run.headSha,
    check_name: run.name,
    filter: 'all',
    per_page: 100,
  });
  for await (const { data } of pages) {
    const own = z
      .array(listedRun)
      .parse(data)
      .find((listed) => listed.external_id === run.externalId);
    if (own) return own.id;
  }
  return null;
}

/** Shows a run's state while it is not at its end. */
export async function updateCheckRun(
  octokit: Octokit,
  name: RepositoryName,
  id: number,
  update: CheckRunUpdate,
): Promise<void> {
  await octokit.rest.checks.update({
    ...name,
    check_run_id: id,
    status: update.status,
    ...(update.startedAt ? { started_at: update.startedAt } : {}),
    output: checkedOutput(update.output),
    actions: checkedActions(update.actions),
  });
}

/**
 * Brings a check run to its end: annotations first, 50 a request, the conclusion with the last of them. GitHub
 * appends annotations, so what an earlier call has sent already is left out.
 */
export async function completeCheckRun(
  octokit: Octokit,
  name: RepositoryName,
  id: number,
  end: CheckRunEnd,
): Promise<void> {
  const output = checkedOutput(end);
  const wanted = end.annotations.slice(0, end.maxAnnotations).map(toGitHub);
  let unsent = wanted.length === 0 ? wanted : wanted.slice(await annotationsOf(octokit, name, id));
  do {
    const batch = unsent.slice(0, ANNOTATIONS_PER_REQUEST);
    unsent = unsent.slice(ANNOTATIONS_PER_REQUEST);
    await octokit.rest.checks.update({
      ...name,
      check_run_id: id,
      output: batch.length > 0 ? { ...output, annotations: batch } : output,
      ...(unsent.length === 0
        ? { status: 'completed', conclusion: end.conclusion, actions: checkedActions(end.actions) }
        : {}),
      // Sent twice, a batch would be shown twice: after a lost answer the next call counts what arrived.
      ...(batch.length > 0 ? { request: { retries: 0 } } : {}),
    });
  } while (unsent.length > 0);
}

async function annotationsOf(octokit: Octokit, name: RepositoryName, id: number): Promise<number> {
  const { data } = await octokit.rest.checks.get({ ...name, check_run_id: id });
  return runState.parse(data).output.annotations_count;
}

const statusOf = z.object({
  status: z.enum(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']),
});

/** How far GitHub says a check run has come. */
export async function getCheckRunStatus(
  octokit: Octokit,
  name: RepositoryName,
  id: number,
): Promise<z.infer<typeof statusOf>['status']> {
  const { data } = await octokit.rest.checks.get({ ...name, check_run_id: id });
  return statusOf.parse(data).status;
}
