/** Pull requests that change the files of a strategy. Each one that is looked at costs a call. */
import { UserError } from '../errors.ts';
import { listPullFiles } from '../github/pull-files.ts';
import { type ListedPull, listMergedPulls, listOpenPulls } from '../github/pull-list.ts';
import { touches } from '../merge/freeze-scope.ts';
import type { ActionContext } from './actions/definition.ts';

type Where = Pick<ActionContext, 'alert' | 'repository' | 'paths' | 'now'>;

const DAY = 24 * 3_600_000;
/** Pull requests whose files are looked at for one action. */
const LOOKED_AT = 30;

/** Throws a `UserError` where the configuration does not say what the files of a strategy are. */
export function requirePaths(strategy: string, paths: readonly string[]): void {
  if (paths.length > 0) return;
  throw new UserError(
    `The configuration names no files of the strategy ${strategy}.`,
    `Give it \`paths\` under \`strategies\` in .github/codex.yml.`,
  );
}

/** Newest first. */
export async function openPullsTouching(where: Where): Promise<ListedPull[]> {
  const { octokit, name } = where.repository;
  return touching(await listOpenPulls(octokit, name, LOOKED_AT), where, LOOKED_AT);
}

/** The last merged first; merged within `days`, at most `max`. */
export async function mergedPullsTouching(
  where: Where,
  { days, max }: { readonly days: number; readonly max: number },
): Promise<ListedPull[]> {
  const { octokit, name } = where.repository;
  const since = where.now - days * DAY;
  return touching(await listMergedPulls(octokit, name, { since, limit: LOOKED_AT }), where, max);
}

async function touching(pulls: readonly ListedPull[], where: Where, max: number): Promise<ListedPull[]> {
  const { repository, paths, alert } = where;
  requirePaths(alert.strategy, paths);
  const found: ListedPull[] = [];
  for (const pull of pulls) {
    if (found.length === max) break;
    const files = await listPullFiles(repository.octokit, repository.name, pull.number);
    if (touches(paths, files.paths)) found.push(pull);
  }
  return found;
}
