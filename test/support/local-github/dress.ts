/** Emulate's JSON, as answer or as webhook, with what GitHub has in it and emulate has not. */
import type { Checks } from './checks.ts';
import { APP } from './emulator.ts';
import { isObject, type Json, type JsonObject, objectAt } from './http.ts';
import type { Pulls, TrackedPull } from './pulls.ts';
import type { Reactions } from './reactions.ts';
import type { BranchRules } from './rules/branch-rules.ts';

export interface Known {
  readonly pulls: Pulls;
  readonly checks: Checks;
  readonly reactions: Reactions;
  /** ISO 8601 by `owner/name`. */
  readonly pushedAt: ReadonlyMap<string, string>;
  readonly branchRules: BranchRules;
}

/** The same value with every pull request, repository, issue, comment, check run and check suite in it completed. */
export function dress(value: Json, known: Known, repository: string): Json {
  if (Array.isArray(value)) return value.map((item) => dress(item, known, repository));
  if (!isObject(value)) return value;
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, dress(item, known, repository)]),
  );
  return { ...inner, ...additions(inner, known, repository) };
}

function additions(value: JsonObject, known: Known, repository: string): JsonObject {
  if ('mergeable_state' in value) return pullAdditions(value, known);
  if ('email' in value && 'date' in value) return { date: inUtc(String(value.date)) };
  if ('tree' in value && 'committer' in value) return { message: String(value.message).trimEnd() };
  if ('protection_url' in value)
    return { protected: known.branchRules.isProtected(repository, String(value.name)) };
  if ('pushed_at' in value)
    return { pushed_at: known.pushedAt.get(String(value.full_name)) ?? value.pushed_at ?? null };
  if ('timeline_url' in value) return issueAdditions(value, known);
  if ('issue_url' in value && 'reactions' in value) return commentAdditions(value, known);
  if ('external_id' in value) return runAdditions(value, known, repository);
  if ('head_branch' in value && 'app' in value) return checkAdditions(value, known, repository);
  return {};
}

/** As GitHub writes times, whatever the zone of the commit. */
function inUtc(date: string): string {
  return new Date(date).toISOString().replace('.000Z', 'Z');
}

function pullAdditions(value: JsonObject, { pulls }: Known): JsonObject {
  const base = objectAt(value, 'base');
  const pull = pulls.get(String(objectAt(base, 'repo').full_name), Number(value.number));
  if (!pull) return {};
  const head = { ...objectAt(value, 'head'), sha: pull.headSha };
  return {
    head: pull.headGone ? { ...head, repo: null } : head,
    base: { ...base, sha: pull.baseSha },
    updated_at: [String(value.updated_at), pull.pushedAt].sort().at(-1) ?? '',
    ...{ mergeable: null, mergeable_state: 'unknown', rebaseable: null },
    ...mergedFields(pull),
  };
}

function mergedFields({ merged }: TrackedPull): JsonObject {
  return {
    merged: merged !== null,
    merged_at: merged?.at ?? null,
    merged_by: merged?.by ?? null,
    merge_commit_sha: merged?.sha ?? null,
  };
}

function issueAdditions(value: JsonObject, { pulls }: Known): JsonObject {
  const repository = String(value.repository_url).split('/').slice(-2).join('/');
  const pull = pulls.get(repository, Number(value.number));
  return pull ? { pull_request: { url: String(value.url).replace('/issues/', '/pulls/') } } : {};
}

function commentAdditions(value: JsonObject, { reactions }: Known): JsonObject {
  const bot = objectAt(value, 'user').type === 'Bot';
  return {
    reactions: { ...objectAt(value, 'reactions'), ...reactions.summary(Number(value.id)) },
    performed_via_github_app: bot ? { ...APP } : null,
  };
}

function runAdditions(value: JsonObject, known: Known, repository: string): JsonObject {
  const kept = known.checks.get(Number(value.id));
  return {
    ...checkAdditions(value, known, repository),
    app: { ...(kept.app ?? APP) },
    output: { ...objectAt(value, 'output'), annotations_count: kept.annotations.length },
    actions: kept.actions.map((action) => ({ ...action })),
  };
}

function checkAdditions(value: JsonObject, { pulls }: Known, repository: string): JsonObject {
  return {
    app: { ...APP },
    pull_requests: pulls.ownWithHead(repository, String(value.head_sha)).map(brief),
  };
}

function brief(pull: TrackedPull): JsonObject {
  return {
    number: pull.number,
    head: { ref: pull.headRef, sha: pull.headSha },
    base: { ref: pull.baseRef, sha: pull.baseSha },
  };
}
