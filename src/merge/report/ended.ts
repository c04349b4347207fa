/** What people read when a merge ended without one, or landed something else than was tested. */
import type { Output } from '../../github/check-run-output.ts';
import { code, heading, list, markdown, paragraph, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import type { Decision } from '../decision.ts';
import type { Receipt } from '../receipt.ts';
import { checkTitle, withinLimit } from './limit.ts';
import { reasonGroups } from './reasons.ts';
import { receiptNodes } from './receipt.ts';

/** The check run of a cancelled merge. `reason`: one sentence, why it ended; `decision`: the last one, if any. */
export function cancelledOutput(reason: string, decision: Decision | null): Output {
  const summary = markdown([
    paragraph(...prose(reason)),
    ...reasonGroups(decision?.reasons ?? [], ['cancel', 'block', 'wait']),
  ]);
  return { title: checkTitle(`Not merged: ${reason}`), summary: withinLimit(summary) };
}

/** The check run of a merge that somebody else carried out. `commit`: what it became on the base, where that is known. */
export function mergedElsewhereOutput(baseRef: string, commit: string | null): Output {
  const as = commit === null ? [] : [text(' as '), code(commit)];
  const landed = [text('The pull request was merged into '), code(baseRef), ...as];
  return {
    title: 'Merged, but not by Codex',
    summary: markdown([
      paragraph(...landed, text(', and not by Codex: whether what landed was tested is not known.')),
    ]),
  };
}

export interface Issue {
  readonly title: string;
  readonly body: string;
}

/** The alarm: what landed is not what was tested. Nothing is reverted; the base is frozen for Codex. */
export function mismatchIssue(receipt: Receipt): Issue {
  const { pull, commit, baseRef } = receipt;
  const body = markdown([
    paragraph(
      ...[text('Codex merged pull request '), code(`#${pull}`), text(' into '), code(baseRef), text(' as ')],
      ...[code(commit.sha), text(', and what landed is not what was tested:')],
    ),
    list(receipt.mismatches.map(prose)),
    heading(text('What Codex did')),
    list([
      [text('It merges nothing more into '), code(baseRef), text(' until somebody lifts the freeze.')],
      [text('It reverted nothing.')],
    ]),
    heading(text('What to do')),
    list([
      [text('Compare the trees: '), code(`git diff ${receipt.plan.tree} ${commit.tree}`)],
      [text('Run the tests on the base, and revert the commit if it should not be there.')],
      [
        text('Then an administrator or maintainer comments '),
        code('/codex unfreeze'),
        text(' on a pull request into this base.'),
      ],
    ]),
    heading(text('Receipt')),
    ...receiptNodes(receipt),
  ]);
  return { title: `Codex: what landed with #${pull} is not what was tested`, body: withinLimit(body) };
}
