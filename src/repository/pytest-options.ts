/**
 * The arguments of pytest that a repository may add: they select, order and report. None loads code, reads
 * arguments from elsewhere or writes files; whoever needs more sets `plan.command`.
 */
const FLAGS: ReadonlySet<string> = new Set(
  `-v -vv -q -s -x -l -ra -rA -rf -rs -rx --exitfirst --showlocals --strict --strict-markers --strict-config
   --doctest-modules --disable-warnings --no-header --full-trace --runxfail --no-cov --reuse-db --create-db
   --nomigrations --no-migrations --disable-socket --allow-unix-socket --runslow --run-slow`.split(/\s+/),
);

const COUNT = /^\d{1,6}$/;
const WORKERS = /^(?:auto|logical|\d{1,3})$/;
const EXPRESSION = /^(?!-).+$/;
const PATH = /^(?![-/~@])(?!(?:.*\/)?\.\.(?:\/|$)).+$/;

const VALUES: ReadonlyMap<string, RegExp> = new Map([
  ['-n', WORKERS],
  ['--numprocesses', WORKERS],
  ['--maxprocesses', COUNT],
  ['--dist', /^(?:load|loadscope|loadfile|loadgroup|worksteal|each|no)$/],
  ['--maxfail', COUNT],
  ['--timeout', COUNT],
  ['--timeout-method', /^(?:signal|thread)$/],
  ['--reruns', COUNT],
  ['--durations', COUNT],
  ['--import-mode', /^(?:prepend|append|importlib)$/],
  ['--capture', /^(?:fd|sys|no|tee-sys)$/],
  ['--tb', /^(?:auto|long|short|line|native|no)$/],
  ['--asyncio-mode', /^(?:auto|strict)$/],
  ['--ds', /^[\w.]+$/],
  ['--ignore', PATH],
  ['--ignore-glob', PATH],
  ['--deselect', PATH],
  ['-p', /^no:[\w.-]+$/],
  ['-W', /^(?:default|error|ignore|always|module|once)(?::.*)?$/],
  ['-k', EXPRESSION],
  ['-m', EXPRESSION],
]);

/** The first of `words` that is not allowed, or null. A value follows its option, or a `=` after `--option`. */
export function refusedWord(words: readonly string[]): string | null {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (FLAGS.has(word)) continue;
    if (word.startsWith('--') && word.includes('=')) {
      const end = word.indexOf('=');
      if (!VALUES.get(word.slice(0, end))?.test(word.slice(end + 1))) return word;
      continue;
    }
    const value = words[index + 1] ?? '';
    if (!VALUES.get(word)?.test(value)) return VALUES.has(word) ? `${word} ${value}`.trim() : word;
    index += 1;
  }
  return null;
}
