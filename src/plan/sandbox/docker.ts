/**
 * The only caller of the docker command line. Its environment carries PATH and what tells where the daemon is,
 * and nothing else of this process: no credential can reach a container through it.
 */
import { ExecaError, execa } from 'execa';

export type DockerFailure =
  | 'unreachable'
  | 'no_registry'
  | 'no_image'
  | 'disk_full'
  | 'name_taken'
  | 'volume_in_use'
  | 'gone'
  | 'other';

/** A failed docker command. An outage, not a person's mistake: the job is retried. */
export class DockerError extends Error {
  readonly failure: DockerFailure;

  constructor(failure: DockerFailure, what: string, options?: ErrorOptions) {
    super(`${what} ${NEXT[failure]}`, options);
    this.name = 'DockerError';
    this.failure = failure;
  }
}

/** What the operator can do about it, as one sentence. */
const NEXT: Record<DockerFailure, string> = {
  unreachable: 'Start the Docker daemon, or set DOCKER_HOST to one that this user may reach.',
  no_registry:
    'See whether the host of the Docker daemon reaches the registry, or bring the image there by hand.',
  no_image: 'Run `npm run setup`, or pull the image on the host of the Docker daemon.',
  disk_full: 'Free disk space on the host of the Docker daemon: `docker system df` says what takes it.',
  name_taken: 'Nothing to do: the container left over by an earlier try is removed and the job tried again.',
  volume_in_use: 'Nothing to do: the volume is removed once no container uses it.',
  gone: 'Nothing to do if it was removed on purpose; the job is tried again.',
  other: 'See the log of the Docker daemon.',
};

const SIGNS: readonly (readonly [DockerFailure, RegExp])[] = [
  ['no_registry', /error response from daemon: .*(?:dial tcp|no such host|i\/o timeout|connection refused)/i],
  [
    'unreachable',
    /cannot connect to the docker daemon|error during connect|failed to connect to the docker api/i,
  ],
  [
    'unreachable',
    /permission denied while trying to connect|connection refused|is the docker daemon running/i,
  ],
  ['unreachable', /unexpected EOF|dial (?:unix|tcp)|no such host|i\/o timeout|context deadline exceeded/i],
  ['disk_full', /no space left on device|disk quota exceeded/i],
  ['volume_in_use', /volume is in use/i],
  ['name_taken', /is already in use by container/i],
  [
    'no_image',
    /no such image|unable to find image|manifest unknown|pull access denied|repository does not exist/i,
  ],
  [
    'gone',
    /no such (?:container|volume|network|object)|is not running|removal of container .* is already in progress/i,
  ],
];

/** What kind of failure docker's own words (never a container's) speak of. */
export function classifyFailure(stderr: string): DockerFailure {
  return SIGNS.find(([, sign]) => sign.test(stderr))?.[0] ?? 'other';
}

export function dockerEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name]) => name === 'PATH' || name === 'HOME' || name.startsWith('DOCKER_'),
  );
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

interface DockerOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; every command but a pull answers within seconds. */
  readonly timeout?: number;
}

/** Runs one docker command to its end and gives its standard output. Throws `DockerError`. */
export async function docker(args: readonly string[], options: DockerOptions = {}): Promise<string> {
  try {
    const { stdout } = await execa('docker', args, {
      env: dockerEnvironment(),
      extendEnv: false,
      stdin: 'ignore',
      timeout: options.timeout ?? 60_000,
      maxBuffer: 16 * 1024 * 1024,
      ...(options.signal ? { cancelSignal: options.signal } : {}),
    });
    return stdout;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw dockerError(args, error);
  }
}

/** A docker command whose streams the caller reads and writes; it is not stopped when this process is. */
export function attachDocker(args: readonly string[]) {
  return execa('docker', args, {
    env: dockerEnvironment(),
    extendEnv: false,
    buffer: false,
    reject: false,
    // Its own process group: Ctrl-C in a terminal is for us to turn into a clean end, not for docker.
    detached: true,
  });
}

function dockerError(args: readonly string[], error: unknown): unknown {
  if (!(error instanceof ExecaError)) return error;
  const command = `docker ${args.slice(0, 2).join(' ')}`;
  if (error.code === 'ENOENT') return new DockerError('unreachable', 'There is no docker command on PATH.');
  if (error.timedOut)
    return new DockerError('unreachable', `\`${command}\` did not answer in time.`, { cause: error });
  const words = String(error.stderr ?? '')
    .trim()
    .slice(0, 2_000)
    .replace(/[.?!]+$/, '');
  return new DockerError(classifyFailure(words), `\`${command}\` failed: ${words || error.shortMessage}.`, {
    cause: error,
  });
}
