/**
 * Merges as Codex wires them, over a local GitHub and a real queue; only plans test nothing: they end with the tree
 * that git makes of base and head. Time is the test's.
 */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { execa } from 'execa';
import { Probot } from 'probot';
import { createCore } from '../../src/composition/core.ts';
import { createMerges, type MergeParts } from '../../src/composition/merges.ts';
import { createQueue } from '../../src/composition/queue.ts';
import { parseConfig } from '../../src/config.ts';
import { probotOptions } from '../../src/github/client.ts';
import type { Job } from '../../src/jobs/job.ts';
import { Worker } from '../../src/jobs/worker.ts';
import { createLog } from '../../src/log.ts';
import { FreezeStore } from '../../src/merge/freezes.ts';
import type { Intent, MergeRequest } from '../../src/merge/intent.ts';
import { IntentStore } from '../../src/merge/intents.ts';
import type { Snapshot } from '../../src/merge/snapshot.ts';
import type { RunRecord } from '../../src/plan/record.ts';
import { PLAN } from '../../src/plan/request.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Files } from '../support/local-github/bare-repository.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { LocalCheckRun, LocalRepository } from '../support/local-github/repository.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { runRecord } from '../support/records.ts';

interface OpenPull {
  readonly number: number;
  readonly head: string;
  readonly branch: string;
  readonly comment: number;
}

/** Gives each test of a file a world of its own, all on one GitHub with the owner `acme` and the collaborator `dev`. */
export function openForEachTest(name: string, give: (world: MergeWorld) => void): void {
  let github: LocalGitHub;
  let world: MergeWorld;
  let opened = 0;
  beforeAll(async () => {
    github = await startLocalGitHub({ users: ['acme', 'dev', 'mallory'], installedOn: ['acme'] });
  });
  afterAll(() => github.close());
  beforeEach(async () => {
    opened += 1;
    world = await MergeWorld.open(github, `${name}-${opened}`);
    give(world);
  });
  afterEach(async () => {
    github.recover();
    await world.close();
  });
}

export class MergeWorld {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  readonly repositoryId: number;
  readonly merges: MergeParts;
  readonly intents: IntentStore;
  readonly worker: Worker;
  /** What the next plans come to, beside the tree. */
  verdict: Partial<RunRecord> = {};
  entitlement: Snapshot['requester']['entitlement'] = { allowed: true, reason: 'the plan Team' };
  readonly #core: ReturnType<typeof createCore>;
  #ahead = 0;

