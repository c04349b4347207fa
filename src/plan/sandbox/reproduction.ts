/** The lines a person pastes into a shell, in a clone of the repository, to run the same tests again. */
import { RUNNER, testRestrictions } from './container.ts';
import type { SandboxLimits } from './limits.ts';

export interface Reproduction {
  readonly baseSha: string;
  readonly headSha: string;
  /** Whether a clone may have to fetch these commits first. */
  readonly fetch: boolean;
  /** `name@sha256:…`, or the local image's id. */
  readonly image: string;
  readonly volume: string | null;
  readonly limits: SandboxLimits;
  readonly environment: Readonly<Record<string, string>>;
  /** What the repository runs in place of pytest. */
  readonly command: readonly string[] | null;
  /** pytest's arguments. */
  readonly pytest: readonly string[];
}

/** Columns of a line, where it can be broken. */
const WIDTH = 100;

/**
 * `git fetch … && git archive "$(git merge-tree …)" | docker run … IMAGE … --tar -- ARGUMENTS`, quoted for a POSIX
 * shell. The merge is that of the plan (git 2.38 or newer), the container is restricted as the plan's was.
 */
export function reproduction(of: Reproduction): string {
  const [base, head] = [quote(of.baseSha), quote(of.headSha)];
  const run = [
    ...['docker', 'run', '--rm', ...testRestrictions(of)],
    ...Object.entries(of.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...[of.image, '-I', RUNNER, '--tar'],
    ...(of.command === null ? [] : ['--command', JSON.stringify(of.command)]),
    ...(of.pytest.length === 0 ? [] : ['--', ...of.pytest]),
  ];
  return [
    ...(of.fetch ? [`git fetch origin ${base} ${head} &&\n`] : []),
    `git archive "$(git merge-tree --write-tree ${base} ${head})" |\n  `,
    wrapped(run.map(quote)),
  ].join('');
}

/** Words of harmless characters stay as they are; everything else goes between single quotes. */
function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words in lines that a shell reads as one; an option and its value share a line. */
function wrapped(words: readonly string[]): string {
  const isValue = (index: number): boolean =>
    (words[index - 1]?.startsWith('-') ?? false) && !(words[index]?.startsWith('-') ?? true);
  let column = 0;
  const pieces = words.map((word, index) => {
    const width = word.length + (isValue(index + 1) ? 1 + (words[index + 1]?.length ?? 0) : 0);
    const fits = index === 0 || isValue(index) || column + width < WIDTH;
    column = fits ? column + word.length + 1 : word.length;
    return fits ? ` ${word}` : ` \\\n    ${word}`;
  });
  return pieces.join('').trimStart();
}
