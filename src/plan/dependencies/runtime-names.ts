/**
 * Which of a project's dependencies are what it runs on, and which only its tests' tools. Tests that pass with
 * another pytest, or without the linter, have passed; with another version of what the code itself imports they
 * prove little. docs/plan-verdicts.md tells the rule.
 */
import { type Project, runtime } from './project.ts';
import { parseRequirement } from './requirement.ts';
import { readRequirements } from './requirements-file.ts';

/** Test runners, their plugins, checkers, and what builds or documents: known by name where nothing else tells. */
const TOOLS =
  /^(?:pytest(?:-.*)?|pluggy|iniconfig|coverage|covdefaults|diff-cover|hypothesis|tox(?:-.*)?|nox|virtualenv|pre-commit|mypy(?:-extensions)?|pyright|ruff|black|isort|autopep8|bandit|(?:flake8|pylint|types|sphinx|mkdocs|setuptools)(?:-.*)?|pycodestyle|pyflakes|build|twine|wheel|pip(?:-tools)?|hatch(?:ling|-vcs)?|flit(?:-core)?|poetry(?:-core)?)$/;

/**
 * Names among `requirements` (PEP 508 lines) whose version decides whether a pass counts. `locked`: what a lock
 * says the project itself needs; null without one.
 */
export function runtimeNames(
  project: Project,
  requirements: readonly string[],
  locked: readonly string[] | null,
): string[] {
  const asked = names(requirements);
  const declared = new Set(locked ?? names(runtime(project).requirements));
  const listed = locked === null ? untooled(mainRequirements(project)) : [];
  const known = declared.size + listed.length > 0 || isPackage(project);
  const wanted = known ? new Set([...declared, ...listed]) : new Set(untooled(asked));
  return [...new Set(asked.filter((name) => wanted.has(name)))].sort();
}

function mainRequirements({ files }: Project): string[] {
  return files.has('requirements.txt') ? names(readRequirements(files, 'requirements.txt').requirements) : [];
}

/** Whether the project states what it is, so that an empty list of dependencies means that it has none. */
function isPackage({ pyproject, setupCfg, setupPy }: Project): boolean {
  const stated =
    pyproject.project?.name ?? pyproject.tool?.poetry?.name ?? setupCfg.list('metadata', 'name')[0];
  return stated !== undefined || (setupPy !== '' && !setupPy.includes('install_requires'));
}

function untooled(all: readonly string[]): string[] {
  return all.filter((name) => !TOOLS.test(name));
}

function names(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const parsed = parseRequirement(line);
    return parsed.kind === 'requirement' ? [parsed.requirement.name] : [];
  });
}
