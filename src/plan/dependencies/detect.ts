/**
 * What must be installed for a project's tests, from its files alone: pure, nothing is run. The first source of
 * the list that says something is taken; the report names it.
 */
import { createHash } from 'node:crypto';
import { testRequirementFiles } from './files.ts';
import { pdmRequirements, pipfileRequirements } from './flat-locks.ts';
import { poetryRequirements } from './poetry-lock.ts';
import { extras, groups, type Project, projectName, readProject, runtime, testNames } from './project.ts';
import { parseRequirement } from './requirement.ts';
import { merge, NOTHING, readRequirements, type Wanted } from './requirements-file.ts';
import { runtimeRequirements } from './runtime-requirements.ts';
import { makefileRequirements, noxRequirements, toxRequirements } from './tasks.ts';
import { uvRequirements } from './uv-lock.ts';

/** `plan.dependencies` of the configuration: a requirements file, a dependency group or an extra. */
export type DependencyChoice = string | { readonly group: string } | { readonly extra: string };

export interface DependencyPlan {
  /** Where it was found, in words: "uv.lock", "[dependency-groups] test". */
  readonly source: string;
  /** PEP 508 lines, allowlisted, without the project itself. */
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  /** PEP 508 lines: what the project itself runs on, as it declares it, without a lock's pins. */
  readonly runtime: readonly string[];
  /** What could not be followed, as sentences. */
  readonly notes: readonly string[];
  /** Equal for equal requirements and constraints: what the cache is keyed by. */
  readonly hash: string;
}

interface Found {
  readonly source: string;
  readonly wanted: Wanted;
}

/** `files`: contents by path, at least those of `dependencyFiles`. Never throws, whatever is in them. */
export function detectDependencies(
  files: ReadonlyMap<string, string>,
  choices: readonly DependencyChoice[] | null = null,
): DependencyPlan {
  const { project, notes } = readProject(files);
  const found = choices ? chosen(project, choices) : detect(project);
  const { requirements, constraints, notes: refused } = judge(project, found.wanted);
  const lines = hasPytest(requirements) ? requirements : [...requirements, 'pytest'];
  const hash = createHash('sha256')
    .update(JSON.stringify([lines, constraints]))
    .digest('hex');
  const told = [...new Set([...notes, ...found.wanted.notes, ...refused])];
  const runtime = runtimeRequirements(project, lines);
  return { source: found.source, requirements: lines, constraints, runtime, notes: told, hash };
}

function detect(project: Project): Found {
  const sources = [fromLock, fromGroups, fromExtras, fromRequirementFiles, fromTasks, fromRuntime];
  for (const source of sources) {
    const found = source(project);
    if (found) return found;
  }
  return { source: 'no dependencies declared', wanted: NOTHING };
}

function fromLock(project: Project): Found | null {
  const { files } = project;
  const readers: [string, (lock: string) => Wanted | null][] = [
    ['uv.lock', uvRequirements],
    ['poetry.lock', (lock) => poetryRequirements(lock, project)],
    ['pdm.lock', pdmRequirements],
    ['Pipfile.lock', pipfileRequirements],
  ];
  for (const [source, read] of readers) {
    const lock = files.get(source);
    const wanted = lock === undefined ? null : read(lock);
    if (wanted) return { source, wanted };
  }
  return null;
}

function fromGroups(project: Project): Found | null {
  return fromNamed(project, groups(project), 'dependency group');
}

function fromExtras(project: Project): Found | null {
  return fromNamed(project, extras(project), 'extra');
}

function fromNamed(project: Project, all: ReadonlyMap<string, Wanted>, kind: string): Found | null {
  const names = testNames(all.keys());
  if (names.length === 0) return null;
  const parts = names.map((name) => all.get(name) ?? NOTHING);
  return { source: `${kind} ${names.join(', ')}`, wanted: merge([runtime(project), ...parts]) };
}

function fromRequirementFiles(project: Project): Found | null {
  const names = testRequirementFiles(project.files.keys());
  if (names.length === 0) return null;
  const all = project.files.has('requirements.txt') ? ['requirements.txt', ...names] : names;
  const parts = all.map((name) => readRequirements(project.files, name));
  return { source: all.join(', '), wanted: merge([runtime(project), ...parts]) };
}

function fromTasks(project: Project): Found | null {
  const readers = [
    ['tox.ini', toxRequirements],
    ['noxfile.py', noxRequirements],
    ['Makefile', makefileRequirements],
  ] as const;
  for (const [source, read] of readers) {
    const wanted = read(project);
    if (wanted) return { source, wanted: merge([fromRuntime(project)?.wanted ?? NOTHING, wanted]) };
  }
  return null;
}

/** Nothing is said about tests: what the project itself needs. */
function fromRuntime(project: Project): Found | null {
  const file = project.files.has('requirements.txt')
    ? readRequirements(project.files, 'requirements.txt')
    : NOTHING;
  const wanted = merge([runtime(project), file]);
  return wanted.requirements.length > 0 ? { source: "the project's own dependencies", wanted } : null;
}

function chosen(project: Project, choices: readonly DependencyChoice[]): Found {
  const parts = choices.map((choice): Found => {
    if (typeof choice === 'string')
      return { source: choice, wanted: readRequirements(project.files, choice) };
    const [kind, name, all] =
      'group' in choice
        ? (['group', choice.group, groups(project)] as const)
        : (['extra', choice.extra, extras(project)] as const);
    const missing = {
      ...NOTHING,
      notes: [`The project has no ${kind} "${name}", which plan.dependencies names.`],
    };
    return { source: `${kind} ${name}`, wanted: all.get(name) ?? missing };
  });
  const source = `${parts.map((part) => part.source).join(', ')} (configured)`;
  return { source, wanted: merge([runtime(project), ...parts.map((part) => part.wanted)]) };
}

/** Lines that pip may see; the project's own name stands for its extras. */
function judge(project: Project, wanted: Wanted): Wanted {
  const notes: string[] = [];
  const requirements = lines(wanted.requirements, project, notes, new Set());
  const constraints = lines(wanted.constraints, project, notes, new Set());
  return { requirements: [...new Set(requirements)], constraints: [...new Set(constraints)], notes };
}

function lines(texts: readonly string[], project: Project, notes: string[], expanded: Set<string>): string[] {
  return texts.flatMap((text) => {
    const parsed = parseRequirement(text);
    if (parsed.kind === 'refused') {
      notes.push(`Not installed: ${parsed.reason}.`);
      return [];
    }
    const own = parsed.kind === 'project' || parsed.requirement.name === projectName(project);
    if (!own) return [parsed.requirement.line];
    const names = parsed.kind === 'project' ? parsed.extras : parsed.requirement.extras;
    return names.flatMap((name) => ownExtra(project, name, notes, expanded));
  });
}

function ownExtra(project: Project, name: string, notes: string[], expanded: Set<string>): string[] {
  if (expanded.has(name)) return [];
  expanded.add(name);
  return lines(extras(project).get(name)?.requirements ?? [], project, notes, expanded);
}

function hasPytest(requirements: readonly string[]): boolean {
  return requirements.some((line) => /^pytest(?![a-z0-9-])/.test(line));
}