  private constructor(github: LocalGitHub, repository: LocalRepository, repositoryId: number) {
    this.github = github;
    this.repository = repository;
    this.repositoryId = repositoryId;
    const config = parseConfig({ ...github.environment, CODEX_DATA_DIR: '/nowhere' });
    const log = createLog(process.env.DEBUG_LOG === undefined ? 'silent' : 'info');
    const options = probotOptions({ ...config.github, onAnswer: () => undefined });
    const now = (): number => Date.now() + this.#ahead;
    this.#core = createCore({
      ...{ config, log, now, instance: 'test', onTransition: () => undefined },
      db: openDatabase(':memory:'),
      probot: new Probot({ ...options, log, secret: github.deliveries.secret }),
    });
    this.intents = new IntentStore(this.#core.db);
    this.merges = createMerges(this.#core, {
      queue: createQueue(this.#core, () => this.worker.wake()),
      freezes: new FreezeStore(this.#core.db),
      entitlement: async () => ({ ...this.entitlement, refusal: null }),
    });
    this.worker = new Worker({
      store: this.#core.jobs,
      handlers: [
        ...this.merges.handlers,
        { kind: PLAN, run: (job) => this.#plan(job), abandon: async () => undefined },
      ],
      concurrency: { command: 8, plan: 2 },
      ...{ log, now, random: () => 0, owner: 'test' },
      onTransition: this.merges.onTransition,
    });
    this.worker.start();
  }

  static async open(github: LocalGitHub, name: string): Promise<MergeWorld> {
    const repository = await github.createRepository('acme', name);
    await repository.allow('dev', 'push');
    await repository.push('main', { 'app.py': 'x = 1\n' });
    const { id } = Object(await github.as('acme', 'GET', `/repos/acme/${name}`));
    return new MergeWorld(github, repository, id);
  }

  async close(): Promise<void> {
    await this.worker.stop(0);
    await this.#core.queueDisplay.stop();
    this.#core.db.close();
  }

  /** A pull request that adds a file, and the comment that will ask to merge it. */
  async pull(branch = 'feature/12-cart', files: Files = { 'cart.py': 'y = 1\n' }): Promise<OpenPull> {
    const head = await this.repository.push(branch, files);
    const number = await this.repository.openPull({ head: branch, title: 'Add a cart' });
    const comment = await this.repository.comment(number, 'dev', '/codex pr');
    return { number, head, branch, comment };
  }

  request(pull: OpenPull, more: Partial<MergeRequest> = {}): { intent: Intent; isNew: boolean } {
    return this.merges.effects.request(
      {
        installation: this.github.installation('acme'),
        repositoryId: this.repositoryId,
        repository: this.repository.fullName,
        pull: pull.number,
        headSha: pull.head,
        headRef: pull.branch,
        baseRef: 'main',
        fork: false,
        requestedBy: 'dev',
        commentId: pull.comment,
        member: null,
        ...more,
      },
      null,
    );
  }

  /** Asks to merge, and gives the intent once nothing is left to do for it now. */
  async merge(pull: OpenPull, more: Partial<MergeRequest> = {}): Promise<Intent> {
    const { intent } = this.request(pull, more);
    return this.settled(intent);
  }

  /** What an intent has come to when nothing is left to do now. */
  async settled({ id }: Intent): Promise<Intent> {
    await this.worker.idle();
    const found = this.intents.get(id);
    if (!found) throw new Error(`There is no intent ${id}.`);
    return found;
  }

  /** Lets time pass, and the timer of housekeeping with it. */
  async later(intent: Intent, ms: number): Promise<Intent> {
    this.#ahead += ms;
    return this.wake(intent);
  }

  /** Lets time pass, with no timer: only what was put off until then is done. */
  async pass(intent: Intent, ms: number): Promise<Intent> {
    this.#ahead += ms;
    this.worker.wake();
    return this.settled(intent);
  }

  /** Something happened that the intent may wait for. */
  async wake(intent: Intent): Promise<Intent> {
    this.merges.wakeAll();
    return this.settled(intent);
  }

  async check({ id, request }: Intent): Promise<LocalCheckRun | undefined> {
    const runs = await this.repository.checkRuns(request.headSha);
    return runs.find(({ external_id }) => external_id === id);
  }

  async git(...args: string[]): Promise<string> {
    return (await execa('git', args, { cwd: this.repository.directory })).stdout.trim();
  }

  /** Subjects of the commits on main, newest first. */
  async log(): Promise<string[]> {
    return (await this.git('log', '--format=%s', 'main')).split('\n');
  }

  /** How often GitHub was asked to merge. */
  calls(): number {
    return this.github.requests.filter(
      ({ method, url }) =>
        method === 'PUT' && url.startsWith(`/repos/${this.repository.fullName}/`) && url.endsWith('/merge'),
    ).length;
  }

  async #plan({ id }: Job): Promise<void> {
    const run = this.#core.runs.get(id);
    if (!run) throw new Error(`There is no run ${id}.`);
    const { headSha, baseRef } = run.request;
    const base_sha = await this.git('rev-parse', `refs/heads/${baseRef}`);
    const tree = await this.git('merge-tree', '--write-tree', base_sha, headSha);
    const record = runRecord({ id, base_sha, tree, head_sha: headSha, ...this.verdict });
    this.#core.runs.finish(id, record, Date.now());
  }
}
