import { type AuditRecord, AuditTrail } from '../alerts/audit.ts';
import { visibleLine } from '../markdown/text.ts';
import { openData } from './data.ts';

interface Options {
  readonly limit: number;
  /** `owner/name`; all if absent. */
  readonly repository?: string;
  /** An alert's id. */
  readonly alert?: string;
}

/** Prints what alerts came to, one entry of the audit trail a line, newest first. */
export function printAlerts({ limit, repository, alert }: Options): void {
  const { db } = openData();
  const of = { repository: repository ?? null, alert: alert ?? null };
  const found = new AuditTrail(db).latest(of, limit);
  process.stdout.write(found.length === 0 ? 'No alert yet.\n' : found.map(lineOf).join(''));
  db.close();
}

function lineOf({
  alert,
  repository,
  strategy,
  kind,
  rule,
  action,
  outcome,
  detail,
  at,
}: AuditRecord): string {
  const when = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  const what = action === null ? outcome : `${action} ${outcome}`;
  const by = rule === 0 ? [] : [`rule ${rule}`];
  return `${[when, repository, `${strategy}: ${kind}`, ...by, what, detail, alert].map(visibleLine).join('  ')}\n`;
}
