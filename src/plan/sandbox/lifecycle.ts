/**
 * The life of one container: create, attach, feed, read, end by itself or by force, inspect, remove. Killing
 * docker's client leaves a container running, so whatever happens here ends with a kill and a removal by name.
 */
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { z } from 'zod';
import { attachDocker, classifyFailure, DockerError, docker } from './docker.ts';
import { Ending } from './ending.ts';

export interface ContainerRun {
  /** Arguments of `docker create`, from container.ts. */
  readonly create: readonly string[];
  readonly name: string;
  /** One line ahead of the input; null: none. */
  readonly header: string | null;
  readonly input: Readable | null;
  /** Reads standard output; the container waits for it. */
  readonly stdout: (output: Readable) => Promise<void>;
  readonly stderr: (chunk: Buffer) => void;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ContainerEnd {
  /** Exit status of the container; null where it was killed. */
  readonly status: number | null;
  readonly oomKilled: boolean;
  readonly timedOut: boolean;
  /** From the start of the container to its end. */
  readonly seconds: number;
}

/**
 * Runs a container to its end and removes it. Throws `DockerError` where Docker failed, `signal.reason` where
 * the caller gave up, and what `input` or `stdout` failed with; the container is gone in each case.
 */
export async function runContainer(run: ContainerRun): Promise<ContainerEnd> {
  try {
    await create(run);
    run.signal.throwIfAborted();
    return await attach(run);
  } catch (error) {
    run.signal.throwIfAborted();
    throw error;
  } finally {
    await remove(run.name);
  }
}

/** A container of that name is left over from a try that was killed: nobody reads it any more. */
async function create(run: ContainerRun): Promise<void> {
  run.signal.throwIfAborted();
  try {
    await docker(run.create);
  } catch (error) {
    if (!(error instanceof DockerError) || error.failure !== 'name_taken') throw error;
    await remove(run.name);
    await docker(run.create);
  }
}

async function attach(run: ContainerRun): Promise<ContainerEnd> {
  const started = performance.now();
  const client = attachDocker(['start', '--attach', '--interactive', run.name]);
  const dockersWords: Buffer[] = [];
  client.stderr.on('data', (chunk: Buffer) => {
    if (dockersWords.length < 8) dockersWords.push(chunk);
    run.stderr(chunk);
  });
  const ending = new Ending(run.name, run.timeoutMs, run.signal, () => client.kill('SIGKILL'));
  const streams = Promise.all([feed(run, client.stdin), run.stdout(client.stdout)]);
  streams.catch(() => ending.kill());
  try {
    const [result] = await Promise.all([client, streams]);
    run.signal.throwIfAborted();
    const seconds = (performance.now() - started) / 1000;
    return {
      ...(await inspect(run.name, result.exitCode, Buffer.concat(dockersWords))),
      seconds,
      ...ending.outcome(),
    };
  } finally {
    ending.settle();
  }
}

/** The header and the pack. A container that ends before it has read them is no failure of the input. */
async function feed(run: ContainerRun, stdin: Writable): Promise<void> {
  stdin.once('close', () => run.input?.destroy());
  try {
    await pipeline(headerThenInput(run), stdin);
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
  }
}

async function* headerThenInput(run: ContainerRun): AsyncGenerator<string | Buffer> {
  if (run.header !== null) yield `${run.header}\n`;
  if (run.input) yield* run.input;
}

function isClosedPipe(error: unknown): boolean {
  const codes: unknown[] = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];
  return isNativeError(error) && 'code' in error && codes.includes(error.code);
}

const inspected = z.object({
  State: z.object({ Running: z.boolean(), OOMKilled: z.boolean(), ExitCode: z.int(), StartedAt: z.string() }),
});

/**
 * How the container ended, by the daemon's own record. docker's client says the same exit status, unless it
 * lost the daemon on the way.
 */
async function inspect(name: string, clientStatus: number | undefined, words: Buffer) {
  const { State: state } = inspected.parse(
    JSON.parse(await docker(['inspect', '--format', '{{json .}}', name])),
  );
  if (state.StartedAt.startsWith('0001')) {
    const said = words.toString('utf8', 0, 2_000).trim();
    throw new DockerError(classifyFailure(said), `The container did not start: ${said}.`);
  }
  if (state.Running || clientStatus !== state.ExitCode) {
    throw new DockerError('unreachable', 'The Docker daemon went away while the container ran.');
  }
  return { status: state.ExitCode, oomKilled: state.OOMKilled };
}

/** Ends and removes a container; one that is not there is no mistake. */
export async function remove(name: string): Promise<void> {
  try {
    await docker(['rm', '--force', '--volumes', name]);
  } catch (error) {
    if (!(error instanceof DockerError) || error.failure !== 'gone') throw error;
  }
}
