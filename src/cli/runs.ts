import type { Run } from '../plan/runs.ts';
import { openData } from './data.ts';
import { instant, printRows } from './output.ts';

/** Prints the latest runs, one a line, newest first. */
export function printRuns(limit: number): void {
  using data = openData();
  printRows(data.runs.latest(null, limit).map(rowOf), 'No run yet.');
}

function rowOf({ id, request, record, createdAt }: Run): string[] {
  const { repository, pull, headSha } = request;
  const what = pull === 0 ? repository : `${repository}#${pull}`;
  const state = record ? `${record.conclusion}: ${record.title}` : 'not finished';
  return [id, instant(createdAt), what, headSha.slice(0, 7), state];
}
