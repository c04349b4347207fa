/** What a pull request into a protected branch must be called. Pure. */
import { quote } from 'shlex';
import type { Pull } from '../../github/pull.ts';
import { visibleLine } from '../../markdown/text.ts';
import type { RepositoryConfig } from '../../repository/config.ts';
import { enumerated, quoted } from '../words.ts';
import { matchesBranch } from './branch-pattern.ts';
import { isNamedRight, suggestedBranch } from './ticket.ts';

type Governance = RepositoryConfig['governance'];
type Governed = Pick<Pull, 'headRef' | 'baseRef' | 'title' | 'draft' | 'author' | 'fork'>;

export interface GovernanceProblem {
  readonly code: 'branch_name' | 'title_empty' | 'title_of_branch' | 'title_unreadable' | 'draft';
  /** A sentence: what is the matter; backticks mark code. */
  readonly what: string;
  /** A sentence: what its author can do. */
  readonly next: string;
  /** Commands for a POSIX shell that do it, where git can; each part quoted. */
  readonly commands: readonly string[];
}

/** Whether the base is one that changes only through `/codex pr`. Governance is about no other. */
export function isProtectedBase(baseRef: string, { protected: patterns }: Pick<Governance, 'protected'>) {
  return patterns.some((pattern) => matchesBranch(pattern, baseRef));
}

/** What is against the rules, in a stable order; nothing where the base is not protected. */
export function governanceProblems(pull: Governed, config: Governance): readonly GovernanceProblem[] {
  if (!isProtectedBase(pull.baseRef, config)) return [];
  return [branchProblem(pull, config), titleProblem(pull), draftProblem(pull)].filter(
    (problem) => problem !== null,
  );
}

function branchProblem(
  { headRef, title, author, fork }: Governed,
  config: Governance,
): GovernanceProblem | null {
  if (isNamedRight(headRef, config) || isExempt(author, config)) return null;
  const name = suggestedBranch(headRef, title, config);
  const where = fork ? 'to your fork' : 'to this repository';
  return {
    code: 'branch_name',
    what: `The head branch ${quoted(headRef)} is not named like ${enumerated(config.branches.map(quoted))}.`,
    next: `Push its commits ${where} as ${quoted(name)}, open a new pull request from there and close this one: GitHub cannot change the head of a pull request, and closes it when the branch is renamed.`,
    commands: renaming(headRef, name),
  };
}

/** A name with characters that nobody sees cannot be copied: then the head is whatever is checked out. None begins with a dash. */
function renaming(headRef: string, name: string): readonly string[] {
  const visible = visibleLine(headRef) === headRef;
  return [
    ...(visible ? [`git switch ${quote(headRef)}`] : []),
    `git branch -m ${quote(name)}`,
    `git push -u origin ${quote(name)}`,
  ];
}

function isExempt(author: string, { exempt_authors: logins }: Governance): boolean {
  return logins.some((login) => login.toLowerCase() === author.toLowerCase());
}

const EDIT_TITLE = 'Edit the title of the pull request: it becomes the title of the commit.';

function titleProblem({ title, headRef }: Governed): GovernanceProblem | null {
  const problem = (code: GovernanceProblem['code'], what: string) => ({
    code,
    what,
    next: EDIT_TITLE,
    commands: [],
  });
  if (/[\p{Cc}\p{Bidi_Control}]/u.test(title)) {
    return problem(
      'title_unreadable',
      'The title has characters that nobody sees or that turn its words around.',
    );
  }
  if (lettersOf(title) === '') return problem('title_empty', 'The title says nothing.');
  if (lettersOf(title) === lettersOf(headRef)) {
    return problem('title_of_branch', 'The title is only the name of the branch.');
  }
  return null;
}

/** GitHub's own title of a new pull request is the branch with other punctuation and capitals. */
function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}\p{S}]/gu, '');
}

function draftProblem({ draft }: Governed): GovernanceProblem | null {
  if (!draft) return null;
  return {
    code: 'draft',
    what: 'The pull request is a draft.',
    next: 'Mark it as ready for review once it is.',
    commands: [],
  };
}
