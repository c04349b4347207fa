/** The check run `codex/pr` of an intent. The looks at one intent follow one another, and so do these calls. */

import { type CheckRunEnd, completeCheckRun, ensureCheckRun, updateCheckRun } from '../github/check-run.ts';
import type { Output } from '../github/check-run-output.ts';
import { type Installations, repositoryName } from '../github/client.ts';
import { MERGE_CHECK } from './check-name.ts';
import type { Intent } from './intent.ts';
import type { IntentStore } from './intents.ts';
import { cancelledOutput, mergedElsewhereOutput } from './report/ended.ts';
import { mergedOutput } from './report/receipt.ts';

interface Dependencies {
  readonly intents: Pick<IntentStore, 'setCheckRun'>;
  readonly installations: Installations;
}

export class MergeCheck {
  readonly #intents: Dependencies['intents'];
  readonly #installations: Installations;
  /** What the check runs of waiting intents show: most looks find nothing new. */
  readonly #shown = new Map<string, string>();

  constructor({ intents, installations }: Dependencies) {
    this.#intents = intents;
    this.#installations = installations;
  }

  /** Shows an intent that waits. */
  async show(intent: Intent, output: Output): Promise<void> {
    const text = JSON.stringify(output);
    if (this.#shown.get(intent.id) === text) return;
    const { octokit, name, checkRun } = await this.#ensure(intent, output);
    await updateCheckRun(octokit, name, checkRun, { status: 'in_progress', output, actions: [] });
    this.#shown.set(intent.id, text);
  }

  /** Brings the check run to the intent's end. */
  async complete(intent: Intent): Promise<void> {
    const end = endOf(intent);
    const { octokit, name, checkRun } = await this.#ensure(intent, end);
    await completeCheckRun(octokit, name, checkRun, {
      ...end,
      annotations: [],
      maxAnnotations: 0,
      actions: [],
    });
    this.#shown.delete(intent.id);
  }

  async #ensure({ id, request, checkRunId }: Intent, output: Output) {
    const octokit = await this.#installations.octokit(request.installation);
    const name = repositoryName(request.repository);
    if (checkRunId !== null) return { octokit, name, checkRun: checkRunId };
    const checkRun = await ensureCheckRun(octokit, name, {
      name: MERGE_CHECK,
      headSha: request.headSha,
      externalId: id,
      output,
      actions: [],
    });
    this.#intents.setCheckRun(id, checkRun);
    return { octokit, name, checkRun };
  }
}

type End = Output & Pick<CheckRunEnd, 'conclusion'>;

function endOf({ id, state, receipt, reason, mergedSha, decision, request }: Intent): End {
  if (receipt) return { ...mergedOutput(receipt), conclusion: receipt.verified ? 'success' : 'failure' };
  if (state !== 'cancelled') throw new Error(`The merge ${id} has not ended.`);
  if (mergedSha !== null)
    return { ...mergedElsewhereOutput(request.baseRef, mergedSha), conclusion: 'neutral' };
  return { ...cancelledOutput(reason ?? '', decision), conclusion: 'cancelled' };
}
