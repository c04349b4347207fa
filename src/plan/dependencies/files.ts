/** Which files of a repository tell about its dependencies. */

const NAMES = new Set([
  ...['pyproject.toml', 'setup.cfg', 'setup.py', 'tox.ini', 'noxfile.py', 'Makefile'],
  ...['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock'],
]);
const REQUIREMENTS =
  /(?:^|\/)(?:[^/]*(?:require|constrain|deps)[^/]*\.(?:txt|in)|requirements\/[^/]+\.(?:txt|in)|(?:dev|tests?)\.txt)$/i;
const MAX_FILES = 200;

/** Of all paths of a tree, those that `detectDependencies` reads; `named`: files from the configuration. */
export function dependencyFiles(paths: readonly string[], named: readonly string[] = []): string[] {
  const wanted = new Set(named);
  const found = paths.filter((path) => NAMES.has(path) || wanted.has(path) || REQUIREMENTS.test(path));
  return found.sort((a, b) => a.split('/').length - b.split('/').length).slice(0, MAX_FILES);
}

const TEST_FILES =
  /^(?:requirements[-_./]?(?:tests?|testing)[^/]*|tests?[-_]requirements|tests?\/requirements|requirements\/tests?)\.txt$/i;
const DEV_FILES = /^(?:requirements[-_./]?dev[^/]*|dev[-_]requirements|requirements\/dev[^/]*)\.txt$/i;

/** The requirements files that tests need: those for tests, else those for development. */
export function testRequirementFiles(paths: Iterable<string>): string[] {
  const all = [...paths].sort();
  const tests = all.filter((path) => TEST_FILES.test(path));
  return tests.length > 0 ? tests : all.filter((path) => DEV_FILES.test(path));
}
