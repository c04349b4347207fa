/** Merges as people meet them: a repository whose `main` changes only through `/codex pr`, and what is seen of that. */
import { join } from 'node:path';
import { execa } from 'execa';
import { v7 } from 'uuid';
import type { RunRecord } from '../../src/plan/record.ts';
import { ALL_TESTS } from '../../src/plan/request-schema.ts';
import { RunStore } from '../../src/plan/runs.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { World } from '../support/codex.ts';
import type { Files } from '../support/local-github/bare-repository.ts';
import type { LocalCheckRun, LocalRepository } from '../support/local-github/repository.ts';
import { PullRequest } from '../support/pull-request.ts';
import { runRecord } from '../support/records.ts';

const MAIN: Files = { 'test_a.py': 'def test_a():\n    pass\n' };

/** What landed on a base. */
interface Landed {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

interface NewPull {
  readonly branch?: string;
  readonly title?: string;
  readonly body?: string;
  readonly files?: Files;
  readonly base?: string;
  /** Where the head is, if not in the repository itself. */
  readonly fork?: LocalRepository;
}

/** A GitHub, and where the Codex that serves it has its data. */
type Served = Pick<World, 'github' | 'dataDir'>;

/** A repository of acme, in which dev may write. */
export class MergeRepository {
  readonly world: Served;
  readonly repository: LocalRepository;
  readonly id: number;
  #pulls = 0;

  private constructor(world: Served, repository: LocalRepository, id: number) {
    this.world = world;
    this.repository = repository;
    this.id = id;
  }

  static async create(world: Served, name: string, files: Files = {}): Promise<MergeRepository> {
    const repository = await world.github.createRepository('acme', name);
    await repository.allow('dev', 'push');
    await repository.push('main', { ...MAIN, ...files });
    const { id } = Object(await world.github.as('acme', 'GET', `/repos/acme/${name}`));
    return new MergeRepository(world, repository, id);
  }

  /** A pull request that nothing is wrong with, and that was not planned. */
  async open(more: NewPull = {}): Promise<Pull> {
    this.#pulls += 1;
    const { branch = `feature/${this.#pulls}`, title = 'Add a cart', body = '', base = 'main', fork } = more;
    const files = more.files ?? { [`cart_${this.#pulls}.py`]: 'x = 1\n' };
    const head = await (fork ?? this.repository).push(branch, files);
    const from = fork ? { head: `${fork.owner}:${branch}`, author: fork.owner } : { head: branch };
    const number = await this.repository.openPull({ ...from, title, body, base });
    return new Pull(this, { number, branch, head, base });
  }

  /** One whose tree was tested with success. */
  async planned(more: NewPull & { readonly verdict?: Partial<RunRecord> } = {}): Promise<Pull> {
    const pull = await this.open(more);
    await pull.plan(more.verdict);
    return pull;
  }

  async git(...args: string[]): Promise<string> {
    return (await execa('git', args, { cwd: this.repository.directory })).stdout.trim();
  }

  /** Commits on a branch, newest first. */
  async commits(branch = 'main'): Promise<Landed[]> {
    const log = await this.git('log', '--format=%H%x00%T%x00%P%x00%B%x01', branch);
    return log.split('\x01').flatMap((entry) => {
      const [sha, tree = '', parents = '', message = ''] = entry.trim().split('\0');
      return sha ? [{ sha, tree, parents: parents.split(' ').filter(Boolean), message }] : [];
    });
  }

  /** How often GitHub was asked to merge. */
  calls(): number {
    const path = new RegExp(`^/repos/${this.repository.fullName}/pulls/\\d+/merge$`);
    return this.world.github.requests.filter(({ method, url }) => method === 'PUT' && path.test(url)).length;
  }
}

/** A pull request and the merge that is asked for on it. */
export class Pull extends PullRequest {
  readonly of: MergeRepository;
  readonly base: string;

  constructor(of: MergeRepository, at: { number: number; branch: string; head: string; base?: string }) {
    super(of.world.github, { ...at, repository: of.repository });
    this.of = of;
    this.base = at.base ?? 'main';
  }

  /** Stores a finished plan of all tests, as if `/codex plan` had tested the tree that would land now. */
  async plan(verdict: Partial<RunRecord> = {}): Promise<void> {
    const { world, repository, id: repositoryId } = this.of;
    const db = openDatabase(join(world.dataDir, 'codex.db'));
    const [id, now, runs] = [v7(), Date.now(), new RunStore(db)];
    const base_sha = await this.of.git('rev-parse', `refs/heads/${this.base}`);
    const tree = await this.of.git('merge-tree', '--write-tree', base_sha, this.head);
    const request = {
      installation: world.github.installation('acme'),
      ...{ repositoryId, repository: repository.fullName, pull: this.number, headSha: this.head },
      ...{ baseRef: this.base, headRef: this.branch, fork: false, arguments: ALL_TESTS, requestedBy: 'dev' },
      trigger: { type: 'check_run' as const },
      acceptedAt: now,
    };
    runs.create(id, request, now);
    runs.finish(id, runRecord({ id, head_sha: this.head, base_sha, tree, ...verdict }), now);
    runs.reported(id, now);
    db.close();
  }

  /** Comments `/codex pr`, as dev; gives the comment's id. */
  ask(login = 'dev'): Promise<number> {
    return this.say('/codex pr', login);
  }

  /** The check runs `codex/pr` of a commit, oldest first. */
  async merges(sha = this.head): Promise<LocalCheckRun[]> {
    return (await this.repository.checkRuns(sha)).filter(({ name }) => name === 'codex/pr');
  }

  /** The newest check run `codex/pr` once its title says this. */
  shows(title: string, sha = this.head): Promise<LocalCheckRun> {
    return this.of.world.github.until(`"${title}" on ${sha.slice(0, 7)}`, async () => {
      const check = (await this.merges(sha)).at(-1);
      return check?.output.title?.includes(title) && check;
    });
  }

  /**
   * Waits until the merge is told, and gives what landed: one commit, on the tip that the base had before, with the
   * tree that git makes of it and the head, and told as that.
   */
  async lands(comment: number): Promise<Landed> {
    const reactions = await this.reactionsTo(comment);
    const commits = (await this.of.commits(this.base)).filter(({ message }) =>
      message.split('\n')[0]?.endsWith(`(#${this.number})`),
    );
    const [landed] = commits;
    const check = (await this.merges()).at(-1);
    if (!landed || commits.length > 1 || reactions.at(-1) !== 'rocket') {
      throw new Error(`${commits.length} commits landed; ${reactions}; ${JSON.stringify(check?.output)}`);
    }
    const [parent = ''] = landed.parents;
    const tree = await this.of.git('merge-tree', '--write-tree', parent, this.head);
    const title = `Merged as ${landed.sha.slice(0, 7)}: what landed is what was tested`;
    const told = [check?.conclusion, check?.output.title, landed.tree, landed.parents.length];
    const wanted = ['success', title, tree, 1];
    if (told.join() !== wanted.join()) throw new Error(`Landed as ${told}, not as ${wanted}.`);
    return landed;
  }
}
