import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readArguments } from '../../src/commands/arguments.ts';
import { parseComment } from '../../src/commands/parse.ts';
import { plan } from '../../src/commands/plan.ts';
import { commandsPage, describeCommand, listCommands } from '../../src/commands/reference.ts';
import { COMMANDS, prepareCommand } from '../../src/commands/registry.ts';
import { UserError } from '../../src/errors.ts';
import { ALL_TESTS, planArguments } from '../../src/plan/request-schema.ts';

const table = { ...plan, schema: planArguments };

function planned(line: string) {
  const [command] = parseComment(`/codex plan ${line}`);
  return readArguments(command?.words ?? [], table);
}

/** What the author of a comment is told, mistake and advice. */
function told(comment: string): string {
  const [command] = parseComment(comment);
  if (!command) throw new Error('the comment gives no command');
  try {
    prepareCommand(command);
  } catch (error) {
    if (error instanceof UserError) return `${error.message} ${error.next}`;
    throw error;
  }
  throw new Error('the command was understood');
}

describe('the arguments of a plan', () => {
  test.each([
    ['', {}],
    ['tests', { paths: ['tests'] }],
    ['tests/a.py "t/b.py::test_c[x y]"', { paths: ['tests/a.py', 't/b.py::test_c[x y]'] }],
    ['t.py::test_up[../a]', { paths: ['t.py::test_up[../a]'] }],
    ['-k "a and not b"', { keyword: 'a and not b' }],
    ['-ka', { keyword: 'a' }],
    [`-m "device(serial='x')" tests`, { marker: "device(serial='x')", paths: ['tests'] }],
    ['--failed', { failed: true }],
    ['--maxfail 3', { maxfail: 3 }],
    ['--maxfail=3 --failed -k x', { maxfail: 3, failed: true, keyword: 'x' }],
    ['-- tests', { paths: ['tests'] }],
  ])('%j', (line, given) => {
    expect(planned(line)).toEqual({ ...ALL_TESTS, ...given });
  });

  test.each([
    ['--fialed', 'Did you mean `--failed`?'],
    ['--maxfails 3', 'Did you mean `--maxfail`?'],
    ['-x', '`-x` is not an option of `/codex plan`.'],
    ['-p evil', '`-p` is not an option'],
    ['--rootdir=/', '`--rootdir` is not an option'],
    ['--keyword a', '`--keyword` is not an option'],
    ['-k a -k b', '`-k` is given twice.'],
    ['-k', '`-k` needs a value: `EXPR`.'],
    ['-k --failed', '`-k`: `--failed` starts with a dash.'],
    ['-k ""', 'is empty'],
    ['--failed=yes', '`--failed` takes no value.'],
    ['--maxfail many', '`--maxfail` needs a number, not `many`.'],
    ['--maxfail 0', '`--maxfail`: `0` must be at least 1.'],
    ['/etc/passwd', '`/etc/passwd` is not relative to the repository.'],
    ['~/tests', 'is not relative'],
    ['C:/tests', 'is not relative'],
    ['tests/../../etc', '`tests/../../etc` leaves the repository.'],
    ['@arguments.txt', 'does not read as a path'],
    ['-- -x', 'does not read as a path'],
    ['"a\u0007b"', 'cannot be printed'],
    ['"a\u202eb"', 'cannot be printed'],
    ['x'.repeat(1_001), 'longer than 1000 characters'],
    ['x '.repeat(51), 'are more than 50'],
  ])('%j is refused with words', (line, words) => {
    expect(told(`/codex plan ${line}`)).toContain(words);
    expect(told(`/codex plan ${line}`)).toContain('Usage: `/codex plan [paths…] [-k EXPR]');
  });

  test('whatever is written, what comes out keeps to the allowlist', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '-k',
        '-m',
        '--failed',
        '--maxfail',
        '--',
        '-',
        '..',
        '/',
        '@x',
        '--__proto__',
        '=',
        'a::b',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        try {
          const { paths, keyword, marker } = readArguments(words, table);
          for (const path of paths) expect(path).toMatch(/^[^-/@~\p{Cc}\p{Cf}][^\p{Cc}\p{Cf}]*$/u);
          for (const text of [keyword, marker]) expect(text ?? 'x').toMatch(/^[^-]/);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is not a command gets an answer that helps', () => {
  test.each([
    ['/codex', 'No command was given. The commands are `/codex plan`, `/codex pr`, `/codex cancel`'],
    ['/codex paln', '`paln` is not a command. Did you mean `plan`?'],
    ['/codex deploy-everything', '`deploy-everything` is not a command. The commands are'],
    ['/codex plan -k "a', 'A quote is opened and never closed'],
    ['/codex cancel now', '`/codex cancel` does not take `now`. Usage: `/codex cancel`'],
    ['/codex help plan status', 'does not take `status`'],
    ['/codex @everyone', '`@everyone` is not a command'],
    ['/codex `plan`', '`` `plan` `` is not a command'],
  ])('%s', (comment, words) => {
    expect(told(comment)).toContain(words);
  });
});

describe('help and documentation', () => {
  test('name every command, option and example', () => {
    const page = commandsPage(COMMANDS);
    for (const command of COMMANDS) {
      expect(listCommands(COMMANDS)).toContain(command.usage);
      expect(page).toContain(describeCommand(command));
      for (const { flag, summary } of Object.values(command.options)) {
        expect(describeCommand(command)).toMatch(new RegExp(`\`${flag}.*: `));
        expect(describeCommand(command)).toContain(summary);
      }
    }
  });

  test('every example is a command that is understood', () => {
    for (const { command } of COMMANDS.flatMap(({ examples }) => examples)) {
      const [written] = parseComment(command);
      expect(written && prepareCommand(written).run).toBeInstanceOf(Function);
    }
  });

  test('help is no command itself when it is shown in a comment', () => {
    expect(parseComment(commandsPage(COMMANDS))).toEqual([]);
    expect(parseComment(listCommands(COMMANDS))).toEqual([]);
  });
});
