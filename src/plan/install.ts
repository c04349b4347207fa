/** The phase `install`: which dependencies the merged tree asks for, and whose cache they may come from. */
import { detectDependencies } from './dependencies/detect.ts';
import type { PlanDependencies, PlanInput } from './input.ts';
import type { Environment } from './sandbox/environment.ts';
import type { SandboxImage } from './sandbox/image.ts';
import type { SandboxLimits } from './sandbox/limits.ts';
import type { LogWriter } from './sandbox/log.ts';
import { type PackRequest, packTree } from './source/pack.ts';
import type { Source } from './source/source.ts';

interface Setting {
  readonly source: Source;
  readonly image: SandboxImage;
  readonly limits: SandboxLimits;
  readonly log: LogWriter;
  readonly signal: AbortSignal;
}

/** Throws `UserError` for what cannot be installed as it is asked for, any other error for an outage. */
export async function installEnvironment(
  input: PlanInput,
  deps: PlanDependencies,
  { source, image, limits, log, signal }: Setting,
): Promise<Environment> {
  const { plan } = source.config;
  const choices = plan.dependencies ?? null;
  const dependencies = detectDependencies(source.files, choices);
  const trust = dependencies.hash === detectDependencies(source.baseFiles, choices).hash ? 'base' : 'pull';
  const pack = plan.install ? await packTree(source.mirror, mergeOf(source, input), signal) : null;
  try {
    return await deps.environments.ensure({
      run: input.id,
      repository: input.repositoryKey,
      pull: input.pull,
      plan: dependencies,
      trust,
      image,
      python: plan.python ?? null,
      custom: plan.install && pack ? { commands: plan.install, ...pack } : null,
      indexUrl: deps.indexUrl,
      limits,
      log,
      signal,
      now: deps.now(),
    });
  } finally {
    // From the cache, nothing reads it.
    pack?.stream.destroy();
  }
}

/** Configured commands see the work tree that will be tested. */
function mergeOf({ tree, baseSha, headSha }: Source, { baseRef }: PlanInput): PackRequest {
  return { tree, parents: [baseSha, headSha], branch: baseRef };
}
