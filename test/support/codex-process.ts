/** Codex as an operator runs it, a process of its own, as the App of a local GitHub. */
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { z } from 'zod';
import { dockerEnvironment } from '../../src/plan/sandbox/docker.ts';
import type { LocalGitHub } from './local-github/local-github.ts';
import { LogLines } from './log-lines.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

const listening = z.looseObject({ port: z.int() });

/** How a process ended: `exitCode` undefined where a signal ended it. */
interface Ended {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stderr: string;
}

interface Options {
  /** Of node. */
  readonly nodeOptions?: readonly string[];
  /** Leads a process group of its own, which a Ctrl-C in the terminal does not reach. */
  readonly detached?: boolean;
  /** Milliseconds after SIGTERM until it is killed; never if absent. */
  readonly forceKillAfterDelay?: number;
  /** Gets each line of its log. */
  readonly onLine?: (line: string) => void;
}

export class CodexProcess {
  /** What it logged so far. */
  readonly log = new LogLines();
  readonly ended: Promise<Ended>;
  readonly #child;

  /** Starts with these environment variables and no others but PATH, HOME and those of Docker. */
  constructor(environment: Readonly<Record<string, string>>, options: Options = {}) {
    const { nodeOptions = [], detached = false, forceKillAfterDelay = false, onLine } = options;
    this.#child = execa(process.execPath, [...nodeOptions, MAIN], {
      env: { ...dockerEnvironment(), ...environment },
      extendEnv: false,
      stdin: 'ignore',
      buffer: { stdout: false, stderr: true },
      detached,
      forceKillAfterDelay,
      reject: false,
    });
    createInterface(this.#child.stdout).on('line', (text) => {
      this.log.write(text);
      onLine?.(text);
    });
    this.ended = this.#child.then(({ exitCode, signal, stderr }) => ({ exitCode, signal, stderr }));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The first line that it logs with these words, also one of the past. Rejects when it ends without. */
  logged(words: string | RegExp) {
    const without = this.ended.then(({ stderr }) => {
      throw new Error(`Codex ended without "${words}": ${stderr}`);
    });
    return Promise.race([this.log.find(words), without]);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it at once, as a power failure does. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}

/** A Codex that listens and gets this GitHub's webhooks. */
export async function startProcess(
  github: LocalGitHub,
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<CodexProcess & { readonly url: string }> {
  const own = { ...github.environment, CODEX_DATA_DIR: dataDir, PORT: '0' };
  const codex = new CodexProcess({ ...own, ...environment }, { nodeOptions });
  const { port } = listening.parse(await codex.logged('Codex is listening'));
  const url = `http://127.0.0.1:${port}`;
  github.deliveries.deliverTo(`${url}/webhooks/github`);
  return Object.assign(codex, { url });
}
