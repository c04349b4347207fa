/** Docker volumes with installed dependencies: filled once from a tar, mounted read-only ever after. */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { containerName, fillArguments } from './container.ts';
import { DockerError, docker } from './docker.ts';
import { type ContainerRun, runContainer } from './lifecycle.ts';
import type { SandboxLimits } from './limits.ts';

interface VolumeOwner {
  readonly run: string;
  readonly instance: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A fresh, empty, labelled volume. */
export async function createVolume(owner: VolumeOwner): Promise<string> {
  const labels = [`codex.instance=${owner.instance}`, `codex.created=${owner.now}`];
  const name = `codex-env-${randomUUID()}`;
  await docker(['volume', 'create', ...labels.flatMap((label) => ['--label', label]), name]);
  return name;
}

export interface FillSpec extends VolumeOwner {
  readonly imageId: string;
  readonly limits: SandboxLimits;
  readonly signal: AbortSignal;
}

/** Unpacks `tar` into the volume. Throws `DockerError`, also where the tar is cut. */
export async function fillVolume(volume: string, tar: Readable, spec: FillSpec): Promise<void> {
  const timeoutMs = spec.limits.installTimeoutSeconds * 1000;
  const words: Buffer[] = [];
  const fill: ContainerRun = {
    create: fillArguments({ ...spec, phase: 'fill', volume, deadline: spec.now + 2 * timeoutMs }),
    name: containerName(spec.run, 'fill'),
    header: null,
    input: tar,
    stdout: async (output) => void output.resume(),
    stderr: (chunk) => void (words.length < 8 && words.push(chunk)),
    timeoutMs,
    signal: spec.signal,
  };
  const end = await runContainer(fill);
  if (end.status === 0) return;
  const said = Buffer.concat(words).toString('utf8').slice(0, 1_000).trim();
  const full = /no space left|quota/i.test(said);
  throw new DockerError(
    full ? 'disk_full' : 'other',
    `The installed dependencies could not be stored: ${said}.`,
  );
}

export async function volumeExists(name: string): Promise<boolean> {
  try {
    await docker(['volume', 'inspect', name]);
    return true;
  } catch (error) {
    if (error instanceof DockerError && error.failure === 'gone') return false;
    throw error;
  }
}

/** Gives false where a container still uses it; it goes another time. */
export async function removeVolume(name: string): Promise<boolean> {
  try {
    await docker(['volume', 'rm', name]);
    return true;
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    if (error.failure === 'gone') return true;
    if (error.failure === 'volume_in_use') return false;
    throw error;
  }
}

/** Volumes of this instance, with the time they were made at. */
export async function listVolumes(instance: string): Promise<{ name: string; createdAt: number }[]> {
  const format = '{{.Name}}\t{{.Label "codex.created"}}';
  const lines = await docker([
    'volume',
    'ls',
    '--filter',
    `label=codex.instance=${instance}`,
    '--format',
    format,
  ]);
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', createdAt = '0'] = line.split('\t');
      return { name, createdAt: Number(createdAt) };
    });
}
