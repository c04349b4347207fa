/**
 * The receipt of a merge, for the check run `codex/pr` and the living comment. Of each of its parts there is so little
 * that it is never cut.
 */
import type { PhrasingContent, RootContent } from 'mdast';
import type { Output } from '../../github/check-run-output.ts';
import { code, details, list, markdown, paragraph, text } from '../../markdown/document.ts';
import { prose } from '../../markdown/prose.ts';
import { cut } from '../../markdown/text.ts';
import type { Receipt } from '../receipt.ts';
import { moment } from '../words.ts';
import { withinLimit } from './limit.ts';

const MOST_CHECKS = 20;
const MOST_APPROVALS = 20;
const MOST_MISMATCHES = 3;
const LONGEST_URL = 300;
/** Bytes. */
const LONGEST_NAME = 120;
const LONGEST_LOGIN = 60;

const BRANCH_WORDS: Readonly<Record<Receipt['branch'], string>> = {
  deleted: 'deleted',
  kept: 'kept',
  moved: 'kept: it has moved on since',
  gone: 'gone already',
};

/** What the check run shows at the end. */
export function mergedOutput(receipt: Receipt): Output {
  const commit = receipt.commit.sha.slice(0, 7);
  const title = receipt.verified
    ? `Merged as ${commit}: what landed is what was tested`
    : `Merged as ${commit}, but what landed is NOT what was tested`;
  return { title, summary: withinLimit(markdown(receiptNodes(receipt))) };
}

/** The receipt as nodes of a document. */
export function receiptNodes(receipt: Receipt): RootContent[] {
  return [
    paragraph(...headline(receipt)),
    ...mismatches(receipt),
    list([
      ...[asked(receipt), entitled(receipt), approved(receipt)],
      ...[head(receipt), tested(receipt), landed(receipt), branch(receipt)],
    ]),
    ...checks(receipt),
  ];
}

function headline({ pull, baseRef, commit, verified }: Receipt): PhrasingContent[] {
  const proof = verified
    ? '. The tree that landed is the tree that was tested, on the base it was tested on.'
    : '. What landed could not be verified:';
  return [
    text(`${verified ? '✅' : '🚨'} Pull request ${pull} landed on `),
    code(baseRef),
    text(' as '),
    link(commit.sha.slice(0, 12), commit.url),
    text(proof),
  ];
}

function mismatches({ mismatches: found }: Receipt): RootContent[] {
  return found.length === 0 ? [] : [list(found.slice(0, MOST_MISMATCHES).map(prose))];
}

function asked({ requestedBy, permission, askedAt, mergedAt }: Receipt): PhrasingContent[] {
  const when = ` (${permission}) at ${moment(askedAt)}, merged at ${moment(mergedAt)}`;
  return [text('Asked by '), code(requestedBy), text(when)];
}

function entitled({ entitlement }: Receipt): PhrasingContent[] {
  return [text('Entitlement: '), ...prose(entitlement)];
}

function head({ headRef, headSha }: Receipt): PhrasingContent[] {
  return [text('Head: '), code(headSha), text(' of '), code(headRef)];
}

function tested({ plan }: Receipt): PhrasingContent[] {
  const run = plan.url === null ? code(plan.id) : link(plan.id, plan.url);
  const verdict = plan.title === '' ? [] : [text(': '), code(plan.title, LONGEST_NAME)];
  return [
    ...[text('Tested: tree '), code(plan.tree), text(' on base '), code(plan.baseSha)],
    ...[text(' by plan '), run, ...verdict],
  ];
}

function landed({ commit }: Receipt): PhrasingContent[] {
  const parents = commit.parents.flatMap((parent) => [text(' '), code(parent)]);
  const after = parents.length === 0 ? [text(', without a parent')] : [text(' on'), ...parents];
  return [text('Landed: tree '), code(commit.tree), ...after];
}

function branch(receipt: Receipt): PhrasingContent[] {
  return [text(`Head branch: ${BRANCH_WORDS[receipt.branch]}`)];
}

function approved({ approvals }: Receipt): PhrasingContent[] {
  if (approvals.length === 0) return [text('Approved by nobody: no approval was asked for')];
  const shown = approvals
    .slice(0, MOST_APPROVALS)
    .flatMap(({ login, commitId }, index) => [
      text(index === 0 ? ' ' : ', '),
      code(login, LONGEST_LOGIN),
      ...(commitId === null ? [] : [text(' at '), code(commitId.slice(0, 7))]),
    ]);
  const more = approvals.length - MOST_APPROVALS;
  return [text('Approved by'), ...shown, ...(more > 0 ? [text(` and ${more} more`)] : [])];
}

function checks({ checks: seen }: Receipt): RootContent[] {
  if (seen.length === 0) return [];
  const more = seen.length - MOST_CHECKS;
  const rest = more > 0 ? [paragraph(text(`${more} more are not shown.`))] : [];
  const items = seen.slice(0, MOST_CHECKS).map(({ name, conclusion, url }): PhrasingContent[] => {
    const address = url === null ? [] : [text(' '), link('details', url)];
    return [code(name, LONGEST_NAME), text(': '), ...prose(cut(conclusion, 40)), ...address];
  });
  return details([`Checks (${seen.length})`], [list(items), ...rest]);
}

/** A link with code as its text: a stranger's words in it act on nobody. Of addresses only https and http, in ASCII. */
function link(label: string, url: string): PhrasingContent {
  if (url.length > LONGEST_URL || !/^https?:\/\/[!-;=?-~]+$/.test(url)) return code(label);
  return { type: 'link', url, children: [code(label)] };
}
