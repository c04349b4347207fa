/** What every scene plays on: a GitHub of our own and a Codex that is its App. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalGitHub } from '../../test/support/local-github/local-github.ts';
import { startLocalGitHub } from '../../test/support/local-github/start.ts';
import { type StartedCodex, startCodex } from './start-codex.ts';
import type { Terminal } from './terminal.ts';

/** The owner of the repository, on whose account the App is installed. */
export const OWNER = 'acme';
/** Collaborators. */
export const AUTHOR = 'ada';
export const REVIEWER = 'grace';

export interface Stage {
  readonly github: LocalGitHub;
  readonly codex: StartedCodex;
  /** What Codex was started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

interface Opening {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Closes what was started, whether or not the rest could be. */
  readonly closing: AsyncDisposableStack;
  /** Gets the newest lines of Codex's log. */
  readonly lastLines: string[];
  /** What Codex is started with besides. */
  readonly more?: Readonly<Record<string, string>>;
}

const LINES_KEPT = 15;

/** Starts both. */
export async function openStage({ terminal, signal, closing, lastLines, more }: Opening): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'codex-demo-'));
  closing.defer(() => rm(dataDir, { recursive: true, force: true }));
  const github = await startLocalGitHub({ users: [OWNER, AUTHOR, REVIEWER], installedOn: [OWNER] });
  closing.defer(() => github.close());
  const logFile = join(dataDir, 'codex.log');
  const log = createWriteStream(logFile);
  const onLine = (line: string): void => {
    log.write(`${line}\n`);
    if (lastLines.push(line) > LINES_KEPT) lastLines.shift();
  };
  const started = performance.now();
  const environment = {
    ...github.environment,
    CODEX_DATA_DIR: dataDir,
    CODEX_WORKER_STOP_GRACE_SECONDS: '0',
    ...more,
  };
  const codex = await startCodex(environment, onLine, signal);
  closing.defer(() => codex.stop());
  github.deliveries.deliverTo(`${codex.url}/webhooks/github`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  terminal.heading('A GitHub on this machine, and Codex as its App');
  terminal.fact('GitHub', `${github.url}  REST, signed webhooks, git over HTTP`);
  terminal.fact('Codex', `${codex.url}  ready after ${seconds} s`);
  return { github, codex, environment, logFile, terminal, signal };
}
