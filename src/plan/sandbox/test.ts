/** The test phase: one container without a network, fed with the work tree, read event by event. */
import type { Readable } from 'node:stream';
import { type SandboxEvent, sandboxEvent } from '../events.ts';
import type { PackHeader } from '../source/pack.ts';
import { EventChannel, newNonce } from './channel.ts';
import { containerName, testArguments } from './container.ts';
import type { SandboxImage } from './image.ts';
import { type ContainerEnd, runContainer } from './lifecycle.ts';
import type { SandboxLimits } from './limits.ts';
import type { LogWriter } from './log.ts';
import { readOutput } from './read-output.ts';

/** What the runner in the container is told; see sandbox/runner.py. */
export interface TestHeader extends PackHeader {
  readonly pytest: readonly string[];
  readonly command: readonly string[] | null;
  readonly only: readonly string[] | null;
  readonly collect_only: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

export interface TestRequest {
  readonly run: string;
  /** Names this container among those of the run: 'test', 'rerun-head', 'rerun-base'. */
  readonly phase: string;
  readonly instance: string;
  readonly image: SandboxImage;
  /** Docker volume of installed dependencies. */
  readonly environment: string | null;
  readonly header: TestHeader;
  readonly pack: Readable | null;
  readonly limits: SandboxLimits;
  readonly signal: AbortSignal;
  readonly onEvent: (event: SandboxEvent) => void;
  readonly log: Pick<LogWriter, 'write'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface TestEnd extends ContainerEnd {
  /** Lines on the event channel that were not the runner's. */
  readonly forged: number;
}

/**
 * Runs the tests. Self-reported events reach `onEvent` as they come, and stay what they are after a kill.
 * Throws `signal.reason` after an abort, `DockerError` for an outage; the container is gone in each case.
 */
export async function runTests(request: TestRequest): Promise<TestEnd> {
  const { run, phase, limits, image } = request;
  const nonce = newNonce();
  const channel = new EventChannel(nonce, sandboxEvent, request.onEvent);
  const timeoutMs = limits.timeoutSeconds * 1000;
  const ended = await runContainer({
    create: testArguments({
      ...request,
      imageId: image.id,
      volume: request.environment,
      deadline: request.now + timeoutMs,
    }),
    name: containerName(run, phase),
    header: JSON.stringify({ nonce, ...request.header }),
    input: request.pack,
    stdout: (output) => readOutput(output, (chunk) => request.log.write(chunk)),
    stderr: (chunk) => channel.push(chunk),
    timeoutMs,
    signal: request.signal,
  });
  return { ...ended, forged: channel.forged };
}
