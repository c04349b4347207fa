/** `PUT /repos/{owner}/{name}/pulls/{number}/merge`: a real squash commit, or GitHub's refusal. */
import { z } from 'zod';
import { accountOf } from '../accounts.ts';
import type { Emulator } from '../emulator.ts';
import type { Hosting } from '../hosting.ts';
import { askAs } from '../hosting.ts';
import { type ApiAnswer, type JsonObject, NOT_FOUND, objectAt, refused } from '../http.ts';
import type { Pulls, TrackedPull } from '../pulls.ts';
import type { Asked, Route } from '../routes.ts';
import type { BranchRules } from '../rules/branch-rules.ts';
import { type StandingParts, standingOf } from '../rules/standing.ts';
import { mergeViolations } from '../rules/violations.ts';
import { changedFiles, type Prospect, prospectOf } from './prospect.ts';
import { squash, squashMessage } from './squash.ts';

const mergeBody = z.object({
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});

export interface MergeParts extends StandingParts {
  readonly emulator: Emulator;
  readonly hosting: Hosting;
  readonly pulls: Pulls;
  readonly branchRules: BranchRules;
}

/** What overtakes a merge. `unnoticed`: GitHub's own fault, it lands on a base that has moved. */
interface Race {
  readonly happens: () => Promise<void>;
  readonly unnoticed: boolean;
}

const HEAD_MOVED: ApiAnswer = {
  status: 409,
  body: { message: 'Head branch was modified. Review and try the merge again.' },
};

export class Merges {
  readonly routes: readonly Route[];
  readonly #parts: MergeParts;
  #race: Race | null = null;

  constructor(parts: MergeParts) {
    this.#parts = parts;
    this.routes = [
      {
        method: 'PUT',
        path: '/pulls/:number/merge',
        needs: ['contents', 'write'],
        answer: (asked) => this.#merge(asked),
      },
    ];
  }

  /** Lets something happen in the next merge, between its checks and its landing. */
  raceNext(race: Race): void {
    this.#race = race;
  }

  async #merge(asked: Asked): Promise<ApiAnswer> {
    const { hosting, pulls } = this.#parts;
    const pull = pulls.get(asked.repository, Number(asked.at('number')));
    if (!pull) return NOT_FOUND;
    const parsed = mergeBody.safeParse(asked.request.body ?? {});
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    const body = parsed.data;
    if (body.merge_method !== 'squash') return unmodelled(body.merge_method);
    const shown = await this.#shown(pull);
    if (shown.state !== 'open' || pull.merged) return notAllowed('Pull Request is not mergeable');
    if (body.sha !== undefined && body.sha !== pull.headSha) return HEAD_MOVED;
    const prospect = await prospectOf(hosting.bare(pull.repository), pull.baseRef, pull.headSha);
    const refusal = await this.#refusal(asked, pull, prospect, shown);
    if (refusal) return refusal;
    const unnoticed = await this.#takeRace();
    if (pull.headSha !== prospect.head) return HEAD_MOVED;
    const landing = unnoticed
      ? await prospectOf(hosting.bare(pull.repository), pull.baseRef, pull.headSha)
      : prospect;
    return this.#land(asked, pull, landing, squashMessage({ ...pull, title: String(shown.title) }, body));
  }

  async #refusal(
    { actor }: Asked,
    pull: TrackedPull,
    { tree }: Prospect,
    shown: JsonObject,
  ): Promise<ApiAnswer | null> {
    if (shown.draft === true) return notAllowed('Pull Request is still a draft');
    if (tree === null) return notAllowed('Pull Request is not mergeable');
    const { branchRules, hosting } = this.#parts;
    if (actor.installation !== null && actor.permissions.workflows !== 'write') {
      const files = await changedFiles(hosting.bare(pull.repository), pull.baseRef, pull.headSha);
      const workflow = files.find(({ filename }) => filename.startsWith('.github/workflows/'));
      if (workflow) return workflowRefusal(workflow.filename);
    }
    const demands = await branchRules.demands(pull.repository, pull.baseRef, actor, 'merge');
    const violations = mergeViolations(demands, await standingOf(this.#parts, pull));
    if (violations.length === 0) return null;
    return notAllowed(['Repository rule violations found', ...violations, ''].join('\n\n'));
  }

  /** Whether this merge does not notice what happens. */
  async #takeRace(): Promise<boolean> {
    const race = this.#race;
    this.#race = null;
    await race?.happens();
    return race?.unnoticed ?? false;
  }

  async #land(asked: Asked, pull: TrackedPull, prospect: Prospect, message: string): Promise<ApiAnswer> {
    const { emulator, hosting } = this.#parts;
    const bare = hosting.bare(pull.repository);
    const sha = await squash(bare, pull, prospect, message);
    const ref = `refs/heads/${pull.baseRef}`;
    if (!(await bare.moveRef(ref, prospect.base, sha))) {
      return notAllowed('Base branch was modified. Review and try the merge again.');
    }
    const { login } = asked.actor;
    const by = await accountOf(hosting, pull.repository, login);
    pull.merged = { sha, at: new Date().toISOString(), by };
    await hosting.pushed(pull.repository, [{ ref, before: prospect.base, after: sha }], login);
    // Emulate tells of it: its event is completed with the merge.
    const path = `/repos/${pull.repository}/pulls/${pull.number}`;
    const closed = await askAs(emulator, asked.request.token, 'PATCH', path, { state: 'closed' });
    if (closed.status !== 200) throw new Error(`emulate did not close: ${JSON.stringify(closed.body)}`);
    return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
  }

  async #shown(pull: TrackedPull): Promise<JsonObject> {
    const path = `/repos/${pull.repository}/pulls/${pull.number}`;
    return objectAt({ ...(await this.#parts.hosting.asOwner(pull.repository)('GET', path)) }, 'body');
  }
}

function notAllowed(message: string): ApiAnswer {
  return { status: 405, body: { message } };
}

function unmodelled(method: string): ApiAnswer {
  return { status: 501, body: { message: `The local GitHub squashes only; it does not ${method}.` } };
}

function workflowRefusal(path: string): ApiAnswer {
  const message = `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`;
  return { status: 403, body: { message } };
}
