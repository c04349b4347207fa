/** The phase `source`: from a remote and a head to the tree that would land, and what the base branch says of it. */
import type { SandboxMaxima } from '../../config.ts';
import {
  CONFIG_FILE,
  describeMistake,
  parseRepositoryConfig,
  type RepositoryConfig,
} from '../../repository/config.ts';
import { dependencyFiles } from '../dependencies/files.ts';
import { listFiles, readFiles, remarks, type TreeFile } from './files.ts';
import { mergeTrees } from './merge.ts';
import { fetchPlan, type Mirror, openMirror } from './mirror.ts';
import type { Remote } from './remote.ts';

export interface SourceRequest {
  readonly cacheDir: string;
  /** Names the repository in the cache. */
  readonly repositoryKey: string;
  readonly remote: Remote;
  readonly headSha: string;
  readonly baseRef: string;
  readonly maxima: SandboxMaxima;
}

export interface Source {
  readonly mirror: Mirror;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseTree: string;
  /** Base and head merged; with conflict markers where there are `conflicts`. */
  readonly tree: string;
  readonly conflicts: readonly string[];
  /** All files of the merged tree, and of base's. A big repository takes a while to list: it is done once. */
  readonly listing: { readonly merge: readonly TreeFile[]; readonly base: readonly TreeFile[] };
  /** Of the base branch, never of the pull request. */
  readonly config: RepositoryConfig;
  /** Files that tell about dependencies, by path: of the merged tree and of base. */
  readonly files: ReadonlyMap<string, string>;
  readonly baseFiles: ReadonlyMap<string, string>;
  /** Mistakes in the configuration, submodules, LFS pointers, in words. */
  readonly notes: readonly string[];
}

/** Throws `UserError` where a person must act: the head is gone, base is missing, no access, no common history. */
export async function prepareSource(request: SourceRequest, signal: AbortSignal): Promise<Source> {
  const mirror = await openMirror(request.cacheDir, request.repositoryKey);
  const { headSha, baseSha } = await fetchPlan(mirror, request.remote, request, signal);
  const [{ tree, conflicts }, baseTree] = await Promise.all([
    mergeTrees(mirror, baseSha, headSha, signal),
    treeOf(mirror, baseSha, signal),
  ]);
  const listing = await listTrees(mirror, tree, baseTree, signal);
  const { config, notes } = await readConfig(mirror, listing.base, request.maxima, signal);
  const named = (config.plan.dependencies ?? []).filter((choice) => typeof choice === 'string');
  const [files, baseFiles, told] = await Promise.all([
    readDependencies(mirror, listing.merge, named, signal),
    readDependencies(mirror, listing.base, named, signal),
    remarks(mirror, listing.merge, signal),
  ]);
  return {
    mirror,
    headSha,
    baseSha,
    baseTree,
    tree,
    conflicts,
    listing,
    config,
    files,
    baseFiles,
    notes: [...notes, ...told],
  };
}

async function treeOf(mirror: Mirror, commit: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await mirror.git(['rev-parse', `${commit}^{tree}`], { signal });
  return stdout.toString().trim();
}

async function listTrees(mirror: Mirror, tree: string, baseTree: string, signal: AbortSignal) {
  const [base, merge] = await Promise.all([
    listFiles(mirror, baseTree, signal),
    tree === baseTree ? null : listFiles(mirror, tree, signal),
  ]);
  return { base, merge: merge ?? base };
}

async function readConfig(
  mirror: Mirror,
  base: readonly TreeFile[],
  maxima: SandboxMaxima,
  signal: AbortSignal,
) {
  const text = (await readFiles(mirror, base, [CONFIG_FILE], signal)).get(CONFIG_FILE) ?? null;
  const { config, mistakes } = parseRepositoryConfig(text, maxima);
  return { config, notes: mistakes.map(describeMistake) };
}

async function readDependencies(
  mirror: Mirror,
  listing: readonly TreeFile[],
  named: readonly string[],
  signal: AbortSignal,
) {
  const paths = listing.map(({ path }) => path);
  return readFiles(mirror, listing, dependencyFiles(paths, named), signal);
}
