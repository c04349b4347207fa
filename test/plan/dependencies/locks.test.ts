import { expect, test } from '@jest/globals';
import { detectDependencies } from '../../../src/plan/dependencies/detect.ts';

const detect = (files: Record<string, string>) => detectDependencies(new Map(Object.entries(files)));

test('uv.lock: pinned, with extras and markers of every way to a package', () => {
  const plan = detect({
    'uv.lock': `
version = 1
[[package]]
name = "shop"
source = { editable = "." }
dependencies = [{ name = "click" }, { name = "requests", extra = ["socks"], marker = "python_version < '4'" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
docs = [{ name = "sphinx" }]
[[package]]
name = "click"
version = "8.1"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "colorama", marker = "sys_platform == 'win32'" }]
[[package]]
name = "colorama"
version = "0.4"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "requests"
version = "2.32"
source = { registry = "https://pypi.org/simple" }
[package.optional-dependencies]
socks = [{ name = "pysocks" }]
[[package]]
name = "pysocks"
version = "1.7"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "pytest"
version = "8.3"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "colorama", marker = "sys_platform == 'win32'" }, { name = "fork" }]
[[package]]
name = "fork"
version = "1"
source = { git = "https://x.test/fork" }
[[package]]
name = "sphinx"
version = "7"
source = { registry = "https://pypi.org/simple" }
`,
  });
  expect(plan.source).toBe('uv.lock');
  expect(plan.requirements).toEqual([
    'click==8.1',
    "colorama==0.4 ; (sys_platform == 'win32')",
    "pysocks==1.7 ; (python_version < '4')",
    'pytest==8.3',
    "requests==2.32 ; (python_version < '4')",
  ]);
  expect(plan.notes).toEqual(['fork is locked to a URL or path, which is not installed.']);
});

test('poetry.lock: what pyproject.toml asks for and what that needs, nothing else', () => {
  const plan = detect({
    'pyproject.toml': `[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.9"
Flask = "^3"
[tool.poetry.group.dev.dependencies]
pytest = "*"
[tool.poetry.group.docs.dependencies]
sphinx = "*"`,
    'poetry.lock': `[[package]]
name = "flask"
version = "3.0"
[package.dependencies]
Jinja2 = ">=3"
tzdata = {version = "*", markers = "os_name == 'nt'"}
dotenv = {version = "*", optional = true}
[[package]]
name = "jinja2"
version = "3.1"
[[package]]
name = "tzdata"
version = "2024.1"
[[package]]
name = "dotenv"
version = "1"
[[package]]
name = "pytest"
version = "8.0"
[[package]]
name = "sphinx"
version = "7"`,
  });
  expect(plan.requirements).toEqual([
    'flask==3.0',
    'jinja2==3.1',
    'pytest==8.0',
    "tzdata==2024.1 ; (os_name == 'nt')",
  ]);
});

test('pdm.lock: the default and the test groups', () => {
  const plan = detect({
    'pdm.lock': `[[package]]
name = "a"
version = "1"
groups = ["default"]
[[package]]
name = "pytest"
version = "8"
groups = ["test"]
marker = "python_version >= '3.8'"
[[package]]
name = "sphinx"
version = "7"
groups = ["docs"]`,
  });
  expect(plan.requirements).toEqual(['a==1', "pytest==8 ; python_version >= '3.8'"]);
});

test('Pipfile.lock: default and develop', () => {
  const lock = {
    default: { six: { version: '==1.16' }, own: { path: '.' } },
    develop: { pytest: { version: '==8.0' } },
  };
  const plan = detect({ 'Pipfile.lock': JSON.stringify(lock) });
  expect(plan.requirements).toEqual(['pytest==8.0', 'six==1.16']);
});

test('cycles between packages, and thousands of them, come to an end', () => {
  const names = Array.from({ length: 300 }, (_, n) => `p${n}`);
  const packages = names.map((name, n) => {
    const edges = [1, 2, 3, 7].map(
      (step) => `{ name = "p${(n + step) % 300}", marker = "os_name == 'x${n}'" }`,
    );
    return `[[package]]\nname = "${name}"\nversion = "1"\nsource = { registry = "r" }\ndependencies = [${edges}]`;
  });
  const root = '[[package]]\nname = "r"\nsource = { virtual = "." }\ndependencies = [{ name = "p0" }]';
  expect(detect({ 'uv.lock': [root, ...packages].join('\n') }).requirements.length).toBeGreaterThanOrEqual(
    300,
  );
});

test('a broken lock is no reason to install nothing', () => {
  const plan = detect({ 'uv.lock': 'version = [', 'requirements-dev.txt': 'pytest' });
  expect(plan.source).toBe('requirements-dev.txt');
});
