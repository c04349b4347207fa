/**
 * What a container is made with: pure, so that every restriction can be read and tested in one place. All
 * writable directories are sized tmpfs: the only disk quota that works on every file system. They count as the
 * container's memory, so a full disk and a full heap meet the same limit.
 */
import type { SandboxLimits } from './limits.ts';

export const RUNNER = '/opt/codex/runner.py';
const INSTALLER = '/opt/codex/install.py';
export const INSTALL_NETWORK = 'codex-install';

interface ContainerSpec {
  readonly run: string;
  /** Unique in one run: 'test', 'rerun-base', … */
  readonly phase: string;
  /** The installation of Codex that started it; several may share a daemon. */
  readonly instance: string;
  /** Milliseconds since the epoch; past it (and a margin) nobody waits for the container any more. */
  readonly deadline: number;
  readonly imageId: string;
  readonly limits: SandboxLimits;
}

interface TestSpec extends ContainerSpec {
  /** Docker volume of installed dependencies. */
  readonly volume: string | null;
}

/** `docker create` for a container that runs tests. */
export function testArguments(spec: TestSpec): string[] {
  return [...creation(spec), ...noProxies(), ...testRestrictions(spec), spec.imageId, '-I', RUNNER];
}

/** What a container of tests may do and has, wherever it runs: no network, environment mounted read-only. */
export function testRestrictions({ limits, volume }: Pick<TestSpec, 'limits' | 'volume'>): string[] {
  return [
    ...['--network', 'none', ...hardening(limits), ...writable('/work', limits.diskMb)],
    ...(volume === null ? [] : ['--volume', `${volume}:/env:ro`]),
  ];
}

/** `docker create` for a container that installs into /env, a tmpfs; it alone has a network. */
export function installArguments(spec: ContainerSpec): string[] {
  return [
    ...[...creation(spec), '--network', INSTALL_NETWORK, ...hardening(spec.limits)],
    ...[...writable('/work', spec.limits.diskMb), ...writable('/env', spec.limits.diskMb)],
    ...[spec.imageId, '-I', INSTALLER],
  ];
}

/**
 * `docker create` for the container that unpacks a tar from stdin into a fresh volume. Root without any
 * capability: it may write the volume's directory, and tests may not change what is in it.
 */
export function fillArguments(spec: ContainerSpec & { readonly volume: string }): string[] {
  return [
    ...[...creation(spec), ...noProxies(), '--network', 'none', ...hardening(spec.limits)],
    ...['--user', '0:0', '--entrypoint', 'tar', '--volume', `${spec.volume}:/env`, spec.imageId],
    ...['--extract', '--no-same-owner', '--no-same-permissions', '--directory', '/env', '--file', '-'],
  ];
}

export function containerName(run: string, phase: string): string {
  return `codex-${run}-${phase}`;
}

function creation({ run, phase, deadline, instance }: ContainerSpec): string[] {
  const labels = Object.entries({ run, phase, deadline, instance });
  return [
    ...['create', '--name', containerName(run, phase), '--pull', 'never', '--log-driver', 'none'],
    ...labels.flatMap(([name, value]) => ['--label', `codex.${name}=${value}`]),
  ];
}

function hardening(limits: SandboxLimits): string[] {
  const memory = `${limits.memoryMb}m`;
  return [
    ...['--interactive', '--init', '--read-only', '--user', '1000:1000', '--hostname', 'codex'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--ipc', 'private'],
    ...['--memory', memory, '--memory-swap', memory, ...cpuQuota(limits.cpus)],
    ...['--pids-limit', String(limits.pids), '--shm-size', `${Math.min(256, limits.diskMb)}m`],
    ...['--ulimit', 'core=0', '--ulimit', 'nofile=16384:16384'],
    ...['--ulimit', `fsize=${limits.diskMb * 1024 * 1024}`],
    ...[...tmpfs('/tmp', limits.diskMb, 'mode=1777'), '--env', 'HOME=/tmp/home'],
    ...['--workdir', '/work', '--no-healthcheck', '--entrypoint', 'python3'],
  ];
}

/** A quota in place of `--cpus`, which docker refuses where the host has fewer. */
function cpuQuota(cpus: number): string[] {
  return ['--cpu-period', '100000', '--cpu-quota', String(Math.round(cpus * 100_000))];
}

function writable(path: string, sizeMb: number): string[] {
  return tmpfs(path, sizeMb, 'uid=1000,gid=1000,mode=755');
}

function tmpfs(path: string, sizeMb: number, owner: string): string[] {
  return ['--tmpfs', `${path}:rw,exec,nosuid,nodev,size=${sizeMb}m,nr_inodes=1000000,${owner}`];
}

/** docker's client adds the proxies of its configuration, passwords included; named without a value, it does not. */
function noProxies(): string[] {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];
  return [...names, ...names.map((name) => name.toLowerCase())].flatMap((name) => ['--env', name]);
}
