/** What every scene plays on: a GitHub of our own and a Codex that is its App. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalGitHub } from '../../test/support/local-github/local-github.ts';
import { startLocalGitHub } from '../../test/support/local-github/start.ts';
import { type CodexProcess, startCodex } from './codex-process.ts';
import type { Terminal } from './terminal.ts';

/** The owner of the repository, on whose account the App is installed. */
export const OWNER = 'acme';
/** A collaborator. */
export const AUTHOR = 'ada';

export interface Stage {
  readonly github: LocalGitHub;
  readonly codex: CodexProcess;
  readonly logFile: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Starts both; what was started is closed by `closing`, whether or not this succeeds. */
export async function openStage(
  terminal: Terminal,
  signal: AbortSignal,
  closing: AsyncDisposableStack,
): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'codex-demo-'));
  closing.defer(() => rm(dataDir, { recursive: true, force: true }));
  const github = await startLocalGitHub({ users: [OWNER, AUTHOR], installedOn: [OWNER] });
  closing.defer(() => github.close());
  const logFile = join(dataDir, 'codex.log');
  const started = performance.now();
  const environment = {
    ...github.environment,
    CODEX_DATA_DIR: dataDir,
    CODEX_WORKER_STOP_GRACE_SECONDS: '0',
  };
  const codex = await startCodex(environment, logFile, signal);
  closing.defer(() => codex.stop());
  github.deliveries.deliverTo(`${codex.url}/webhooks/github`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  terminal.heading('A GitHub on this machine, and Codex as its App');
  terminal.fact('GitHub', `${github.url}  REST, signed webhooks, git over HTTP`);
  terminal.fact('Codex', `${codex.url}  ready after ${seconds} s`);
  return { github, codex, logFile, terminal, signal };
}

/** The end of Codex's log, for a demo that broke. */
export async function lastLogLines({ logFile }: Stage): Promise<string[]> {
  return (await readFile(logFile, 'utf8')).trim().split('\n').slice(-15);
}
