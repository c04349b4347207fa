/**
 * Installed dependencies, cached in Docker volumes. What fills the cache that all pull requests of a repository
 * share is only what the base branch itself asks for; a pull request that asks for something else has a cache
 * of its own, so it cannot plant anything in another one's tests.
 */
import { createHash } from 'node:crypto';
import type { Db } from '../../store/database.ts';
import { type Installed, type InstallRequest, install } from './install.ts';
import { lackInWords } from './lack.ts';
import { Shared } from './shared.ts';
import { listVolumes, removeVolume, volumeExists } from './volume.ts';

/** `base`: the dependency plan of the tested tree has the hash of the base branch's own. */
type Trust = 'base' | 'pull';

export interface EnvironmentRequest extends Omit<InstallRequest, 'instance'> {
  readonly trust: Trust;
  /** A name that no other repository of this Codex has. */
  readonly repository: string;
  readonly pull: number;
}

export interface Environment {
  /** Docker volume to mount at /env; null: the image is enough, or has to be. */
  readonly volume: string | null;
  /** Where the dependencies come from and what was done, in words for the report. */
  readonly description: string;
  readonly notes: readonly string[];
  /** Names of packages that are needed and not there. */
  readonly missing: readonly string[];
  /** Sentences about packages that the project runs on, installed in a version that it rules out. */
  readonly mismatched: readonly string[];
}

interface Row {
  readonly volume: string;
  readonly detail: string;
}

export class Environments {
  readonly #db: Db;
  readonly #instance: string;
  readonly #installing = new Shared<Installed>();
  readonly #runs = new Set<string>();

  constructor(db: Db, instance: string) {
    this.#db = db;
    this.#instance = instance;
  }

  /** Whether an install that this run began goes on: other runs may wait for it when this one has ended. */
  installs(run: string): boolean {
    return this.#runs.has(run);
  }

  /**
   * The environment for a plan: from the cache, which needs no network, else installed. Equal requests at the
   * same time install once. Throws `UserError`, `DockerError` or `signal.reason`.
   */
  async ensure(request: EnvironmentRequest): Promise<Environment> {
    const key = environmentKey(request);
    const cached = await this.#cached(key, request.now);
    if (cached) return describe(request, cached, 'cached');
    const installed = await this.#installing.run(key, request.signal, (signal) => {
      this.#runs.add(request.run);
      return this.#install(key, request, signal).finally(() => this.#runs.delete(request.run));
    });
    return describe(request, installed, 'installed');
  }

  async #cached(key: string, now: number): Promise<Installed | null> {
    const row = this.#db
      .prepare<[string], Row>('SELECT volume, detail FROM environments WHERE key = ?')
      .get(key);
    if (!row) return null;
    if (row.volume !== '' && !(await volumeExists(row.volume))) {
      this.#db.prepare('DELETE FROM environments WHERE key = ?').run(key);
      return null;
    }
    this.#db.prepare('UPDATE environments SET used_at = ? WHERE key = ?').run(now, key);
    const [volume, outcome] =
      row.volume === '' ? [null, 'satisfied' as const] : [row.volume, 'installed' as const];
    return { volume, outcome, tool: row.detail || null, text: '', missing: [], mismatched: [], refused: [] };
  }

  /** The row is written last: a volume without a row is not finished, and is removed by `pruneEnvironments`. */
  async #install(key: string, request: EnvironmentRequest, signal: AbortSignal): Promise<Installed> {
    const { repository, now } = request;
    const installed = await install({ ...request, instance: this.#instance, signal });
    if (installed.outcome === 'unreachable') return installed;
    this.#db
      .prepare('INSERT OR REPLACE INTO environments VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(key, installed.volume ?? '', repository, trustOf(request), installed.tool ?? '', now, now);
    return installed;
  }
}

/** Configured commands may run code of the pull request: what they make is the pull request's own. */
function trustOf({ trust, custom }: EnvironmentRequest): Trust {
  return custom ? 'pull' : trust;
}

/** Names everything that decides what is installed, and who may be given it. */
function environmentKey(request: EnvironmentRequest): string {
  const { image, plan, python, indexUrl, repository, pull, custom } = request;
  const trust = trustOf(request);
  const owner = trust === 'base' ? [repository] : [repository, pull];
  const commands = custom && [custom.commands, custom.header.commit];
  const parts = [image.id, plan.hash, python, indexUrl, trust, owner, commands];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function describe(
  request: EnvironmentRequest,
  installed: Installed,
  how: 'cached' | 'installed',
): Environment {
  const { volume, missing, mismatched, refused, outcome, text, tool } = installed;
  const source = request.custom ? 'plan.install' : request.plan.source;
  const words = { satisfied: 'all in the image', installed: `${tool}, ${how}`, unreachable: 'not installed' };
  const unreachable =
    outcome === 'unreachable'
      ? [`${text} The tests ran with what the image has.`, ...lackInWords(missing, mismatched, refused)]
      : [];
  return {
    volume,
    description: `${source} (${words[outcome]})`,
    notes: [...(request.custom ? [] : request.plan.notes), ...unreachable],
    missing,
    mismatched: refused,
  };
}

/**
 * Lets go of environments that were last used before `unusedSince`, and of volumes without a row that were made
 * before `unknownSince` (what a crash left; an install that still runs is younger). Milliseconds since the
 * epoch. Gives how many volumes went.
 */
export async function pruneEnvironments(
  db: Db,
  instance: string,
  { unusedSince, unknownSince }: { unusedSince: number; unknownSince: number },
): Promise<number> {
  db.prepare('DELETE FROM environments WHERE used_at < ?').run(unusedSince);
  const rows = db.prepare<[], Row>("SELECT volume, detail FROM environments WHERE volume <> ''").all();
  const known = new Set(rows.map(({ volume }) => volume));
  const found = await listVolumes(instance);
  const gone = found.filter(({ name, createdAt }) => !known.has(name) && createdAt < unknownSince);
  const removed = await Promise.all(gone.map(({ name }) => removeVolume(name)));
  return removed.filter(Boolean).length;
}
