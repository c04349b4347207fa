/**
 * While a plan ran, others may have pushed to the base branch. The verdict stands for what was tested; that this is
 * no longer the tree that would land is said with it.
 */
import type { RunRecord } from './record.ts';

/** The record, with a note where `tip`, the commit of the base branch now (null: it is gone), is not what was tested. */
export function withMovedBase(record: RunRecord, baseRef: string, tip: string | null): RunRecord {
  if (record.base_sha === null || record.base_sha === tip) return record;
  const now = tip === null ? 'is gone' : `is at ${tip.slice(0, 7)}`;
  const note =
    `The base branch ${baseRef} moved while this plan ran: it ${now}, tested was ${record.base_sha.slice(0, 7)}. ` +
    'Comment `/codex plan` to test what would land now.';
  return { ...record, notes: [note, ...record.notes] };
}
