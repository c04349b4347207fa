/** Where a merge stands, for `/codex status` and the living comment. */
import type { PhrasingContent, RootContent } from 'mdast';
import { code, heading, markdown, paragraph, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import type { Intent } from '../intent.ts';
import { moment } from '../words.ts';
import { withinLimit } from './limit.ts';
import { reasonList } from './reasons.ts';
import { receiptNodes } from './receipt.ts';

/** Bytes of the section, so that the comment has room for all else. */
const LONGEST_SECTION = 20_000;

/** The answer of `/codex status` about the merge, as markdown. */
export function mergeStatus(intent: Intent): string {
  const { headSha, baseRef, requestedBy } = intent.request;
  const merge = [text('The merge of '), code(headSha.slice(0, 7)), text(' into '), code(baseRef)];
  const asked = [text(', asked by '), code(requestedBy), text(': ')];
  const answer = markdown([paragraph(...merge, ...asked, ...stateOf(intent)), ...reasons(intent)]);
  return withinLimit(answer, LONGEST_SECTION);
}

/**
 * The section of the living comment about the newest merge, as markdown: what keeps it, why it ended, or its receipt.
 * `checkUrl`: the page of its check run; null where it has none yet.
 */
export function mergeSection(intent: Intent, checkUrl: string | null): string {
  const title = heading(text(`${signOf(intent)} `), ...titleOf(intent));
  const nodes =
    intent.receipt === null
      ? [title, paragraph(...asked(intent, checkUrl)), ...because(intent), ...reasons(intent)]
      : [title, ...receiptNodes(intent.receipt)];
  return withinLimit(markdown(nodes), LONGEST_SECTION);
}

function signOf({ state, receipt, decision }: Intent): string {
  if (state === 'waiting') return decision?.action === 'block' ? '🚧' : '⏳';
  if (state === 'merging') return '🔄';
  if (state === 'cancelled') return '🚫';
  return receipt?.verified ? '🚢' : '🚨';
}

function titleOf(intent: Intent): PhrasingContent[] {
  const { state, request, decision, receipt } = intent;
  const into = [text(' into '), code(request.baseRef)];
  if (state === 'merging') return [text('Merging'), ...into];
  if (state === 'cancelled') return [text('Not merged'), ...into, text(' by Codex')];
  if (state === 'merged') {
    return [text('Merged'), ...into, text(receipt?.verified ? '' : ', but not what was tested')];
  }
  return decision?.action === 'block'
    ? [text('The merge'), ...into, text(' is blocked')]
    : [text('Waiting to merge'), ...into];
}

/** Who asked for what, and where all of it is told. */
function asked({ request, state, expiresAt }: Intent, checkUrl: string | null): PhrasingContent[] {
  const until = state === 'waiting' ? [text(`, until ${moment(expiresAt)} at most`)] : [];
  const link: PhrasingContent[] =
    checkUrl === null ? [] : [text(' · '), { type: 'link', url: checkUrl, children: [text('all details')] }];
  return [
    ...[text('Head '), code(request.headSha.slice(0, 7)), text(', asked by '), code(request.requestedBy)],
    ...until,
    ...link,
  ];
}

function because({ state, reason }: Intent): RootContent[] {
  return state === 'cancelled' ? [paragraph(...prose(reason ?? 'It ended.'))] : [];
}

function stateOf({ state, decision, mergedSha, reason, expiresAt }: Intent): PhrasingContent[] {
  if (state === 'merged') return [text('done, as '), code((mergedSha ?? '').slice(0, 7)), text('.')];
  if (state === 'merging') return [text('GitHub is merging.')];
  if (state === 'cancelled') return prose(reason ?? 'it ended.');
  const blocked = decision?.action === 'block' ? 'blocked' : 'waiting';
  return [text(`${blocked}, until ${moment(expiresAt)} at most.`)];
}

function reasons({ state, decision }: Intent): RootContent[] {
  return state === 'waiting' ? reasonList(decision?.reasons ?? [], ['block', 'wait']) : [];
}
