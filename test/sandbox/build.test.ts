/** The project is importable, has its metadata and commands, and finds a real repository: all without a network. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { eventsOf, type Files, IMAGE, outcomes, runProject, runTar } from './session.ts';

const src = (name: string): Files => ({
  [`src/${name}/__init__.py`]: '',
  [`src/${name}/cli.py`]: 'def main():\n    print("hello")\n',
});

/** Tests that pass where the project stands installed from its work tree. */
const INSTALLED = (version: string): string => `import importlib.metadata, os, subprocess, sys
def test_version():
    assert importlib.metadata.version("my-shop") == "${version}"
def test_command():
    assert subprocess.check_output(["shop"], text=True) == "hello\\n"
def test_import_elsewhere():
    script = "import my_shop; print(my_shop.__file__)"
    place = subprocess.check_output([sys.executable, "-c", script], cwd="/", text=True, env={})
    assert place.startswith("/work/")
def test_entry_point():
    [point] = importlib.metadata.distribution("my-shop").entry_points
    assert point.load().__module__ == "my_shop.cli"
def test_repository():
    git = lambda *argv: subprocess.check_output(["git", *argv], text=True).strip()
    assert git("describe", "--tags") == "v1.2.0"
    assert git("status", "--porcelain") == ""
    assert git("log", "--format=%s") == "A project"
    assert git("rev-parse", "--abbrev-ref", "HEAD") == "main"
def test_work_tree():
    assert not os.path.ismount(".")
`;

const PROJECT = '[project]\nname = "my-shop"\nversion = "4.5"\nscripts = { shop = "my_shop.cli:main" }\n';
const backend = (module: string, ...requires: string[]): string =>
  `[build-system]\nrequires = ${JSON.stringify(requires)}\nbuild-backend = "${module}"\n`;

const SETUP_PY = `from setuptools import setup, find_packages
setup(name="my-shop", version="4.5", package_dir={"": "src"}, packages=find_packages("src"),
      entry_points={"console_scripts": ["shop=my_shop.cli:main"]})
`;

const KINDS: Record<string, { files: Files; version?: string }> = {
  'setuptools, src layout': {
    files: {
      'pyproject.toml': `${PROJECT}${backend('setuptools.build_meta', 'setuptools')}`,
      ...src('my_shop'),
    },
  },
  'hatchling, flat layout': {
    files: {
      'pyproject.toml': `${PROJECT}${backend('hatchling.build', 'hatchling')}`,
      'my_shop/__init__.py': '',
      'my_shop/cli.py': 'def main():\n    print("hello")\n',
    },
  },
  'poetry without a project table': {
    files: {
      'pyproject.toml': `[tool.poetry]
name = "my-shop"
version = "4.5"
packages = [{ include = "my_shop", from = "src" }]
[tool.poetry.scripts]
shop = "my_shop.cli:main"
${backend('poetry.core.masonry.api', 'poetry-core')}`,
      ...src('my_shop'),
    },
  },
  'a version in another spelling, and a license that older backends refuse': {
    version: '4.5.dev0',
    files: {
      'pyproject.toml': `${PROJECT.replace('4.5', '4.5.dev')}license = "MIT"\n${backend('flit_core.buildapi', 'flit_core')}`,
      ...src('my_shop'),
    },
  },
  'a setup.py': { files: { 'setup.py': SETUP_PY, ...src('my_shop') } },
  'a setup.cfg alone': {
    files: {
      'setup.cfg': `[metadata]
name = my-shop
version = 4.5
[options]
package_dir =
    = src
packages = find:
[options.packages.find]
where = src
[options.entry_points]
console_scripts =
    shop = my_shop.cli:main
`,
      'pyproject.toml': backend('setuptools.build_meta', 'setuptools'),
      ...src('my_shop'),
    },
  },
  'a version from the tag by setuptools_scm': {
    version: '1.2.0',
    files: {
      'pyproject.toml': `${PROJECT.replace('version = "4.5"', 'dynamic = ["version"]')}[tool.setuptools_scm]
${backend('setuptools.build_meta', 'setuptools', 'setuptools-scm')}`,
      ...src('my_shop'),
    },
  },
  'a version from the tag by hatch-vcs': {
    version: '1.2.0',
    files: {
      'pyproject.toml': `${PROJECT.replace('version = "4.5"', 'dynamic = ["version"]')}[tool.hatch.version]
source = "vcs"
[tool.hatch.build.targets.wheel]
packages = ["src/my_shop"]
${backend('hatchling.build', 'hatchling', 'hatch-vcs')}`,
      ...src('my_shop'),
    },
  },
  'a hatchling that does not know the classifier, nor the hook': {
    version: '1.2.0',
    files: {
      'pyproject.toml': `${PROJECT.replace('version = "4.5"', 'dynamic = ["version", "readme"]')}license = "MIT"
classifiers = ["Programming Language :: Python :: 3.99"]
[tool.hatch.version]
source = "vcs"
[tool.hatch.metadata.hooks.nowhere-readme]
fragments = [{ text = "ein schönes \\"Lädchen\\"" }]
[tool.hatch.build.targets.wheel]
packages = ["src/my_shop"]
${backend('hatchling.build', 'hatchling', 'hatch-vcs', 'hatch-nowhere-readme')}`,
      ...src('my_shop'),
    },
  },
  'a version from the source by flit': {
    version: '7.8',
    files: {
      'pyproject.toml': `[project]\nname = "my-shop"\ndynamic = ["version", "description"]\nlicense = "MIT"
scripts = { shop = "my_shop.cli:main" }\n[tool.flit.module]\nname = "my_shop"
${backend('flit_core.buildapi', 'flit_core>=3')}`,
      ...src('my_shop'),
      'src/my_shop/__init__.py': '"""A shop."""\n__version__ = "7.8"\n',
    },
  },
};

