/**
 * The check run of a plan. Every change goes through `#inOrder`, one at a time for each run: the command that queues
 * a plan and the job that starts it may both be the first to show it, and progress that is late must not overwrite the
 * verdict.
 */
import { completeCheckRun, ensureCheckRun, updateCheckRun } from '../github/check-run.ts';
import type { Action, Output } from '../github/check-run-output.ts';
import { type Installations, repositoryName } from '../github/client.ts';
import { BUTTON, planCheckName } from './check-names.ts';
import { failuresOf } from './record.ts';
import { MAX_ANNOTATIONS } from './report/annotations.ts';
import { checkRunReport } from './report/summary.ts';
import type { Run, RunStore } from './runs.ts';

const CANCEL: Action = { label: 'Cancel', description: 'Stop this plan', identifier: BUTTON.cancel };
const RERUN_FAILED: Action = {
  label: 'Re-run failed',
  description: 'Run the tests that did not pass',
  identifier: BUTTON.rerunFailed,
};

interface State {
  readonly status: 'queued' | 'in_progress';
  readonly output: Output;
}

interface Dependencies {
  readonly runs: RunStore;
  readonly installations: Installations;
}

export class PlanCheck {
  readonly #runs: RunStore;
  readonly #installations: Installations;
  readonly #last = new Map<string, Promise<void>>();

  constructor({ runs, installations }: Dependencies) {
    this.#runs = runs;
    this.#installations = installations;
  }

  /**
   * Shows a run that waits, or how far it has come: what `read` says once its turn has come. Null, or a run that has
   * its verdict: nothing is shown.
   */
  show(id: string, read: () => State | null): Promise<void> {
    return this.#inOrder(id, async () => {
      const run = this.#runs.get(id);
      const state = read();
      if (!run || run.record || !state) return;
      const { octokit, name, checkRun } = await this.#ensure(run, state.output);
      const startedAt = run.startedAt === null ? {} : { startedAt: new Date(run.startedAt).toISOString() };
      await updateCheckRun(octokit, name, checkRun, { ...state, ...startedAt, actions: [CANCEL] });
    });
  }

  /** Brings the check run to the verdict of the run's record. */
  complete(run: Run): Promise<void> {
    return this.#inOrder(run.id, async () => {
      const current = this.#runs.get(run.id);
      if (!current?.record) throw new Error(`The run ${run.id} has no verdict to report.`);
      const report = checkRunReport(current.record);
      const { octokit, name, checkRun } = await this.#ensure(current, report);
      await completeCheckRun(octokit, name, checkRun, {
        ...report,
        conclusion: current.record.conclusion,
        maxAnnotations: MAX_ANNOTATIONS,
        actions: failuresOf(current.record).length > 0 ? [RERUN_FAILED] : [],
      });
    });
  }

  async #ensure(run: Run, output: Output) {
    const { installation, repository, headSha } = run.request;
    const octokit = await this.#installations.octokit(installation);
    const name = repositoryName(repository);
    if (run.checkRunId !== null) return { octokit, name, checkRun: run.checkRunId };
    const checkRun = await ensureCheckRun(octokit, name, {
      name: planCheckName(run.request.arguments),
      headSha,
      externalId: run.id,
      output: { title: output.title, summary: output.summary },
      actions: [],
    });
    this.#runs.setCheckRun(run.id, checkRun);
    return { octokit, name, checkRun };
  }

  #inOrder(id: string, change: () => Promise<void>): Promise<void> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const after = before.catch(() => {}).then(change);
    this.#last.set(id, after);
    const forget = (): void => {
      if (this.#last.get(id) === after) this.#last.delete(id);
    };
    after.then(forget, forget);
    return after;
  }
}
