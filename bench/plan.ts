/**
 * What Codex adds to the tests themselves: from the stored webhook to the completed check run, against the same
 * pytest in a plain `docker run` of the same image, in turns. Warm: everything was planned once before.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { execa } from 'execa';
import { z } from 'zod';
import { parseLocalConfig } from '../src/config.ts';
import { PLAN_CHECK } from '../src/plan/check-names.ts';
import { runRecord } from '../src/plan/record.ts';
import type { LocalGitHub } from '../test/support/local-github/local-github.ts';
import type { LocalRepository } from '../test/support/local-github/repository.ts';
import { startLocalGitHub } from '../test/support/local-github/start.ts';
import { type CodexProcess, startCodex } from './codex-process.ts';
import { median } from './quantile.ts';
import type { Row } from './row.ts';

const ROUNDS = 10;
const LONGEST_PLAN_MS = 60_000;
const TARGET_OVERHEAD = 1.0;
const TARGET_FIRST_TEST = 1.0;

/** A small project whose tests take some time of their own. */
const PROJECT = {
  'prices.py': 'def mean(prices):\n    return sum(prices) / len(prices)\n',
  'test_prices.py': `import time
import pytest
from prices import mean

@pytest.mark.parametrize("n", range(1, 41))
def test_mean(n):
    time.sleep(0.005)
    assert mean([n, n]) == n
`,
};

interface Bench {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  readonly codex: CodexProcess;
  readonly head: string;
  readonly pull: number;
  readonly directory: string;
}

export async function planBench(): Promise<Row[]> {
  const bench = await setUp();
  const plans: { accepted: number; completed: number; firstTest: number }[] = [];
  const raw: number[] = [];
  try {
    await plan(bench, 1);
    await rawRun(bench.directory);
    for (let round = 0; round < ROUNDS; round++) {
      plans.push(await plan(bench, round + 2));
      raw.push(await rawRun(bench.directory));
    }
  } finally {
    await bench.codex.stop();
    await bench.github.close();
    rmSync(bench.directory, { recursive: true });
  }
  const whole = median(plans.map(({ accepted, completed }) => (completed - accepted) / 1000));
  const peer = median(raw);
  const first = median(plans.map(({ accepted, firstTest }) => (firstTest - accepted) / 1000));
  return [
    {
      name: 'plan: accepted → check run completed, warm, median of 10',
      measured: `${whole.toFixed(2)} s`,
      peer: `${peer.toFixed(2)} s (docker run)`,
      ratio: whole / peer,
      target: `≤ ${TARGET_OVERHEAD.toFixed(1)} s more; is ${(whole - peer).toFixed(2)} s`,
      pass: whole - peer <= TARGET_OVERHEAD,
    },
    {
      name: 'plan: accepted → first test, median of 10',
      measured: `${first.toFixed(2)} s`,
      peer: '–',
      ratio: null,
      target: `≤ ${TARGET_FIRST_TEST.toFixed(1)} s`,
      pass: first <= TARGET_FIRST_TEST,
    },
  ];
}

async function setUp(): Promise<Bench> {
  const github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  const codex = await startCodex(github);
  const repository = await github.createRepository('acme', 'prices');
  await repository.push('main', PROJECT);
  const head = await repository.push('feature', { 'README.md': 'prices\n' });
  const pull = await repository.openPull({ head: 'feature' });
  const directory = mkdtempSync(join(tmpdir(), 'codex-bench-project-'));
  for (const [path, text] of Object.entries(PROJECT)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return { github, repository, codex, head, pull, directory };
}

const stored = z.object({ received_at: z.int(), accepted_at: z.int(), record: z.string() });

/** One `/codex plan`. Times in milliseconds since the epoch; `completed`: when GitHub took the check run's end. */
async function plan({ github, repository, codex, head, pull }: Bench, number: number) {
  await repository.comment(pull, 'acme', '/codex plan');
  const completed = await github.until(
    `verdict ${number}`,
    async () => {
      const runs = (await repository.checkRuns(head)).filter(
        ({ name, status }) => name === PLAN_CHECK && status === 'completed',
      );
      return runs.length === number ? Date.now() : undefined;
    },
    LONGEST_PLAN_MS,
  );
  const db = new Database(join(codex.dataDir, 'codex.db'), { readonly: true });
  const row = stored.parse(
    db
      .prepare(
        `SELECT inbox.received_at, runs.request ->> 'acceptedAt' AS accepted_at, runs.record
         FROM runs JOIN jobs ON jobs.id = runs.id JOIN inbox ON inbox.delivery = jobs.delivery
         ORDER BY runs.created_at DESC LIMIT 1`,
      )
      .get(),
  );
  db.close();
  const record = runRecord.parse(JSON.parse(row.record));
  if (record.conclusion !== 'success')
    throw new Error(`The plan ended with ${record.conclusion}: ${record.title}`);
  const firstTest = row.accepted_at + (record.first_test_seconds ?? Number.NaN) * 1000;
  return { accepted: row.received_at, completed, firstTest };
}

/** Seconds of the same tests in a container that nothing of Codex is in. */
async function rawRun(directory: string): Promise<number> {
  const image = parseLocalConfig({}).sandboxImage;
  const started = performance.now();
  const pytest = ['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider'];
  await execa('docker', [
    ...['run', '--rm', '--network', 'none', '--volume', `${directory}:/work:ro`, '--workdir', '/work', image],
    ...pytest,
  ]);
  return (performance.now() - started) / 1000;
}
