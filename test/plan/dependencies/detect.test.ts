import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DependencyChoice, detectDependencies } from '../../../src/plan/dependencies/detect.ts';
import { expectLinear } from '../../support/growth.ts';

const detect = (files: Record<string, string>, choices: DependencyChoice[] | null = null) =>
  detectDependencies(new Map(Object.entries(files)), choices);

const PYPROJECT = `
[project]
name = "Shop.Core"
dependencies = ["requests>=2", "attrs"]
[project.optional-dependencies]
test = ["pytest-mock", "shop_core[http]"]
http = ["httpx (>=0.27)"]
docs = ["sphinx"]
`;

describe('sources, in order', () => {
  test('the configuration comes first, and names files, groups and extras', () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      'ci/needs.txt': 'tox\n-r more.txt',
      'ci/more.txt': 'mypy==1.0',
    };
    const plan = detect(files, ['ci/needs.txt', { extra: 'docs' }]);
    expect(plan.source).toBe('ci/needs.txt, extra docs (configured)');
    expect(plan.requirements).toEqual(['requests>=2', 'attrs', 'tox', 'mypy==1.0', 'sphinx', 'pytest']);
    expect(detect(files, [{ group: 'nope' }]).notes).toEqual([
      'The project has no group "nope", which plan.dependencies names.',
    ]);
  });

  test('an extra for tests is installed with what the project needs, and its own extras are followed', () => {
    const plan = detect({ 'pyproject.toml': PYPROJECT });
    expect(plan.source).toBe('extra test');
    expect(plan.requirements).toEqual(['requests>=2', 'attrs', 'pytest-mock', 'httpx>=0.27', 'pytest']);
  });

  test('a dependency group goes before an extra, and includes others', () => {
    const group =
      '[dependency-groups]\nbase = ["pytest>=8"]\ndev = ["ruff", {include-group = "base"}, {include-group = "dev"}]';
    const plan = detect({ 'pyproject.toml': PYPROJECT + group });
    expect(plan.source).toBe('dependency group dev');
    expect(plan.requirements).toEqual(['requests>=2', 'attrs', 'ruff', 'pytest>=8']);
  });

  test("Poetry's tables without a lock become PEP 440 versions", () => {
    const plan = detect({
      'pyproject.toml': `[tool.poetry.dependencies]
python = "^3.9"
django = "^4.2.1"
zero = "^0.3"
tilde = "~1.4"
any = {version = "*", extras = ["x"], markers = "sys_platform == 'linux'"}
maybe = {version = "1", optional = true}
[tool.poetry.group.test.dependencies]
pytest = "7.*"`,
    });
    expect(plan.requirements).toEqual([
      'django>=4.2.1,<5',
      'zero>=0.3,<0.4',
      'tilde>=1.4,<1.5',
      "any[x] ; sys_platform == 'linux'",
      'pytest==7.*',
    ]);
  });

  test('requirements files for tests are read with their includes; the project itself is left out', () => {
    const plan = detect({
      'requirements.txt': 'flask\n',
      'requirements/test.txt':
        '-r ../requirements.txt\n-c constraints.txt\n-e .\n.[http]\npytest \\\n  >=7  # why\nxdist --hash=sha256:00',
      'requirements/constraints.txt': 'flask<4',
    });
    expect(plan.source).toBe('requirements.txt, requirements/test.txt');
    expect(plan.requirements).toEqual(['flask', 'pytest>=7', 'xdist']);
    expect(plan.constraints).toEqual(['flask<4']);
  });

  test('setup.cfg, with values over several lines', () => {
    const plan = detect({
      'setup.cfg':
        '[options]\ninstall_requires =\n  numpy>=1.20 ; python_version >= "3.8"\n  # no\n  six\n[options.extras_require]\ntests = pytest-cov\n',
    });
    expect(plan.requirements).toEqual([
      'numpy>=1.20 ; python_version >= "3.8"',
      'six',
      'pytest-cov',
      'pytest',
    ]);
  });

  test('setup.py, as far as it holds plain lists', () => {
    const setup =
      "setup(install_requires=['click>=8', # cli\n \"rich\"], extras_require={'test': ['pytest-mock']})";
    expect(detect({ 'setup.py': setup }).requirements).toEqual(['click>=8', 'rich', 'pytest-mock', 'pytest']);
    expect(detect({ 'setup.py': 'setup(install_requires=read("x"))' }).requirements).toEqual(['pytest']);
  });

  test('tox, nox and make are read and never run', () => {
    const tox =
      '[base]\ndeps = mock\n[testenv]\ndeps =\n  {[base]deps}\n  py39: pytest-mock\n  -rneeds.txt\n  {env:X}\n';
    expect(detect({ 'tox.ini': tox, 'needs.txt': 'six' }).requirements).toEqual([
      'mock',
      'pytest-mock',
      'six',
      'pytest',
    ]);
    const nox = 'session.install("-r", "needs.txt", "freezegun", "-e", ".")';
    expect(detect({ 'noxfile.py': nox, 'needs.txt': 'six' }).requirements).toEqual([
      'six',
      'freezegun',
      'pytest',
    ]);
    const make = 'test:\n\tpip install -U "responses" $(X) && rm -rf /\n';
    expect(detect({ Makefile: make })).toMatchObject({
      source: 'Makefile',
      requirements: ['responses', 'pytest'],
    });
  });

  test('nothing declared: pytest alone', () => {
    expect(detect({})).toMatchObject({
      source: 'no dependencies declared',
      requirements: ['pytest'],
      notes: [],
    });
  });
});

