/**
 * The living comment as markdown: what runs or waits, the merge, the verdict in about ten lines, the last answer,
 * history.
 */
import type { PhrasingContent, RootContent } from 'mdast';
import { inWords } from '../duration.ts';
import {
  block,
  code,
  details,
  heading,
  list,
  markdown,
  paragraph,
  table,
  text,
} from '../markdown/document.ts';
import { beginning, bytesOf } from '../markdown/text.ts';
import { mergeSection } from '../merge/report/status.ts';
import type { Answer, Conversation, RunEntry } from './model.ts';
import { CONCLUSION_SIGNS, linkTo, verdictLines } from './verdict.ts';

/** Hidden in the comment: how Codex finds it again. */
export const MARKER = '<!-- codex:conversation -->';

/** Bytes of an answer; ours are far shorter. */
const LONGEST_ANSWER = 20_000;
const MAX_ACTIVE = 5;

/** GitHub markdown of at most 65,536 characters, whatever the conversation holds. */
export function renderConversation(conversation: Conversation): string {
  const parts = [
    MARKER,
    markdown(activity(conversation)),
    ...news(conversation),
    answered(conversation.answer),
    markdown([...history(conversation), footer(conversation.usage)]),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The merge and the verdict. A merge that has ended without one matters less than what was tested since. */
function news({ merge, latest }: Conversation): string[] {
  const verdict = markdown(verdictLines(latest));
  if (merge === null) return [verdict];
  const { intent, checkUrl } = merge;
  const section = mergeSection(intent, checkUrl);
  const isPast = intent.state === 'cancelled' && (latest?.run.createdAt ?? 0) > (intent.finishedAt ?? 0);
  return isPast ? [verdict, section] : [section, verdict];
}

function activity({ runs }: Conversation): RootContent[] {
  const active = runs.filter(({ conclusion }) => conclusion === null);
  return active.length === 0 ? [] : [list(active.slice(0, MAX_ACTIVE).map(activeLine))];
}

function activeLine(run: RunEntry): PhrasingContent[] {
  const state =
    run.startedAt === null ? `⏳ Queued${placeOf(run)}: ` : `🔄 Running since ${time(run.startedAt)}: `;
  return [text(state), code(run.headSha.slice(0, 7)), ...linkTo(run, 'check run')];
}

function placeOf({ position }: RunEntry): string {
  if (position === null) return '';
  return position === 1 ? ', next in line' : `, position ${position}`;
}

/** The answer's words stand as they were given: they are ours. */
function answered(answer: Answer | null): string {
  if (answer === null) return '';
  const { asked, by } = answer;
  const question = asked === null ? [text('Codex')] : [code(login(by ?? '')), text(' asked '), code(asked)];
  const body =
    bytesOf(answer.markdown) <= LONGEST_ANSWER
      ? answer.markdown.trim()
      : markdown([block(`${beginning(answer.markdown, LONGEST_ANSWER)}\n… (the rest is left out)`)]);
  const title = markdown([
    heading(...question),
    paragraph({ type: 'emphasis', children: [text(time(answer.at))] }),
  ]);
  return `${title}\n\n${body}`;
}

const COLUMNS = ['When', 'Head', 'Verdict', 'Passed', 'Failed', 'Time', 'Asked by'];

function history({ runs, older }: Conversation): RootContent[] {
  const finished = runs.filter(({ conclusion }) => conclusion !== null);
  if (finished.length + older < 2) return []; // The one run is the verdict above.
  const more = older > 0 ? [paragraph(text(`${older} older are not shown.`))] : [];
  const rows = [COLUMNS.map((column) => text(column)), ...finished.map(historyRow)];
  return details([`History of runs (${finished.length + older})`], [table(rows), ...more]);
}

function historyRow(run: RunEntry): PhrasingContent[] {
  const { counts, conclusion, seconds } = run;
  const verdict =
    conclusion === null ? '' : `${CONCLUSION_SIGNS[conclusion]} ${conclusion.replace('_', ' ')}`;
  return [
    text(time(run.createdAt)),
    code(run.headSha.slice(0, 7)),
    text(verdict),
    text(counts === null ? '' : String(counts.passed)),
    text(counts === null ? '' : String(counts.failed + counts.errors)),
    text(seconds === null ? '' : inWords(seconds)),
    code(run.forMerge ? `/codex pr of ${login(run.requestedBy)}` : login(run.requestedBy)),
  ];
}

/** The characters GitHub allows in a login; as code, it notifies nobody. */
function login(name: string): string {
  return name.replace(/[^A-Za-z0-9[\]_-]/g, '');
}

/** `2026-11-21 09:30 UTC`. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function footer(usage: string | null): RootContent {
  const used = usage === null ? '' : ` ${usage}.`;
  const words = [text('Comment '), code('/codex help'), text(` to see what Codex can do.${used}`)];
  return paragraph({ type: 'emphasis', children: words });
}

/** A comment with nothing to say is not written. */
export function isEmpty({ merge, latest, answer, runs }: Conversation): boolean {
  return merge === null && latest === null && answer === null && runs.length === 0;
}
