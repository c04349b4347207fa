/**
 * `npm run bench`: every promise about speed and size, measured against a peer in the same run. Prints the table and
 * keeps the latest in docs/benchmarks.md. `npm run bench -- plan queue` measures only those, and keeps nothing.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { alertsBench } from './alerts.ts';
import { entitlementsBench } from './entitlements.ts';
import { ingestBench } from './ingest.ts';
import { planBench } from './plan.ts';
import { processBench } from './process.ts';
import { queueBench } from './queue.ts';
import type { Row } from './row.ts';

const BENCHES: Readonly<Record<string, () => Row[] | Promise<Row[]>>> = {
  ingest: ingestBench,
  alerts: alertsBench,
  plan: planBench,
  queue: queueBench,
  entitlements: entitlementsBench,
  process: processBench,
};
const PAGE = join(import.meta.dirname, '..', 'docs', 'benchmarks.md');

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, measured, peer, ratio, target, pass }) =>
    [name, measured, peer, ratio === null ? '–' : ratio.toFixed(2), target, pass ? 'met' : '**missed**'].join(
      ' | ',
    ),
  );
  return [
    '| what | measured | peer | ratio | target | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

function page(rows: readonly Row[], loadBefore: number, now: Date): string {
  const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`;
  return `# Benchmarks

Written by \`npm run bench\` on ${now.toISOString().slice(0, 10)} (${machine}; load average before it: ${loadBefore.toFixed(1)}). Absolute
numbers are this machine's; what counts is the peer beside them, measured in the same run.

${table(rows)}
`;
}

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(BENCHES);
const [loadBefore = Number.NaN] = loadavg();
const rows: Row[] = [];
for (const name of names) {
  const bench = BENCHES[name];
  if (!bench)
    throw new Error(`There is no benchmark "${name}": it is one of ${Object.keys(BENCHES).join(', ')}.`);
  process.stderr.write(`bench: ${name} …\n`);
  rows.push(...(await bench()));
}
process.stdout.write(`${table(rows)}\n`);
if (wanted.length === 0) writeFileSync(PAGE, page(rows, loadBefore, new Date()));
process.exitCode = rows.every(({ pass }) => pass) ? 0 : 1;
