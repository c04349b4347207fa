/** A whole Codex in this process, as the App of a local GitHub: real database, real git, real Docker. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningCodex, type ServerTime, startServer } from '../../src/composition/server.ts';
import { parseConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { isPlanCheck } from '../../src/plan/check-names.ts';
import type { LocalGitHub } from './local-github/local-github.ts';
import type { LocalCheckRun, LocalRepository } from './local-github/repository.ts';
import { type LocalGitHubOptions, startLocalGitHub } from './local-github/start.ts';
import { LogLines } from './log-lines.ts';

export interface World {
  readonly github: LocalGitHub;
  readonly dataDir: string;
  /** Where Codex listens; of the last one that was started. */
  readonly url: string;
  /** What every Codex of this world logged, from level `info` on. */
  readonly log: LogLines;
  /** Stops Codex as SIGTERM does. */
  stop(): Promise<void>;
  /** Starts a Codex on the same data. */
  start(environment?: Record<string, string>): Promise<void>;
  /** Lets so many milliseconds pass for Codex, and starts it anew: what a timer does is done at the start, too. */
  later(ms: number): Promise<void>;
  close(): Promise<void>;
}

interface WorldOptions extends Partial<LocalGitHubOptions> {
  /** Of Codex's calls to this GitHub. */
  readonly time?: Pick<ServerTime, 'deadline'>;
}

/** A local GitHub with the users `acme` (owner, App installed), `dev` and `mallory`, and a Codex that serves it. */
export async function startWorld(
  environment: Record<string, string> = {},
  { time, ...options }: WorldOptions = {},
): Promise<World> {
  const users = ['acme', 'dev', 'mallory'];
  const github = await startLocalGitHub({ users, installedOn: ['acme'], ...options });
  const dataDir = await mkdtemp(join(tmpdir(), 'codex-test-'));
  const log = new LogLines();
  let codex: RunningCodex | null = null;
  let ahead = 0;
  const world = {
    github,
    dataDir,
    url: '',
    log,
    async start(more: Record<string, string> = {}) {
      const config = parseConfig({
        ...github.environment,
        CODEX_DATA_DIR: dataDir,
        PORT: '0',
        ...environment,
        ...more,
      });
      const now = () => Date.now() + ahead;
      codex = await startServer(config, createLog(config.logLevel, log), { now, ...time });
      world.url = `http://127.0.0.1:${codex.port}`;
      github.deliveries.deliverTo(`${world.url}/webhooks/github`);
    },
    async stop() {
      github.deliveries.deliverTo(null);
      await codex?.stop(0);
      codex = null;
    },
    async later(ms: number) {
      await world.stop();
      ahead += ms;
      await world.start();
    },
    async close() {
      await world.stop();
      await github.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  await world.start();
  return world;
}

/** The check run of a plan of this commit once it is completed; the newest where there are several. */
export function verdictOn(github: LocalGitHub, repository: LocalRepository, sha: string, number = 1) {
  return github.until(
    `verdict ${number} on ${sha.slice(0, 7)}`,
    async (): Promise<LocalCheckRun | undefined> => {
      const runs = await repository.checkRuns(sha);
      const ended = runs.filter(({ name, status }) => isPlanCheck(name) && status === 'completed');
      return ended.length >= number ? ended.sort((a, b) => a.id - b.id).at(-1) : undefined;
    },
  );
}
