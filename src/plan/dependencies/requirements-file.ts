/** requirements.txt: logical lines, comments, and includes followed inside the repository only. */
import { posix } from 'node:path';

/** What the parts of a project ask for, as written; requirement.ts judges each line. */
export interface Wanted {
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  /** Words for the report about what could not be followed. */
  readonly notes: readonly string[];
}

export const NOTHING: Wanted = { requirements: [], constraints: [], notes: [] };

export function merge(parts: readonly Wanted[]): Wanted {
  return {
    requirements: parts.flatMap((part) => part.requirements),
    constraints: parts.flatMap((part) => part.constraints),
    notes: parts.flatMap((part) => part.notes),
  };
}

const MAX_FILES = 50;

/** Everything `path` asks for, with the files it includes. Paths are relative to the repository's root. */
export function readRequirements(files: ReadonlyMap<string, string>, path: string): Wanted {
  return read(files, posix.normalize(path), new Set(), false);
}

function read(
  files: ReadonlyMap<string, string>,
  path: string,
  seen: Set<string>,
  constrains: boolean,
): Wanted {
  if (seen.has(path) || seen.size >= MAX_FILES) return NOTHING;
  seen.add(path);
  const text = files.get(path);
  if (text === undefined)
    return { ...NOTHING, notes: [`The requirements file ${path} is not in the repository.`] };
  return merge(logicalLines(text).map((line) => readLine(files, line, path, seen, constrains)));
}

/** One line of the file `path` (default: any at the root): a requirement, an include, or an option. */
export function readLine(
  files: ReadonlyMap<string, string>,
  line: string,
  path = '.',
  seen = new Set<string>(),
  constrains = false,
): Wanted {
  const include = /^(-r|--requirement|-c|--constraint)(?:\s+|=)?(\S.*)$/.exec(line);
  if (include?.[1] && include[2]) {
    const target = posix.join(posix.dirname(path), include[2].trim());
    return read(files, target, seen, constrains || include[1].includes('c'));
  }
  if (/^--(?:hash|pre|prefer-binary|require-hashes|no-binary|only-binary|use-feature)\b/.test(line))
    return NOTHING;
  if (/^(?:-i|-f|--index-url|--extra-index-url|--find-links|--no-index|--trusted-host)\b/.test(line)) {
    return {
      ...NOTHING,
      notes: ['Index options of requirements files are not followed: the operator chooses the index.'],
    };
  }
  // Options of one requirement (`--hash=…`) stand behind it.
  const requirement = line.replace(/\s--\w.*$/, '');
  return constrains
    ? { ...NOTHING, constraints: [requirement] }
    : { ...NOTHING, requirements: [requirement] };
}

/** Lines with continuations joined and comments gone. */
function logicalLines(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter(Boolean);
}
