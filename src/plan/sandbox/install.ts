/**
 * The install phase: one container with a network writes an environment into a sized tmpfs and sends it out as
 * a tar, which a second one without a network unpacks into a volume. So the disk limit holds, and a volume is
 * either whole or removed.
 */
import type { DependencyPlan } from '../dependencies/detect.ts';
import type { Packed } from '../source/pack.ts';
import { EventChannel, newNonce } from './channel.ts';
import { containerName, installArguments } from './container.ts';
import type { SandboxImage } from './image.ts';
import { type InstallEvent, type InstallOutcome, installEvent } from './install-events.ts';
import { type InstallVerdict, judgeInstall } from './install-verdict.ts';
import { runContainer } from './lifecycle.ts';
import type { SandboxLimits } from './limits.ts';
import type { LogWriter } from './log.ts';
import { ensureInstallNetwork } from './network.ts';
import { TarStore } from './tar-store.ts';
import { createVolume, removeVolume } from './volume.ts';

/** The configured install commands, and the work tree they run in. */
interface InstallCommands extends Pick<Packed, 'header' | 'stream'> {
  readonly commands: readonly (readonly string[])[];
}

export interface InstallRequest {
  readonly run: string;
  readonly instance: string;
  readonly image: SandboxImage;
  readonly plan: DependencyPlan;
  /** "3.12"; null: the image's own. */
  readonly python: string | null;
  readonly custom: InstallCommands | null;
  /** The package index, without credentials: containers see it. Null: PyPI. */
  readonly indexUrl: string | null;
  readonly limits: SandboxLimits;
  readonly log: LogWriter;
  readonly signal: AbortSignal;
  readonly now: number;
}

export interface Installed extends InstallVerdict {
  /** Null: nothing was installed, because the image has everything or the index cannot be reached. */
  readonly volume: string | null;
  /** "uv", "pip", or the first install command. */
  readonly tool: string | null;
}

/**
 * Installs into a fresh volume, which is the caller's. Throws `UserError` for what the pull request's author or
 * the configuration can mend, `DockerError` for an outage; no volume is left then.
 */
export async function install(request: InstallRequest): Promise<Installed> {
  await ensureInstallNetwork();
  const volume = await createVolume(request);
  let kept: string | null = null;
  try {
    const told = await runInstaller(request, volume);
    if (told.outcome === 'installed') kept = volume;
    return { ...told, volume: kept };
  } finally {
    if (kept === null) await removeVolume(volume);
  }
}

async function runInstaller(request: InstallRequest, volume: string): Promise<Omit<Installed, 'volume'>> {
  const said = new InstallerWords(request.log);
  const nonce = newNonce();
  const channel = new EventChannel(nonce, installEvent, said.hear);
  const timeoutMs = request.limits.installTimeoutSeconds * 1000;
  const store = new TarStore(volume, { ...request, imageId: request.image.id });
  const end = await runContainer({
    create: installArguments({
      ...request,
      phase: 'install',
      imageId: request.image.id,
      deadline: request.now + timeoutMs,
    }),
    name: containerName(request.run, 'install'),
    header: JSON.stringify({ nonce, ...installHeader(request) }),
    input: request.custom?.stream ?? null,
    stdout: (output) => store.read(output),
    stderr: (chunk) => channel.push(chunk),
    timeoutMs,
    signal: request.signal,
  });
  await said.logged;
  const told = judgeInstall(end, said.outcome, request.limits);
  if (told.outcome === 'installed') store.throwIfFailed();
  return { ...told, tool: said.tool };
}

function installHeader({ plan, python, indexUrl, custom }: InstallRequest) {
  return {
    requirements: plan.requirements,
    constraints: plan.constraints,
    runtime: plan.runtime,
    python,
    index_url: indexUrl,
    commands: custom?.commands ?? null,
    ...custom?.header,
  };
}

/** Keeps what the installer said; its output goes to the log. */
class InstallerWords {
  readonly #log: LogWriter;
  outcome: InstallOutcome | null = null;
  tool: string | null = null;
  logged: Promise<void> = Promise.resolve();

  constructor(log: LogWriter) {
    this.#log = log;
  }

  readonly hear = (event: InstallEvent): void => {
    if (event.event === 'outcome') this.outcome = event;
    if (event.event === 'step') this.tool ??= event.tool;
    if (event.event !== 'output') return;
    this.logged = this.#log.write(Buffer.from(event.text));
    this.logged.catch(() => {}); // Told at the end, by whoever awaits `logged`.
  };
}
