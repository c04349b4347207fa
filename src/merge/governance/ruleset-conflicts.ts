/** Rules of others that would keep Codex from merging, or keep governance from being true. Pure. */
import type { Ruleset } from '../../github/ruleset.ts';
import { matchesBranch } from './branch-pattern.ts';

export interface Conflict {
  /** Sentences for a person. */
  readonly what: string;
  readonly next: string;
}

export interface ConflictFacts {
  /** Those that are not ours. */
  readonly rulesets: readonly Ruleset[];
  readonly appId: number;
  /** Patterns of the protected branches. */
  readonly patterns: readonly string[];
  readonly defaultBranch: string;
}

export function conflictsOf(facts: ConflictFacts): readonly Conflict[] {
  return facts.rulesets
    .filter(({ target, enforcement }) => target === 'branch' && enforcement === 'active')
    .filter((ruleset) => meets(ruleset, facts))
    .flatMap((ruleset) =>
      ruleset.rules.flatMap((rule) => {
        const what = conflict(rule, ruleset, facts.appId);
        return what === null ? [] : [{ what: `${nameOf(ruleset)} ${what}.`, next: nextOf(ruleset) }];
      }),
    );
}

function nameOf({ name, sourceType, source }: Ruleset): string {
  return sourceType === 'Repository' ? `The ruleset "${name}"` : `The ruleset "${name}" of ${source}`;
}

function nextOf({ name, sourceType, source }: Ruleset): string {
  return sourceType === 'Repository'
    ? `Change "${name}" in the settings of the repository, or leave the protected branches out of it.`
    : `Ask the owners of ${source} to let the App bypass it, or to leave this repository out of it.`;
}

function conflict(
  { type, parameters }: Ruleset['rules'][number],
  ruleset: Ruleset,
  appId: number,
): string | null {
  if (mayBypass(ruleset, appId)) return null;
  if (type === 'update') return 'restricts updates: Codex cannot merge unless its App may bypass that';
  if (type === 'merge_queue') return 'asks for a merge queue, which Codex does not use';
  const methods = parameters.allowed_merge_methods;
  const squashes = !Array.isArray(methods) || methods.includes('squash');
  return type === 'pull_request' && !squashes
    ? 'does not allow squash merges, and Codex makes no other'
    : null;
}

/** False also where GitHub does not show who may. */
function mayBypass({ bypassActors }: Ruleset, appId: number): boolean {
  return (
    bypassActors?.some(({ actorType, actorId }) => actorType === 'Integration' && actorId === appId) ?? false
  );
}

/** Whether it may be about a protected branch: two patterns meet where one means the other as it is written. */
function meets({ include, exclude }: Ruleset, { patterns, defaultBranch }: ConflictFacts): boolean {
  const written = (ref: string): string =>
    ref === '~DEFAULT_BRANCH' ? defaultBranch : ref.replace(/^refs\/heads\//, '');
  return patterns.some(
    (pattern) =>
      !exclude.some((ref) => written(ref) === pattern) &&
      include.some(
        (ref) =>
          ref === '~ALL' || matchesBranch(written(ref), pattern) || matchesBranch(pattern, written(ref)),
      ),
  );
}

/** `pushing`: slugs of the Apps that may push by the classic protection of a branch; null: it restricts nobody. */
export function classicConflicts(
  branch: string,
  pushing: readonly string[] | null,
  appSlug: string,
): readonly Conflict[] {
  if (pushing === null || pushing.includes(appSlug)) return [];
  return [
    {
      what: `The classic protection of ${branch} restricts who may push: Codex cannot merge.`,
      next: `Add the App ${appSlug} to those who may, or remove the restriction: the ruleset has its own.`,
    },
  ];
}
