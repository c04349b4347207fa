/** What the check run `codex/governance` shows. Pure. */
import type { PhrasingContent, RootContent } from 'mdast';
import type { CheckRunEnd } from '../../github/check-run.ts';
import type { Pull } from '../../github/pull.ts';
import { block, heading, type Line, list, markdown, paragraph, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import { cut } from '../../markdown/text.ts';
import { describeMistake, type ParsedConfig } from '../../repository/config.ts';
import type { Mistake } from '../../repository/mistakes.ts';
import { quoted } from '../words.ts';
import { type GovernanceProblem, governanceProblems, isProtectedBase } from './rules.ts';
import { ticketLink, ticketOf } from './ticket.ts';

export interface GovernanceFacts {
  readonly pull: Pick<Pull, 'headRef' | 'baseRef' | 'title' | 'draft' | 'author' | 'fork'>;
  /** Of the base branch. */
  readonly base: ParsedConfig;
  /** Mistakes in the file as the pull request would have it; null: it does not change the file. */
  readonly proposed: readonly Mistake[] | null;
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
    ...mistakeParts('In this pull request’s own', facts.proposed ?? []),
    ...mistakeParts('In the base branch’s', facts.base.mistakes),
  ]);
  return { ...verdict(isProtected, problems, facts.proposed ?? []), summary: cut(summary, LONGEST_SUMMARY) };
}

function verdict(
  isProtected: boolean,
  problems: readonly GovernanceProblem[],
  proposed: readonly Mistake[],
): Pick<GovernanceReport, 'conclusion' | 'title'> {
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