test.each(Object.entries(KINDS))('%s', async (_kind, { files, version }) => {
  const session = await runProject({ ...files, 'tests/test_shop.py': INSTALLED(version ?? '4.5') });
  expect(eventsOf(session, 'note')).toEqual([]);
  expect(session.results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(session.results).toHaveLength(6);
});

test('a module in C is compiled', async () => {
  const session = await runProject({
    'setup.py': `from setuptools import setup, Extension
setup(name="fast", version="1", ext_modules=[Extension("fast", ["fast.c"])])
`,
    'fast.c': `#include <Python.h>
static struct PyModuleDef module = { PyModuleDef_HEAD_INIT, "fast", NULL, -1, NULL };
PyMODINIT_FUNC PyInit_fast(void) { return PyModule_Create(&module); }
`,
    'test_fast.py': 'import fast\ndef test_fast(): assert fast.__file__.endswith(".so")\n',
  });
  expect(outcomes(session)).toEqual({ 'test_fast.py::test_fast': 'passed' });
});

test('a project that cannot be built is told of, and tested from its source all the same', async () => {
  const session = await runProject({
    'pyproject.toml': `[project]\nname = "odd"\nversion = "1"\n${backend('maturin', 'maturin>=1')}`,
    'src/odd.py': '',
    'test_odd.py': `import importlib.metadata, odd
def test_odd(): assert importlib.metadata.version("odd") == "1"
`,
  });
  expect(eventsOf(session, 'note')).toMatchObject([
    { text: expect.stringContaining("No module named 'maturin'") },
  ]);
  expect(outcomes(session)).toEqual({ 'test_odd.py::test_odd': 'passed' });
});

test('a project whose version no plugin of the image finds has that of the last tag, and it is told', async () => {
  const session = await runProject({
    'pyproject.toml': `${PROJECT.replace('version = "4.5"', 'dynamic = ["version"]')}[tool.nowhere-versioning]
${backend('setuptools.build_meta', 'setuptools', 'setuptools-nowhere-versioning')}`,
    ...src('my_shop'),
    'test_shop.py': INSTALLED('1.2.0'),
  });
  expect(eventsOf(session, 'note')).toMatchObject([
    { text: expect.stringContaining('no version was found') },
  ]);
  expect([...new Set(Object.values(outcomes(session)))]).toEqual(['passed']);
});

test('a project for another Python is tested all the same, and that is told', async () => {
  const session = await runProject({
    'pyproject.toml': `${PROJECT}requires-python = ">=3.99"\n${backend('setuptools.build_meta', 'setuptools')}`,
    ...src('my_shop'),
    'test_shop.py': INSTALLED('4.5'),
  });
  expect(eventsOf(session, 'note')).toMatchObject([
    { text: expect.stringMatching(/^The project asks for Python >=3\.99, and the tests ran with 3\.\d+ /) },
  ]);
  expect([...new Set(Object.values(outcomes(session)))]).toEqual(['passed']);
});

test("a tool's settings alone are no project", async () => {
  const session = await runProject({
    'setup.cfg': '[flake8]\nmax-line-length = 100\n',
    'pyproject.toml': '[tool.black]\nline-length = 100\n',
    'test_a.py': 'def test_a(): pass\n',
  });
  expect(eventsOf(session, 'note')).toEqual([]);
  expect(session.status).toBe(0);
});

describe('Installed dependencies', () => {
  const volume = `codex-test-${randomUUID()}`;
  const INSTALL = `import pathlib, subprocess, sys
subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", "/env"], check=True)
[packages] = pathlib.Path("/env/lib").glob("python3*/site-packages")
(packages / "dependency.py").write_text("def main(): import my_shop; print(my_shop.__file__)")
(packages / "my_shop").mkdir()
(packages / "my_shop" / "__init__.py").write_text("")
(packages / "linked.pth").write_text("/env/linked\\n")
pathlib.Path("/env/linked").mkdir()
pathlib.Path("/env/linked/by_path.py").write_text("")
script = pathlib.Path("/env/bin/dependency")
script.write_text("#!/env/bin/python\\nfrom dependency import main\\nmain()\\n")
script.chmod(0o755)
`;
  beforeAll(async () => {
    const mount = ['--user', '0', '--volume', `${volume}:/env`];
    await execa('docker', ['run', '--rm', '-i', '--network', 'none', ...mount, IMAGE, 'python3', '-'], {
      input: INSTALL,
    });
  });
  afterAll(async () => {
    await execa('docker', ['volume', 'rm', '--force', volume]);
  });

  test('they are importable and their commands run, and the work tree comes before its own older copy', async () => {
    const session = await runProject(
      {
        'pyproject.toml': `${PROJECT}${backend('setuptools.build_meta', 'setuptools')}`,
        ...src('my_shop'),
        'test_a.py': `import subprocess
import by_path, dependency, my_shop
def test_dependency(): assert dependency.__file__.startswith("/env/")
def test_project(): assert my_shop.__file__ == "/work/tree/src/my_shop/__init__.py"
def test_command(): assert subprocess.check_output(["dependency"], text=True).startswith("/work/tree/src/")
`,
      },
      { volume },
    );
    expect(Object.values(outcomes(session))).toEqual(['passed', 'passed', 'passed']);
  });
});

describe('How the tests are started', () => {
  const files = {
    Makefile: 'test:\n\tpython -m pytest -q test_a.py\n',
    'test_a.py': `import os
def test_environment():
    assert os.environ["MODE"] == "strict"
    assert "PYTEST_ADDOPTS" not in os.environ and "PYTHONPATH" not in os.environ
`,
    'test_b.py': 'def test_b(): assert False\n',
  };

  test.each([[['make', 'test']], [['pytest', 'test_a.py']], [['pytest', '-n', '1', 'test_a.py']]])(
    'a command of the repository reports as pytest itself does: %j',
    async (command) => {
      const session = await runProject(files, { header: { command, environment: { MODE: 'strict' } } });
      expect(outcomes(session)).toEqual({ 'test_a.py::test_environment': 'passed' });
      expect(session.events.at(-1)).toEqual({ event: 'exit', status: 0 });
    },
  );

  test('a command that is no pytest reports nothing but its status', async () => {
    const session = await runProject(files, { header: { command: ['sh', '-c', 'echo done; exit 3'] } });
    expect(session.events.slice(2)).toEqual([
      { event: 'step', step: 'test' },
      { event: 'exit', status: 3 },
    ]);
    expect(session.stdout).toBe('done');
  });

  test('a command that does not exist is told of', async () => {
    const session = await runProject(files, { header: { command: ['nowhere'] } });
    expect(eventsOf(session, 'note')).toMatchObject([
      { text: 'nowhere could not be started: No such file or directory' },
    ]);
    expect(session.events.at(-1)).toEqual({ event: 'exit', status: 127 });
  });

  test('the reproduction line runs the same tests from a tar, for people', async () => {
    const session = await runTar({ ...files, 'src/lib.py': '' }, ['-q', 'test_b.py']);
    expect(session.status).toBe(1);
    expect(session.stdout).toContain('1 failed');
    expect(session.events).toEqual([]);
    expect(session.forged).toBe(0);
  });
});

test('A pack that does not hold what its header says ends the run with the reason', async () => {
  const session = await runProject({ 'test_a.py': '' }, { header: { commit: 'f'.repeat(40) } });
  expect(eventsOf(session, 'note')).toMatchObject([
    { text: expect.stringMatching(/^The work tree could not be/) },
  ]);
  expect(session.status).toBe(70);
});

test('A work tree that does not fit ends the run with git’s reason', async () => {
  const files = { 'test_a.py': '', large: 'x'.repeat(70 << 20) };
  const session = await runProject(files, { limits: { diskMb: 64 } });
  expect(eventsOf(session, 'note')).toMatchObject([
    { text: expect.stringContaining('unable to write file large') },
  ]);
  expect(session.status).toBe(70);
});
