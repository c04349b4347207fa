/** The repositories that alerts name: which installation covers them, and what their rules are. */
import type { Octokit } from '../github/client.ts';
import { repositoryName } from '../github/client.ts';
import { readFile } from '../github/content.ts';
import { readRepository } from '../github/repository.ts';
import {
  CONFIG_FILE,
  describeMistake,
  type Limits,
  parseRepositoryConfig,
  type RepositoryConfig,
} from '../repository/config.ts';
import type { AlertedRepository } from './actions/definition.ts';

export interface OpenedRepository extends AlertedRepository {
  /** Of the default branch. */
  readonly config: Pick<RepositoryConfig, 'strategies' | 'alerts'>;
  /** What is wrong with it, a sentence each: a rule with a mistake is not among those above. */
  readonly mistakes: readonly string[];
}

/** What the configuration says of a strategy; what objects have by themselves is none. */
export function strategyOf({ config: { strategies } }: Pick<OpenedRepository, 'config'>, strategy: string) {
  return Object.hasOwn(strategies, strategy) ? strategies[strategy] : undefined;
}

export interface RepositorySources {
  /** The installation that covers a repository; null: there is none, or it is suspended. */
  readonly findInstallation: (repository: string) => Promise<number | null>;
  readonly octokit: (installation: number) => Promise<Octokit>;
  /** Where repositories have their pages; no slash at the end. */
  readonly webUrl: string;
  /** The operator's: `.github/codex.yml` is checked against them. */
  readonly maxima: Limits;
  readonly now: () => number;
}

/** How long an answer is believed: an App may be installed, removed or suspended at any time. */
const BELIEVED_MS = 10 * 60_000;
const UNKNOWN_MS = 60_000;
/** Mistakes that concern alerts; an empty key is the file as a whole. */
const OWN_KEYS = /^(?:alerts|strategies|$)/;
/** Names that are remembered. */
const MOST = 1_000;

export class Repositories {
  readonly #use: RepositorySources;
  readonly #known = new Map<string, { readonly installation: number | null; readonly until: number }>();

  constructor(sources: RepositorySources) {
    this.#use = sources;
  }

  /** The repository `owner/name`; null where the App is not installed on it. Throws what calls to GitHub throw. */
  async open(repository: string): Promise<OpenedRepository | null> {
    const installation = await this.#installationOf(repository);
    if (installation === null) return null;
    try {
      return await this.#read(installation, repository);
    } catch (error) {
      this.#known.delete(repository);
      throw error;
    }
  }

  async #read(installation: number, repository: string): Promise<OpenedRepository> {
    const { octokit: clientOf, webUrl, maxima } = this.#use;
    const octokit = await clientOf(installation);
    const { id, fullName, defaultBranch } = await readRepository(octokit, repositoryName(repository));
    const name = repositoryName(fullName);
    const text = await readFile(octokit, name, defaultBranch, CONFIG_FILE);
    const { config, mistakes } = parseRepositoryConfig(text, maxima);
    return {
      ...{ octokit, name, installation, id, fullName, url: `${webUrl}/${fullName}`, config },
      mistakes: mistakes.filter(({ key }) => OWN_KEYS.test(key)).map(describeMistake),
    };
  }

  async #installationOf(repository: string): Promise<number | null> {
    const now = this.#use.now();
    const known = this.#known.get(repository);
    if (known && known.until > now) return known.installation;
    const installation = await this.#use.findInstallation(repository);
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(repository, {
      installation,
      until: now + (installation === null ? UNKNOWN_MS : BELIEVED_MS),
    });
    return installation;
  }
}
