import { visibleLine } from '../markdown/text.ts';
import type { Run } from '../plan/runs.ts';
import { openData } from './data.ts';

/** Prints the latest runs, one a line, newest first. */
export function printRuns(limit: number): void {
  const { runs, db } = openData();
  const found = runs.latest(null, limit);
  process.stdout.write(found.length === 0 ? 'No run yet.\n' : found.map(lineOf).join(''));
  db.close();
}

function lineOf({ id, request, record, createdAt }: Run): string {
  const { repository, pull, headSha } = request;
  const what = pull === 0 ? repository : `${repository}#${pull}`;
  const state = record ? `${record.conclusion}: ${record.title}` : 'not finished';
  const when = new Date(createdAt).toISOString().slice(0, 19).replace('T', ' ');
  return `${[id, when, what, headSha.slice(0, 7), state].map(visibleLine).join('  ')}\n`;
}
