/** The line a person pastes to run the same tests again, in a clone of the repository. */
import { RUNNER } from './container.ts';
import type { SandboxLimits } from './limits.ts';

export interface Reproduction {
  /** The tree that was tested, as git names it. */
  readonly tree: string;
  /** `name@sha256:…`, or the local image's id. */
  readonly image: string;
  readonly volume: string | null;
  readonly limits: SandboxLimits;
  readonly environment: Readonly<Record<string, string>>;
  /** pytest's arguments. */
  readonly pytest: readonly string[];
}

/** `git archive TREE | docker run … IMAGE … --tar -- ARGUMENTS`, quoted for a POSIX shell. */
export function reproduction(of: Reproduction): string {
  const memory = `${of.limits.memoryMb}m`;
  const run = [
    ...['docker', 'run', '--rm', '-i', '--init', '--network', 'none', '--read-only', '--user', '1000:1000'],
    ...[
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
      '--memory',
      memory,
      '--memory-swap',
      memory,
    ],
    ...['--cpus', String(of.limits.cpus), '--pids-limit', String(of.limits.pids)],
    ...[
      '--tmpfs',
      `/work:rw,exec,size=${of.limits.diskMb}m,uid=1000,gid=1000`,
      '--tmpfs',
      '/tmp:rw,exec,mode=1777',
    ],
    ...Object.entries(of.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(of.volume === null ? [] : ['--volume', `${of.volume}:/env:ro`]),
    ...[of.image, 'python3', '-I', RUNNER, '--tar', '--', ...of.pytest],
  ];
  return `git archive ${quote(of.tree)} | ${run.map(quote).join(' ')}`;
}

/** Words of harmless characters stay as they are; everything else goes between single quotes. */
function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
