/**
 * Reconciles what is on the Docker daemon with what this Codex knows: a container whose run is over (or whose
 * deadline has passed: nobody reads it) is ended. Other installations of Codex on the same daemon are left alone.
 */
import { docker } from './docker.ts';
import { remove } from './lifecycle.ts';

interface LabelledContainer {
  /** What it is removed by: its name may belong to the next try of the run by then. */
  readonly id: string;
  readonly name: string;
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** Milliseconds past its deadline that a container may live: grace, kill and removal happen in them. */
const MARGIN_MS = 120_000;

const COLUMNS = '{{.ID}}\t{{.Names}}\t{{.Label "codex.run"}}\t{{.Label "codex.deadline"}}';

/** All containers of this instance, running or not. Throws `DockerError`. */
async function listContainers(instance: string): Promise<LabelledContainer[]> {
  const filter = `label=codex.instance=${instance}`;
  const lines = await docker(['ps', '--all', '--no-trunc', '--filter', filter, '--format', COLUMNS]);
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', name = '', run = '', deadline = '0'] = line.split('\t');
      return { id, name, run, deadline: Number(deadline) };
    });
}

/** Which containers nobody waits for, and why, in words. Pure. */
export function orphans(
  containers: readonly LabelledContainer[],
  isActive: (run: string) => boolean,
  now: number,
): { id: string; name: string; reason: string }[] {
  return containers.flatMap(({ id, name, run, deadline }) => {
    if (!isActive(run)) return [{ id, name, reason: `run ${run} is not active` }];
    if (now > deadline + MARGIN_MS) return [{ id, name, reason: 'its deadline has passed' }];
    return [];
  });
}

/**
 * Ends and removes orphaned containers; gives a sentence for the log for each. Throws `DockerError`. `isActive` is
 * asked once the containers are known: a run that started meanwhile keeps its own.
 */
export async function reap(
  isActive: (run: string) => boolean,
  instance: string,
  now: number,
): Promise<string[]> {
  const found = orphans(await listContainers(instance), isActive, now);
  await Promise.all(found.map(({ id }) => remove(id)));
  return found.map(({ name, reason }) => `Removed the container ${name}: ${reason}.`);
}
