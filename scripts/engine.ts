/** A Docker Engine that answers: the one that is there, or one installed from the distribution's packages. */
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { UserError } from '../src/errors.ts';

type Say = (line: string) => void;

const LOG = '/var/log/codex-dockerd.log';
const PID_FILE = '/var/run/docker.pid';
const START_SECONDS = 60;

interface Machine {
  /** What `docker version` said. */
  readonly said: string;
  /** DOCKER_HOST names the engine. */
  readonly isElsewhere: boolean;
  readonly isInstalled: boolean;
  readonly hasAptGet: boolean;
  readonly isRoot: boolean;
}

/** Resolves once `docker version` reaches an engine. Throws UserError where that needs a person. */
export async function ensureEngine(say: Say): Promise<void> {
  const { version, said } = await askEngine();
  if (version !== null) return;
  const machine: Machine = {
    said,
    isElsewhere: Boolean(process.env.DOCKER_HOST),
    isInstalled: await isInstalled('dockerd'),
    hasAptGet: await isInstalled('apt-get'),
    isRoot: process.getuid?.() === 0,
  };
  const reason = obstacle(machine);
  if (reason) throw reason;
  if (!machine.isInstalled) await installPackages(['docker.io', 'iptables'], say);
  await startEngine(say);
  say(`Docker Engine ${(await askEngine()).version} is running`);
}

/** Why an engine that does not answer cannot be brought up from here; null: it can. Pure. */
export function obstacle(machine: Machine): UserError | null {
  if (machine.isElsewhere) {
    return new UserError(
      'The Docker Engine that DOCKER_HOST names does not answer.',
      'Start it, or unset DOCKER_HOST to use a local one.',
    );
  }
  if (/permission denied/i.test(machine.said)) {
    return new UserError(
      'This user may not use the Docker Engine of this machine.',
      'Add it to the group docker (`sudo usermod -aG docker $USER`), log in again, and run this again.',
    );
  }
  if (!machine.isInstalled && !(machine.isRoot && machine.hasAptGet)) {
    return new UserError(
      'There is no Docker Engine on this machine, and it cannot be installed from here.',
      'Install one (on Debian or Ubuntu as root: `apt-get install docker.io iptables`), start it, and run this again.',
    );
  }
  if (machine.isRoot) return null;
  return new UserError(
    'The Docker Engine of this machine does not run, and it takes root to start it.',
    'Start it (`sudo systemctl start docker`, or `sudo dockerd`), and run this again.',
  );
}

/** Of the engine that answers; null: none does, and what was said instead. */
async function askEngine(): Promise<{ version: string | null; said: string }> {
  const asked = await execa('docker', ['version', '--format', '{{.Server.Version}}'], { reject: false });
  return { version: asked.exitCode === 0 ? asked.stdout.trim() : null, said: asked.stderr ?? '' };
}

async function isInstalled(program: string): Promise<boolean> {
  return (await execa(program, ['--version'], { reject: false })).exitCode === 0;
}

/** Installs Debian packages, quietly; throws with apt's words if that fails. Needs root. */
export async function installPackages(names: readonly string[], say: Say): Promise<void> {
  say(`installing ${names.join(', ')} from the distribution's packages …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await execa('apt-get', ['update', '-qq'], { env });
  await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
}

async function startEngine(say: Say): Promise<void> {
  say('starting the Docker Engine …');
  if (existsSync('/run/systemd/system')) {
    await execa('systemctl', ['start', 'docker']);
  } else {
    removeStalePidFile();
    const log = openSync(LOG, 'a');
    spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] }).unref();
  }
  for (let second = 0; second < START_SECONDS; second++) {
    if ((await askEngine()).version !== null) return;
    await delay(1000);
  }
  throw new UserError(
    `The Docker Engine did not start within ${START_SECONDS} s.`,
    `Its log is ${LOG}; it needs root and a kernel with overlayfs and iptables.`,
  );
}

/** An engine that was killed leaves its pid behind and will not start over it. */
function removeStalePidFile(): void {
  if (!existsSync(PID_FILE)) return;
  const pid = Number.parseInt(readFileSync(PID_FILE, 'utf8'), 10);
  const command = `/proc/${pid}/comm`;
  const alive = existsSync(command) && readFileSync(command, 'utf8').trim() === 'dockerd';
  if (!alive) rmSync(PID_FILE);
}
