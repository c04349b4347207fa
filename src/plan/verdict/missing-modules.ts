/** Modules that Python did not find: which, and whether a dependency that could not be installed explains it. */
import { ending } from '../../markdown/text.ts';
import { normalizeName } from '../dependencies/requirement.ts';
import type { TestReport } from '../record.ts';

/** Bytes of output that are looked at: pytest says at its end why it could not start. */
const LOOKED_AT = 65_536;
const MAX_NAMES = 6;

const NAME = String.raw`ModuleNotFoundError: No module named ['"]([\p{L}\p{N}_.]{1,100})['"]`;
const ANYWHERE = new RegExp(NAME, 'gu');
/** pytest's own words, not what a build printed, which pip indents, or a test. */
const OF_PYTEST = new RegExp(`^(?:E +)?${NAME}`, 'gmu');

/** Top-level modules that tests, or pytest at its start, did not find, each once. */
export function missingModules(tests: readonly TestReport[], output: string): string[] {
  const found = [
    ...tests.flatMap(({ outcome, message, traceback }) =>
      outcome === 'error' ? names(`${message}\n${traceback}`, ANYWHERE) : names(message, OF_PYTEST),
    ),
    ...names(ending(output, LOOKED_AT), OF_PYTEST),
  ];
  return [...new Set(found)].slice(0, MAX_NAMES);
}

function names(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name = '']) => name.split('.', 1)[0] || []);
}

/** `uninstalled`: names of packages that are asked for and could not be installed. */
export function missingInWords(modules: readonly string[], uninstalled: readonly string[]): string[] {
  const explained = modules.filter((name) => uninstalled.some((one) => mayProvide(one, name)));
  const others = modules.filter((name) => !explained.includes(name));
  return [
    ...(explained.length > 0
      ? [`Asked for, but could not be installed: ${explained.map((name) => `\`${name}\``).join(', ')}.`]
      : []),
    ...others.map(
      (name) =>
        `The module \`${name}\` is not installed. If another project provides it, declare that beside the tests' other dependencies (a \`dev\` or \`test\` dependency group, a \`test\` extra, \`requirements-test.txt\`) or under \`plan.dependencies\` in \`.github/codex.yml\`. If it is the project's own, make it installable, set \`pythonpath\` in pytest's configuration, or, for a project in a folder of the repository, set \`plan.command\` to \`[sh, -c, "cd FOLDER && python -m pytest"]\`.`,
    ),
  ];
}

/** `python-dateutil` has `dateutil`, `PyYAML` has `yaml`, `jaraco.functools` has a part of `jaraco`. */
function mayProvide(packageName: string, module: string): boolean {
  return packageName.includes(normalizeName(module));
}
