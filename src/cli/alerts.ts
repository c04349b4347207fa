import { type AuditRecord, AuditTrail } from '../alerts/audit.ts';
import { openData } from './data.ts';
import { instant, printRows } from './output.ts';

interface Options {
  readonly limit: number;
  /** `owner/name`; all if absent. */
  readonly repo?: string;
  /** An alert's id. */
  readonly alert?: string;
}

/** Prints what alerts came to, one entry of the audit trail a line, newest first. */
export function printAlerts({ limit, repo, alert }: Options): void {
  using data = openData();
  const of = { repository: repo ?? null, alert: alert ?? null };
  const found = new AuditTrail(data.db).latest(of, limit);
  printRows(found.map(rowOf), 'No alert yet.');
}

function rowOf(record: AuditRecord): string[] {
  const { alert, repository, strategy, kind, rule, action, outcome, detail, at } = record;
  const what = action === null ? outcome : `${action} ${outcome}`;
  const by = rule === 0 ? [] : [`rule ${rule}`];
  return [instant(at), repository, `${strategy}: ${kind}`, ...by, what, detail, alert];
}
