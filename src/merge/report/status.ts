/** Where a merge stands, for `/codex status` and the living comment. */
import type { PhrasingContent, RootContent } from 'mdast';
import { code, heading, markdown, paragraph, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import type { Intent } from '../intent.ts';
import { moment } from '../words.ts';
import { reasonGroups } from './reasons.ts';
import { receiptNodes } from './receipt.ts';

/** The answer of `/codex status` about the merge, as markdown. */
export function mergeStatus(intent: Intent): string {
  return markdown([paragraph(...stateLine(intent)), ...reasons(intent)]);
}

/** The section of the living comment about the newest merge: what keeps it, why it ended, or its receipt. */
export function mergeSection(intent: Intent): RootContent[] {
  const title = heading(text(TITLES[intent.state]));
  if (intent.receipt !== null) return [title, ...receiptNodes(intent.receipt)];
  return [title, paragraph(...stateLine(intent)), ...reasons(intent)];
}

const TITLES: Readonly<Record<Intent['state'], string>> = {
  waiting: '⏳ Merge',
  merging: '🔄 Merge',
  merged: '🚢 Merged',
  cancelled: '🚫 Not merged',
};

function stateLine({ state, request, decision, mergedSha, reason, expiresAt }: Intent): PhrasingContent[] {
  const what = [code(request.headSha.slice(0, 7)), text(' into '), code(request.baseRef)];
  const asked = [text(', asked by '), code(request.requestedBy), text(': ')];
  if (state === 'merged') {
    return [text('The merge of '), ...what, ...asked, text('done as '), code((mergedSha ?? '').slice(0, 7))];
  }
  if (state === 'merging') return [text('The merge of '), ...what, ...asked, text('GitHub is merging.')];
  if (state === 'cancelled')
    return [text('The merge of '), ...what, ...asked, ...prose(reason ?? 'it ended.')];
  const blocked = decision?.action === 'block' ? 'blocked' : 'waiting';
  const until = `${blocked} until ${moment(expiresAt)} at most.`;
  return [text('The merge of '), ...what, ...asked, text(until)];
}

function reasons({ state, decision }: Intent): RootContent[] {
  return state === 'waiting' ? reasonGroups(decision?.reasons ?? [], ['block', 'wait']) : [];
}
