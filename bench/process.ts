/** Codex as a process: how soon it listens, and how much memory it takes while a plan prints a gigabyte. */
import { PLAN_CHECK } from '../src/plan/check-names.ts';
import { startLocalGitHub } from '../test/support/local-github/start.ts';
import { startCodex } from './codex-process.ts';
import { median } from './quantile.ts';
import type { Row } from './row.ts';

const STARTS = 5;
const TARGET_START_MS = 1_000;
const TARGET_BYTES = 200_000_000;
const LONGEST_PLAN_MS = 240_000;

const PRINTS_A_GIGABYTE = `import sys

def test_print():
    line = "x" * 1023 + "\\n"
    for _ in range(1024):
        sys.stdout.write(line * 1024)
`;

export async function processBench(): Promise<Row[]> {
  const github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const codex = await startCodex(github);
    starts.push(codex.startMs);
    await codex.stop();
  }
  const startMs = median(starts);
  const codex = await startCodex(github);
  const idle = codex.memory().now;
  const repository = await github.createRepository('acme', 'noisy');
  await repository.push('main', {
    'test_noisy.py': PRINTS_A_GIGABYTE,
    'pytest.ini': '[pytest]\naddopts = -s\n',
  });
  const head = await repository.push('feature', { 'README.md': 'noisy\n' });
  await repository.comment(await repository.openPull({ head: 'feature' }), 'acme', '/codex plan');
  const run = await github.until(
    'the verdict',
    async () =>
      (await repository.checkRuns(head)).find(
        ({ name, status }) => name === PLAN_CHECK && status === 'completed',
      ),
    LONGEST_PLAN_MS,
  );
  const { most } = codex.memory();
  await codex.stop();
  await github.close();
  if (run.conclusion !== 'success')
    throw new Error(`The noisy plan ended with ${run.conclusion}: ${run.output.title}`);
  const mb = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
  return [
    {
      name: 'memory: most resident, start-up included, when a run has printed 1 GiB',
      measured: mb(most),
      peer: `${mb(idle)} (idle)`,
      ratio: most / idle,
      target: '≤ 200 MB',
      pass: most <= TARGET_BYTES,
    },
    {
      name: `start → listening, median of ${STARTS}`,
      measured: `${(startMs / 1000).toFixed(2)} s`,
      peer: '–',
      ratio: null,
      target: '≤ 1 s',
      pass: startMs <= TARGET_START_MS,
    },
  ];
}
