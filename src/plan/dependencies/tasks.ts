/** tox.ini, noxfile.py and Makefile: what they would install for the tests, read from their text, never run. */
import { extras, groups, type Project } from './project.ts';
import { parsePythonConfig } from './python-config.ts';
import { merge, readLine, type Wanted } from './requirements-file.ts';
import { stringList } from './setup-py.ts';

export function toxRequirements(project: Project): Wanted | null {
  const inSetupCfg = project.setupCfg.sections.includes('tox:tox')
    ? (project.files.get('setup.cfg') ?? '')
    : '';
  const config = parsePythonConfig(project.files.get('tox.ini') ?? inSetupCfg);
  const words = (key: string) => config.list('testenv', key).flatMap((line) => line.split(/[\s,]+/));
  const named = [
    ...words('extras').map((name) => extras(project).get(name)),
    ...words('dependency_groups').map((name) => groups(project).get(name)),
  ];
  const lines = config.list('testenv', 'deps').flatMap((line) => expand(line, config));
  return some([
    ...lines.map((line) => readLine(project.files, line)),
    ...named.filter((found) => found !== undefined),
  ]);
}

/** `{[base]deps}` stands for another section's value; `py39,lint: name` is a condition on the environment's name. */
function expand(line: string, config: ReturnType<typeof parsePythonConfig>): string[] {
  const reference = /^\{\[([^\]]+)\](\w+)\}$/.exec(line);
  if (reference?.[1] && reference[2]) return config.list(reference[1], reference[2]);
  return line.includes('{') ? [] : [line.replace(/^[\w!,.-]+:\s+/, '')];
}

export function noxRequirements(project: Project): Wanted | null {
  const text = project.files.get('noxfile.py') ?? '';
  const calls = [...text.matchAll(/\bsession\.install\(/g)];
  const words = calls.flatMap((call) => stringList(text.slice(call.index + call[0].length)));
  return some(fromWords(project, words));
}

export function makefileRequirements(project: Project): Wanted | null {
  const lines = (project.files.get('Makefile') ?? '').split('\n').slice(0, 5_000);
  const commands = lines.flatMap((line) => /\bpip3?\s+install\s+(.*)$/.exec(line)?.[1] ?? []);
  return some(commands.flatMap((command) => fromWords(project, shellWords(command))));
}

function shellWords(command: string): string[] {
  const words = (command.split(/&&|;|\||#/)[0] ?? '').split(/\s+/).filter((word) => !word.includes('$'));
  return words.map((word) => word.replaceAll(/["']/g, '')).filter(Boolean);
}

/** The arguments of a `pip install`. */
function fromWords(project: Project, words: readonly string[]): Wanted[] {
  return words.flatMap((word, index) => {
    const option = words[index - 1] ?? '';
    if (['-r', '--requirement', '-c', '--constraint'].includes(option))
      return [readLine(project.files, `${option} ${word}`)];
    if (['-e', '--editable'].includes(option)) return [readLine(project.files, `-e ${word}`)];
    return word.startsWith('-') ? [] : [readLine(project.files, word)];
  });
}

function some(parts: readonly Wanted[]): Wanted | null {
  return parts.length > 0 ? merge(parts) : null;
}
