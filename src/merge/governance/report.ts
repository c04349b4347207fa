/** What the check run `codex/governance` shows. Pure. */
import type { PhrasingContent, RootContent } from 'mdast';
import type { CheckRunEnd } from '../../github/check-run.ts';
import type { Pull } from '../../github/pull.ts';
import { block, heading, type Line, list, markdown, paragraph, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import { cut } from '../../markdown/text.ts';
import { describeMistake, type ParsedConfig } from '../../repository/config.ts';
import type { Mistake } from '../../repository/mistakes.ts';
import { FROZEN } from '../check-name.ts';
import { frozenInWords } from '../rules/freeze.ts';
import type { Freeze } from '../snapshot.ts';
import { quoted } from '../words.ts';
import { type GovernanceProblem, governanceProblems, isProtectedBase } from './rules.ts';
import { ticketLink, ticketOf } from './ticket.ts';

export interface GovernanceFacts {
  readonly pull: Pick<Pull, 'headRef' | 'baseRef' | 'title' | 'draft' | 'author' | 'fork'>;
  /** Of the base branch. */
  readonly base: ParsedConfig;
  /** Mistakes in the file as the pull request would have it; none where it does not change the file. */
  readonly proposed: readonly Mistake[];
  /** Those that concern the pull request. */
  readonly freezes: readonly Freeze[];
}

export type GovernanceReport = Pick<CheckRunEnd, 'conclusion' | 'title' | 'summary'>;

/** GitHub takes 65,535 bytes; what is left out is many mistakes of one file. */
const LONGEST_SUMMARY = 60_000;

const TITLES: Readonly<Record<GovernanceProblem['code'], string>> = {
  branch_name: 'Name the head branch by its ticket',
  title_empty: 'Give it a title',
  title_of_branch: 'Give it a title of its own',
  title_unreadable: 'Mend the title',
  draft: 'Draft',
};
const MEND_FILE = 'Mend .github/codex.yml';

export function governanceReport(facts: GovernanceFacts): GovernanceReport {
  const { governance } = facts.base.config;
  const isProtected = isProtectedBase(facts.pull.baseRef, governance);
  const problems = governanceProblems(facts.pull, governance);
  const summary = markdown([
    ...(isProtected
      ? expected(facts)
      : [
          line(
            `${quoted(facts.pull.baseRef)} is not a protected branch: no rule is about this pull request.`,
          ),
        ]),
    ...problems.flatMap(problemParts),
    ...freezeParts(facts.freezes),
    ...mistakeParts('In this pull request’s own', facts.proposed),
    ...mistakeParts('In the base branch’s', facts.base.mistakes),
  ]);
  const rules = rulesVerdict(isProtected, problems, facts.proposed);
  return { ...withFreezes(rules, facts.freezes), summary: cut(summary, LONGEST_SUMMARY) };
}

type Verdict = Pick<GovernanceReport, 'conclusion' | 'title'>;

/** A freeze holds up every base, protected or not; what has to be mended as well is told before it. */
function withFreezes(rules: Verdict, freezes: readonly Freeze[]): Verdict {
  if (freezes.length === 0) return rules;
  const title = 'Merges are frozen';
  return rules.conclusion === 'failure'
    ? { conclusion: 'failure', title: `${rules.title}; ${title}` }
    : { conclusion: FROZEN, title };
}

function rulesVerdict(
  isProtected: boolean,
  problems: readonly GovernanceProblem[],
  proposed: readonly Mistake[],
): Verdict {
  if (!isProtected) return { conclusion: 'neutral', title: 'The base is not protected' };
  const titles = [...problems.map(({ code }) => TITLES[code]), ...(proposed.length > 0 ? [MEND_FILE] : [])];
  if (titles.length === 0) return { conclusion: 'success', title: 'As the rules ask' };
  const waits = titles.every((title) => title === TITLES.draft);
  return { conclusion: waits ? 'neutral' : 'failure', title: titles.join('; ') };
}

function expected({ pull, base }: GovernanceFacts): RootContent[] {
  const ticket = ticketOf(pull.headRef, base.config.governance);
  const rule = `${quoted(pull.baseRef)} is protected: it changes only by the comment \`/codex pr\`.`;
  if (ticket === null) return [line(rule)];
  const url = ticketLink(ticket, base.config.governance);
  const shown: PhrasingContent =
    url === null ? text(ticket) : { type: 'link', url, children: [text(ticket)] };
  return [paragraph(...prose(rule), text(' Its ticket is '), shown, text('.'))];
}

function problemParts({ what, next, commands }: GovernanceProblem): RootContent[] {
  const said = paragraph(...prose(what), text(' '), ...prose(next));
  return commands.length === 0 ? [said] : [said, block(commands.join('\n'), 'sh')];
}

/** Until when is not said: alerts prolong their freezes, and that is no reason to write to every pull request. */
function freezeParts(freezes: readonly Freeze[]): RootContent[] {
  if (freezes.length === 0) return [];
  return [
    list(freezes.map((freeze): Line => prose(frozenInWords(freeze)))),
    line('This check passes by itself once that has ended. `/codex pr` waits for it, and says until when.'),
  ];
}

function mistakeParts(where: string, mistakes: readonly Mistake[]): RootContent[] {
  if (mistakes.length === 0) return [];
  const told = mistakes.map((mistake): Line => prose(describeMistake(mistake)));
  return [
    heading(text(`${where} configuration`)),
    list(told),
    line('What cannot be read counts as its strictest form, or its default where nothing is looser.'),
  ];
}

function line(sentence: string) {
  return paragraph(...prose(sentence));
}
