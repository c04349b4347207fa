/**
 * Jobs of kind `plan`. Effects go database → check run → comment → reaction, each idempotent: whatever a crash
 * leaves undone is done by the next try, from the record in the database.
 */
import { messageOf, UserError } from '../errors.ts';
import { isRefusal } from '../github/failure.ts';
import type { Reaction } from '../github/reaction.ts';
import { Cancelled, type Job, type JobHandler } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import type { PlanCheck } from './check.ts';
import { abandonedRecord, cancelledRecord, refusedRecord } from './outcome.ts';
import type { PlanObserver } from './plan.ts';
import { Progress } from './progress.ts';
import type { Conclusion, Phase, RunRecord } from './record.ts';
import { progressOutput } from './report/progress.ts';
import { PLAN } from './request.ts';
import type { Run, RunStore } from './runs.ts';
import type { Tally } from './tally.ts';

/** Milliseconds between two updates of a running check run. */
const PROGRESS_INTERVAL = 3_000;
/** The same for all of them together: GitHub limits writes, and verdicts need some of them. */
const SHARED_INTERVAL = 2_000;

const REACTIONS: Readonly<Record<Conclusion, Reaction>> = {
  success: 'rocket',
  failure: '-1',
  timed_out: '-1',
  neutral: 'confused',
  cancelled: 'confused',
};

export interface PlanJobDependencies {
  readonly runs: RunStore;
  readonly check: Pick<PlanCheck, 'show' | 'complete'>;
  /** Walks the road of the run's plan; see plan.ts. */
  readonly execute: (run: Run, observer: PlanObserver, signal: AbortSignal) => Promise<RunRecord>;
  /** Brings the living comment of the run's pull request to what the database says. */
  readonly publish: (run: Run) => Promise<void>;
  /** Reacts to the comment that asked for the run, where one did. */
  readonly react: (run: Run, reaction: Reaction) => Promise<void>;
  /** What running plans do at the moment, in words, by run id. */
  readonly activity: Map<string, string>;
  readonly now: () => number;
  readonly log: Log;
}

export function planHandler(deps: PlanJobDependencies): JobHandler {
  return {
    kind: PLAN,
    async run(job, signal) {
      const run = runOf(job, deps);
      if (!run.record) deps.runs.finish(run.id, await conclude(run, job, signal, deps), deps.now());
      await report(run.id, deps);
    },
    async abandon(job, reason) {
      const run = runOf(job, deps);
      if (!run.record) deps.runs.finish(run.id, abandonedRecord(run, reason), deps.now());
      await report(run.id, deps, async (effect) => {
        try {
          await effect();
        } catch (error) {
          if (!isRefusal(error)) throw error;
          deps.log.warn(
            { run: run.id, error: messageOf(error) },
            'GitHub refuses a part of the report for good',
          );
        }
      });
    },
  };
}

/** The run is stored with its job: see request.ts. */
function runOf(job: Job, { runs }: PlanJobDependencies): Run {
  const run = runs.get(job.id);
  if (!run) throw new Error(`The job ${job.id} has no run.`);
  return run;
}

/** An abort is not answered here: a cancelled job comes back with its reason, a stopped one is handed back. */
async function conclude(
  run: Run,
  job: Job,
  signal: AbortSignal,
  deps: PlanJobDependencies,
): Promise<RunRecord> {
  if (job.cancelReason !== null) return cancelledRecord(run, job.cancelReason);
  try {
    const record = await executeVisibly(run, signal, deps);
    if (signal.reason instanceof Cancelled) throw signal.reason; // Whoever cancelled was told so.
    return record;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) return refusedRecord(run, error);
    throw error;
  }
}

async function executeVisibly(run: Run, signal: AbortSignal, deps: PlanJobDependencies): Promise<RunRecord> {
  const { runs, check, activity, now, log } = deps;
  runs.start(run.id, now());
  let phase: Phase = 'source';
  let tally: (() => Tally) | null = null;
  let commented = false;
  const progress = new Progress({
    interval: () => Math.max(PROGRESS_INTERVAL, SHARED_INTERVAL * activity.size),
    log: log.child({ run: run.id }),
    async update() {
      const output = progressOutput(phase, tally?.() ?? null);
      activity.set(run.id, output.title);
      await check.show(run.id, () => ({ status: 'in_progress', output }));
      if (!commented) await deps.publish(run);
      commented = true;
    },
  });
  progress.changed();
  try {
    return await deps.execute(run, observer(), signal);
  } finally {
    await progress.stop();
    activity.delete(run.id);
  }

  function observer(): PlanObserver {
    return {
      phase(entered) {
        phase = entered;
        progress.changed();
      },
      tally(read) {
        tally = read;
        progress.changed();
      },
    };
  }
}

/** `show` does one effect; what it lets pass keeps the others from nobody. */
async function report(
  id: string,
  deps: PlanJobDependencies,
  show: (effect: () => Promise<void>) => Promise<void> = (effect) => effect(),
): Promise<void> {
  const run = deps.runs.get(id);
  const conclusion = run?.record?.conclusion;
  if (!run || !conclusion || run.reportedAt !== null) return;
  await show(() => deps.check.complete(run));
  await show(() => deps.publish(run));
  await show(() => deps.react(run, REACTIONS[conclusion]));
  deps.runs.reported(id, deps.now());
}
