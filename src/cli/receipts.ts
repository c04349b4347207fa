/** `codexctl receipts`: what Codex merged, and whether what landed is what was tested. */
import { UserError } from '../errors.ts';
import { IntentStore } from '../merge/intents.ts';
import type { Receipt } from '../merge/receipt.ts';
import { openData } from './data.ts';
import { instant, printLines } from './output.ts';

export interface ReceiptsOptions {
  /** How many are listed. */
  readonly limit: number;
  /** `owner/name`; absent: of all repositories. */
  readonly repo?: string;
  readonly json?: boolean;
}

/** Receipts among which the beginning of an id or commit is looked for. */
const RECEIPTS_READ = 10_000;
/** Columns of a receipt's names. */
const NAME_WIDTH = 13;

/**
 * Prints the latest receipts, one a line, newest first; or the whole receipt of a merge. `id`: the merge's or its
 * commit's, or the beginning of one. Throws `UserError` where there is not one such receipt.
 */
export function printReceipts(id: string | undefined, options: ReceiptsOptions): void {
  using data = openData();
  const intents = new IntentStore(data.db);
  const read = (limit: number) => intents.receipts(options.repo ?? null, limit);
  printLines(
    id === undefined ? listed(read(options.limit), options) : whole(find(read(RECEIPTS_READ), id), options),
  );
}

function listed(receipts: readonly Receipt[], { json }: ReceiptsOptions): string[] {
  if (json) return [JSON.stringify(receipts)];
  return receipts.length === 0 ? ['Nothing was merged yet.'] : receipts.map(lineOf);
}

function whole(receipt: Receipt, { json }: ReceiptsOptions): string[] {
  return json ? [JSON.stringify(receipt)] : described(receipt);
}

function find(receipts: readonly Receipt[], id: string): Receipt {
  const found = receipts.filter((receipt) => receipt.id.startsWith(id) || receipt.commit.sha.startsWith(id));
  const [receipt] = found;
  if (receipt && found.length === 1) return receipt;
  throw found.length > 1
    ? new UserError(`${found.length} receipts begin with ${id}.`, 'Give more of the id.')
    : new UserError(
        `There is no receipt of ${id}.`,
        '`codexctl receipts` lists the ids of merges by Codex; the id of a commit that it made will do, too.',
      );
}

function lineOf({ id, mergedAt, repository, pull, baseRef, commit, verified, requestedBy }: Receipt): string {
  const parts = [
    id,
    instant(mergedAt),
    `${repository}#${pull}`,
    `${commit.sha.slice(0, 7)} on ${baseRef}`,
    `asked by ${requestedBy}`,
    verified ? 'verified' : 'NOT VERIFIED',
  ];
  return parts.join('  ');
}

function described(receipt: Receipt): string[] {
  const { repository, pull, baseRef, verified, mismatches } = receipt;
  const verdict = verified ? 'what landed is what was tested' : 'what landed is NOT what was tested';
  return [
    `${repository}#${pull} into ${baseRef}: ${verdict}`,
    ...mismatches.map((mismatch) => fact('mismatch', mismatch)),
    ...who(receipt),
    ...what(receipt),
    ...receipt.checks.map(({ name, conclusion, url }) =>
      fact('check', `${name}: ${conclusion}${url === null ? '' : `, ${url}`}`),
    ),
  ];
}

function who({ id, title, requestedBy, permission, entitlement, approvals, askedAt }: Receipt): string[] {
  const given = approvals.map(({ login, commitId }) =>
    fact('approved by', commitId === null ? login : `${login}, ${commitId}`),
  );
  return [
    fact('receipt', id),
    fact('title', title),
    fact('asked by', `${requestedBy} (${permission}), ${instant(askedAt)}`),
    fact('entitlement', entitlement),
    ...(given.length === 0 ? [fact('approved by', 'nobody')] : given),
  ];
}

function what({ headSha, headRef, branch, plan, commit, mergedAt }: Receipt): string[] {
  return [
    fact('head', `${headSha} of ${headRef}, branch ${branch}`),
    fact('tested', `tree ${plan.tree} on ${plan.baseSha}`),
    fact('plan', plan.url === null ? plan.id : `${plan.id}, ${plan.url}`),
    fact('landed', `tree ${commit.tree} on ${commit.parents.join(', ') || 'nothing'}`),
    fact('commit', `${commit.sha}, ${instant(mergedAt)}, ${commit.url}`),
  ];
}

function fact(name: string, value: string): string {
  return `  ${name.padEnd(NAME_WIDTH)}${value}`;
}
