/** From the name of an image to the very image that runs: resolved once a plan, then run by id. */
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import { DockerError, docker } from './docker.ts';

export interface SandboxImage {
  /** `sha256:…`, the local image; containers run this. */
  readonly id: string;
  /** `name@sha256:…` where the image came from a registry. */
  readonly digest: string | null;
}

/** Minutes, for a first pull over a slow line. */
const PULL_TIMEOUT_MS = 30 * 60_000;

const inspected = z.object({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z.object({
    Labels: z.record(z.string(), z.string()).nullish(),
    Volumes: z.record(z.string(), z.unknown()).nullish(),
  }),
});

/**
 * Finds the image on the daemon's host; pulls it only where it is absent. Throws `UserError` for an image that
 * cannot be had or was not derived from the sandbox image.
 */
export async function resolveImage(reference: string, signal: AbortSignal): Promise<SandboxImage> {
  checkReference(reference);
  const found = (await inspect(reference, signal)) ?? (await pull(reference, signal));
  if (found.Config.Labels?.['codex.sandbox'] === undefined) {
    throw new UserError(
      `The image ${reference} has no Codex runner in it.`,
      "Derive it from the sandbox image: `FROM` the operator's CODEX_WORKER_SANDBOX_IMAGE, then your own layers.",
    );
  }
  if (Object.keys(found.Config.Volumes ?? {}).length > 0) {
    throw new UserError(
      `The image ${reference} declares a VOLUME: a directory that tests could fill without a limit.`,
      'Build it without VOLUME.',
    );
  }
  return { id: found.Id, digest: found.RepoDigests?.[0] ?? null };
}

/** An image's name may come from a repository's configuration; docker must not take it for an option. */
function checkReference(reference: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,400}$/.test(reference)) return;
  throw new UserError(
    `"${reference}" is not the name of an image.`,
    'Write it as registry/name:tag or name@sha256:….',
  );
}

async function inspect(reference: string, signal: AbortSignal) {
  try {
    const json = await docker(['image', 'inspect', '--format', '{{json .}}', reference], { signal });
    return inspected.parse(JSON.parse(json));
  } catch (error) {
    if (error instanceof DockerError && error.failure === 'no_image') return null;
    throw error;
  }
}

async function pull(reference: string, signal: AbortSignal) {
  try {
    await docker(['pull', '--quiet', reference], { signal, timeout: PULL_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof DockerError) || error.failure === 'disk_full') throw error;
    await docker(['version'], { signal });
    throw new UserError(
      `The sandbox image ${reference} is not on this host and cannot be pulled. ${error.message}`,
      'Run `npm run setup` to build it, pull it by hand, or name another in CODEX_WORKER_SANDBOX_IMAGE.',
      { cause: error },
    );
  }
  const found = await inspect(reference, signal);
  if (!found) throw new DockerError('no_image', `The image ${reference} was pulled and is not there.`);
  return found;
}
