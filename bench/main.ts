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

/** The benchmarks that are asked for; none: all. Ends the process where there is no such. */
function chosen(wanted: readonly string[]): readonly (readonly [string, () => Row[] | Promise<Row[]>])[] {
  const known = Object.entries(BENCHES);
  const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length === 0)
    return wanted.length > 0 ? known.filter(([name]) => wanted.includes(name)) : known;
  process.stderr.write(
    `No benchmark: ${unknown.join(', ')}. There are ${Object.keys(BENCHES).join(', ')}.\n`,
  );
  return process.exit(2);
}

const wanted = process.argv.slice(2);
const [loadBefore = Number.NaN] = loadavg();
const rows: Row[] = [];
for (const [name, bench] of chosen(wanted)) {
  process.stderr.write(`bench: ${name} …\n`);
  rows.push(...(await bench()));
}
process.stdout.write(`${table(rows)}\n`);
if (wanted.length === 0) writeFileSync(PAGE, page(rows, loadBefore, new Date()));
process.exitCode = rows.every(({ pass }) => pass) ? 0 : 1;
