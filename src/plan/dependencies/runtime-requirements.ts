/**
 * What a project itself runs on, apart from the tools of its tests. Tests that pass with another pytest, or
 * without the linter, have passed; with a version of its own dependencies that the project rules out they prove
 * little. docs/plan-verdicts.md tells the rule.
 */
import { type Project, runtime } from './project.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { readRequirements } from './requirements-file.ts';

/** Test runners, their plugins, checkers, and what builds or documents: known by name where nothing else tells. */
const TOOLS =
  /^(?:pytest(?:-.*)?|pluggy|iniconfig|coverage|covdefaults|diff-cover|hypothesis|tox(?:-.*)?|nox|virtualenv|pre-commit|mypy(?:-extensions)?|pyright|ruff|black|isort|autopep8|bandit|(?:flake8|pylint|types|sphinx|mkdocs|setuptools)(?:-.*)?|pycodestyle|pyflakes|build|twine|wheel|pip(?:-tools)?|hatch(?:ling|-vcs)?|flit(?:-core)?|poetry(?:-core)?)$/;

/** PEP 508 lines; `asked`: all that is to be installed for the tests, which decides where nothing is declared. */
export function runtimeRequirements(project: Project, asked: readonly string[]): string[] {
  const wanted = parsed(asked);
  const names = new Set(wanted.map(({ name }) => name));
  const declared = parsed(runtime(project).requirements);
  const listed = parsed(listedRequirements(project)).filter(isNoTool);
  const told = [...declared, ...listed].filter(({ name }) => names.has(name));
  const found = told.length > 0 || isPackage(project) ? told : wanted.filter(isNoTool);
  return [...new Set(found.map(({ line }) => line))].sort();
}

function listedRequirements({ files }: Project): readonly string[] {
  return files.has('requirements.txt') ? readRequirements(files, 'requirements.txt').requirements : [];
}

/** Whether the project states what it is, so that an empty list of dependencies means that it has none. */
function isPackage({ pyproject, setupCfg, setupPy }: Project): boolean {
  const stated =
    pyproject.project?.name ?? pyproject.tool?.poetry?.name ?? setupCfg.list('metadata', 'name')[0];
  return stated !== undefined || (setupPy !== '' && !setupPy.includes('install_requires'));
}

function isNoTool({ name }: Requirement): boolean {
  return !TOOLS.test(name);
}

function parsed(lines: readonly string[]): Requirement[] {
  return lines.flatMap((line) => {
    const read = parseRequirement(line);
    return read.kind === 'requirement' ? [read.requirement] : [];
  });
}