describe('what pip never sees', () => {
  test.each([
    ['git+https://x.test/a.git#egg=a', 'is a URL'],
    ['a @ https://x.test/a.whl', 'is a URL'],
    ['--config-settings=x', 'is not followed'],
    ['./vendor/a', 'is a path'],
    ['a b', 'is not a requirement'],
    ['a ; python_version < `id`', 'is not a requirement'],
  ])('%s', (line, reason) => {
    const plan = detect({ 'requirements.txt': line });
    expect(plan.requirements).toEqual(['pytest']);
    expect(plan.notes).toEqual([expect.stringContaining(reason)]);
  });

  test('an index of the repository, or a file outside of it', () => {
    const plan = detect({ 'requirements.txt': '--index-url http://evil.test\n-r ../../etc/passwd\nflask' });
    expect(plan.requirements).toEqual(['flask', 'pytest']);
    expect(plan.notes).toEqual([
      expect.stringContaining('the operator chooses the index'),
      'The requirements file ../../etc/passwd is not in the repository.',
    ]);
  });
});

test('the same requirements have the same hash, whatever else the files say', () => {
  const hash = (text: string) => detect({ 'requirements.txt': text }).hash;
  expect(hash('flask\n')).toBe(hash('# a comment\nflask'));
  expect(hash('flask')).not.toBe(hash('flask<4'));
});

describe('what the project runs on, apart from the tools of its tests', () => {
  const requirements = 'flask==3\npytest==8.3.4\ncoverage==7\nfreezegun==1';

  test('a package declares it, even when it declares nothing', () => {
    const test = '[dependency-groups]\ntest = ["pytest>=8", "freezegun", "attrs>=24"]';
    expect(detect({ 'pyproject.toml': PYPROJECT + test }).runtime).toEqual(['attrs', 'requests>=2']);
    expect(detect({ 'pyproject.toml': `[project]\nname = "x"\n${test}` }).runtime).toEqual([]);
    const setupPy = { 'setup.py': "setup(name='x')", 'requirements-dev.txt': requirements };
    expect(detect(setupPy).runtime).toEqual([]);
    expect(detect({ ...setupPy, 'setup.py': "setup(install_requires=['flask'])" }).runtime).toEqual([
      'flask',
    ]);
  });

  test('a lock pins what a package declares: another version than the pin may be one that it declares', () => {
    const lock = '[[package]]\nname = "requests"\nversion = "2.32"\n[metadata]\nlock-version = "2.1"\n';
    const plan = detect({ 'pyproject.toml': PYPROJECT, 'poetry.lock': lock });
    expect(plan.requirements).toContain('requests==2.32');
    expect(plan.runtime).toEqual(['requests>=2']);
  });

  test('a pytest plugin runs on pytest', () => {
    const plugin = '[project]\nname = "pytest-x"\ndependencies = ["pytest>=8"]';
    expect(detect({ 'pyproject.toml': plugin }).runtime).toEqual(['pytest>=8']);
  });

  test('an application lists it in requirements.txt, perhaps with its tools', () => {
    expect(detect({ 'requirements.txt': requirements }).runtime).toEqual(['flask==3', 'freezegun==1']);
    const apart = { 'requirements.txt': 'flask==3\npytest', 'requirements-dev.txt': requirements };
    expect(detect(apart).runtime).toEqual(['flask==3']);
    const computed = { 'setup.py': 'setup(install_requires=read("requirements.txt"))' };
    expect(detect({ ...computed, 'requirements.txt': requirements }).runtime).toEqual([
      'flask==3',
      'freezegun==1',
    ]);
  });

  test('where nothing tells, it is all but the known tools', () => {
    expect(detect({ 'requirements-dev.txt': requirements }).runtime).toEqual(['flask==3', 'freezegun==1']);
  });
});

const names = [
  'pyproject.toml',
  'setup.cfg',
  'setup.py',
  'tox.ini',
  'noxfile.py',
  'Makefile',
  'requirements-dev.txt',
];
const locks = ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock'];
const snippets = fc.constantFrom(
  ...[
    '[project]',
    '[[package]]',
    'name="a"',
    'version=1',
    '[options]',
    'install_requires = x',
    '-r requirements-dev.txt',
    '=',
  ],
  ...[
    '[tool.poetry]',
    'dependencies=["a"]',
    '[tool]',
    'group=1',
    '{"default":{"a":{}}}',
    '[dependency-groups]',
    'dev=[{}]',
  ],
);
const content = fc.oneof(
  fc.string(),
  fc.json(),
  fc.array(snippets).map((lines) => lines.join('\n')),
);

test('no file content throws, and every line is one that pip cannot take for an option', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names, ...locks), content), (files) => {
      for (const line of detect(files).requirements) expect(line).toMatch(/^[a-z0-9][^\n]*$/);
    }),
    { numRuns: 2_000 },
  );
});

test.each([...names, ...locks])('a hostile %s costs no more than its length', (name) => {
  for (const unit of [' ', '= ', 'a', '[', '"a",', '-r ', '#', '\\\n', 'a==1,', '; ']) {
    expectLinear((size) => detect({ [name]: `a${unit.repeat(size / unit.length)}b` }), 200_000);
  }
});
