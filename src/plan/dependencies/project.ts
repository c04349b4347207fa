/** What a repository says about itself in files that are read, never run. */

import { poetryVersions } from './poetry-version.ts';
import { expandGroup, type Pyproject, parsePyproject } from './pyproject.ts';
import { type PythonConfig, parsePythonConfig } from './python-config.ts';
import { formatRequirement, normalizeName } from './requirement.ts';
import { merge, NOTHING, readRequirements, type Wanted } from './requirements-file.ts';
import { setupPyList } from './setup-py.ts';

/** Extras and groups with what the tests need; `dev` only where there is none of the others. */
const TEST_NAMES = ['test', 'tests', 'testing'] as const;

export interface Project {
  readonly files: ReadonlyMap<string, string>;
  readonly pyproject: Pyproject;
  readonly setupCfg: PythonConfig;
  readonly setupPy: string;
}

export function readProject(files: ReadonlyMap<string, string>): { project: Project; notes: string[] } {
  const text = files.get('pyproject.toml');
  const pyproject = text === undefined ? {} : parsePyproject(text);
  const project = {
    files,
    pyproject: pyproject ?? {},
    setupCfg: parsePythonConfig(files.get('setup.cfg') ?? ''),
    setupPy: files.get('setup.py') ?? '',
  };
  return { project, notes: pyproject ? [] : ['pyproject.toml is not valid TOML.'] };
}

/** Those of `names` that tests need. */
export function testNames(names: Iterable<string>): string[] {
  const all = [...names];
  const tests = all.filter((name) => TEST_NAMES.some((wanted) => wanted === normalizeName(name)));
  return tests.length > 0 ? tests : all.filter((name) => normalizeName(name) === 'dev');
}

/** What the project needs to run at all. */
export function runtime({ pyproject, setupCfg, setupPy, files }: Project): Wanted {
  const dynamic = pyproject.tool?.setuptools?.dynamic?.dependencies;
  return merge([
    wanted(pyproject.project?.dependencies),
    ...(dynamic ? [dynamic.file].flat().map((file) => readRequirements(files, file)) : []),
    wanted(poetryLines(pyproject.tool?.poetry?.dependencies)),
    wanted(setupCfg.list('options', 'install_requires')),
    wanted(setupPyList(setupPy, 'install_requires')),
  ]);
}

/** Every extra by its name as written. */
export function extras({ pyproject, setupCfg, setupPy, files }: Project): Map<string, Wanted> {
  const found = new Map<string, Wanted>();
  for (const [name, lines] of Object.entries(pyproject.project?.['optional-dependencies'] ?? {}))
    found.set(name, wanted(lines));
  for (const [name, source] of Object.entries(
    pyproject.tool?.setuptools?.dynamic?.['optional-dependencies'] ?? {},
  )) {
    if (source) found.set(name, merge([source.file].flat().map((file) => readRequirements(files, file))));
  }
  for (const name of setupCfg.keys('options.extras_require')) {
    found.set(name, wanted(setupCfg.list('options.extras_require', name)));
  }
  for (const name of [...TEST_NAMES, 'dev']) {
    const lines = setupPyList(setupPy, name);
    if (lines.length > 0 && setupPy.includes('extras_require') && !found.has(name))
      found.set(name, wanted(lines));
  }
  return found;
}

/** Every dependency group: PEP 735, and what Poetry, PDM and Hatch had before it. */
export function groups({ pyproject }: Project): Map<string, Wanted> {
  const found = new Map<string, Wanted>();
  const { poetry, pdm, hatch } = pyproject.tool ?? {};
  for (const [name, env] of Object.entries(hatch?.envs ?? {})) {
    found.set(
      name === 'default' ? 'dev' : name,
      wanted([...(env.dependencies ?? []), ...(env['extra-dependencies'] ?? [])]),
    );
  }
  for (const [name, lines] of Object.entries(pdm?.['dev-dependencies'] ?? {})) found.set(name, wanted(lines));
  if (poetry?.['dev-dependencies']) found.set('dev', wanted(poetryLines(poetry['dev-dependencies'])));
  for (const [name, group] of Object.entries(poetry?.group ?? {}))
    found.set(name, wanted(poetryLines(group.dependencies)));
  const standard = pyproject['dependency-groups'];
  for (const name of Object.keys(standard ?? {})) found.set(name, wanted(expandGroup(standard, name)));
  return found;
}

export function projectName({ pyproject, setupCfg }: Project): string {
  const name =
    pyproject.project?.name || pyproject.tool?.poetry?.name || setupCfg.list('metadata', 'name')[0];
  return normalizeName(name ?? '');
}

function wanted(requirements: readonly string[] | undefined): Wanted {
  return { ...NOTHING, requirements: requirements ?? [] };
}

/** Poetry's table of constraints as PEP 508 lines; what has no version (git, path) is left as its name. */
function poetryLines(table: Readonly<Record<string, unknown>> | undefined): string[] {
  return Object.entries(table ?? {}).flatMap(([name, value]) => {
    if (normalizeName(name) === 'python') return [];
    if (typeof value === 'string') return [formatRequirement(name, [], poetryVersions(value))];
    if (typeof value !== 'object' || value === null) return [];
    const { version, extras: chosen, markers, optional }: Record<string, unknown> = { ...value };
    if (optional === true) return [];
    const names = Array.isArray(chosen) ? chosen.filter((extra) => typeof extra === 'string') : [];
    const versions = typeof version === 'string' ? poetryVersions(version) : '';
    return [formatRequirement(name, names, versions, typeof markers === 'string' ? markers : '')];
  });
}
