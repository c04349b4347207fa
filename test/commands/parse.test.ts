import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_COMMANDS, newCommands, parseComment } from '../../src/commands/parse.ts';
import { expectLinear } from '../support/growth.ts';

const lines = (...text: string[]) => text.join('\n');
const run = (body: string) => parseComment(body).map(({ name, words }) => [name, ...words]);

describe('a comment and what is run', () => {
  test.each<[string, string, string[][]]>([
    ['a command', '/codex plan', [['plan']]],
    ['a command behind a byte order mark', '\uFEFF/codex plan', [['plan']]],
    ['a bare /codex', '/codex', [['']]],
    ['any case of the name', '/Codex PLAN Tests', [['plan', 'Tests']]],
    ['up to three spaces before it', '   /codex plan', [['plan']]],
    ['no-break spaces', '\u00a0/codex\u00a0plan\u2003tests', [['plan', 'tests']]],
    ['tabs between words', '/codex\tplan\ttests', [['plan', 'tests']]],
    [
      'arguments',
      '/codex plan tests/a.py -k x --maxfail=1',
      [['plan', 'tests/a.py', '-k', 'x', '--maxfail=1']],
    ],
    ['quoted arguments', `/codex plan -k "a or b" -m 'c d'`, [['plan', '-k', 'a or b', '-m', 'c d']]],
    ['quotes as telephones write them', '/codex plan -k “a or b”', [['plan', '-k', 'a or b']]],
    ['an escaped space', '/codex plan my\\ tests', [['plan', 'my tests']]],
    ['a quoted name', '/codex "plan"', [['plan']]],
    ['two in order', lines('/codex cancel', '/codex plan'), [['cancel'], ['plan']]],
    ['words around it', lines('Let us see.', '', '/codex plan', '', 'Thanks!'), [['plan']]],
    ['words directly above and below', lines('Let us see:', '/codex plan', 'Thanks!'), [['plan']]],
    ['Windows line ends', 'a\r\n/codex plan\r\n/codex status\r\n', [['plan'], ['status']]],
    ['a line that Markdown makes a heading', lines('/codex plan', '---'), [['plan']]],
    ['a comment behind it', '/codex plan <!-- quickly --> tests', [['plan']]],
    ['the line after a comment', lines('<!-- note -->', '/codex plan'), [['plan']]],
    ['an option that looks like Markdown', '/codex plan -k a*b*c_d_', [['plan', '-k', 'a*b*c_d_']]],
    ['a node id', '/codex plan "t/a.py::test_b[x y]"', [['plan', 't/a.py::test_b[x y]']]],
    ['after a fence is closed', lines('```', 'x', '```', '/codex plan'), [['plan']]],
    ['below a list', lines('- a', '', '/codex plan'), [['plan']]],
    ['after a quote and an empty line', lines('> a', '', '/codex plan'), [['plan']]],
  ])('%s', (_what, body, commands) => {
    expect(run(body)).toEqual(commands);
  });

  test.each([
    ['nothing', ''],
    ['plain words', 'I like /codex plan'],
    ['a longer word', '/codexplan'],
    ['a path', '/codex/plan'],
    ['an escaped slash', '\\/codex plan'],
    ['a fence', lines('```', '/codex plan', '```')],
    ['a fence of tildes with a language', lines('~~~sh', '/codex plan', '~~~')],
    ['a fence that is never closed', lines('```', '/codex plan')],
    ['a longer fence around a shorter one', lines('````', '```', '/codex plan', '```', '````')],
    ['indented code', lines('see', '', '    /codex plan')],
    ['a tab before it', lines('see', '', '\t/codex plan')],
    ['a continuation line that is indented too far', lines('see', '     /codex plan')],
    ['inline code', '`/codex plan`'],
    ['inline code over lines', lines('a `b', '/codex plan', 'c` d')],
    ['a quote', '> /codex plan'],
    ['a quote that goes on without its mark', lines('> they said', '/codex plan')],
    ['a quote in a list', lines('- a', '  > /codex plan')],
    ['an item of a list', lines('- /codex plan', '1. /codex plan', '* [ ] /codex plan')],
    ['an HTML comment', '<!-- /codex plan -->'],
    ['an HTML comment over lines', lines('<!--', '/codex plan', '-->')],
    ['an HTML comment that is never closed', lines('<!--', '', '/codex plan')],
    ['an HTML comment inside of a paragraph', lines('a <!--', '/codex plan', '--> b')],
    ['an HTML comment that starts on a command', lines('/codexx <!--', '/codex plan', '-->')],
    ['an HTML block', lines('<pre>', '/codex plan', '</pre>')],
    ['the title of a link definition', lines('[a]: b "', '/codex plan', '"')],
    ['a heading', '# /codex plan'],
  ])('%s runs nothing', (_what, body) => {
    expect(run(body)).toEqual([]);
  });

  test('a comment cannot hide a command behind another one', () => {
    expect(run(lines('/codex status <!--', '/codex cancel', '-->'))).toEqual([['status']]);
  });

  test('an open quote is a mistake that is told', () => {
    expect(parseComment('/codex plan -k "a or')).toEqual([
      {
        text: '/codex plan -k "a or',
        name: 'plan',
        words: [],
        mistake: expect.stringContaining('never closed'),
      },
    ]);
  });

  test(`the first ${MAX_COMMANDS} commands are run, the next one is told to be too many`, () => {
    const commands = parseComment('/codex status\n'.repeat(MAX_COMMANDS + 5));
    expect(commands).toHaveLength(MAX_COMMANDS + 1);
    expect(commands.filter(({ mistake }) => mistake === null)).toHaveLength(MAX_COMMANDS);
    expect(commands.at(-1)?.mistake).toContain('were not run');
  });

  test('an endless line is refused and cut', () => {
    const [command] = parseComment(`/codex plan ${'x'.repeat(60_000)}`);
    expect(command?.mistake).toContain('longer than');
    expect(command?.text.length).toBeLessThanOrEqual(4_000);
  });
});

describe('an edit runs only what is new', () => {
  const added = (before: string | null, after: string) =>
    newCommands(before, after).map(({ name, words }) => [name, ...words].join(' '));

  test.each<[string, string | null, string, string[]]>([
    ['a new comment', null, '/codex plan', ['plan']],
    ['a corrected typing error elsewhere', '/codex plan\nteh', '/codex plan\nthe', []],
    ['other spacing, quoting and case', '/codex plan  -k "a"', '/CODEX Plan -k a', []],
    ['a changed argument', '/codex plan -k a', '/codex plan -k b', ['plan -k b']],
    ['one more', '/codex plan', '/codex plan\n/codex status', ['status']],
    ['the same once more', '/codex plan', '/codex plan\n/codex plan', ['plan']],
    ['a removed one', '/codex plan\n/codex status', '/codex status', []],
    ['a moved one', '/codex plan\n/codex status', '/codex status\n/codex plan', []],
    ['taken out of a fence', '```\n/codex plan\n```', '/codex plan', ['plan']],
  ])('%s', (_what, before, after, commands) => {
    expect(added(before, after)).toEqual(commands);
  });
});

describe('hostile comments', () => {
  type BodyOf = (size: number) => string;
  const fill =
    (text: string, before = ''): BodyOf =>
    (size) =>
      before + text.repeat(Math.ceil(size / text.length)).slice(0, size);
  const growing =
    (mark: string, after: string): BodyOf =>
    (size) =>
      Array.from({ length: Math.sqrt((2 * size) / mark.length) }, (_, n) => mark.repeat(n) + after).join('');

  test.each<[string, BodyOf]>([
    ['quotes', fill('>')],
    ['lists', fill('- ')],
    ['numbered lists', fill('1. ')],
    ['mixed containers', fill('- > 1. ')],
    ['quotes that deepen', growing('>', 'a\n')],
    ['lists that deepen', growing(' - ', 'a\n')],
    ['lazy lines under deep quotes', fill('b\n', `${'>'.repeat(500)}a\n`)],
    ['list items', fill('- a\n')],
    ['paragraphs', fill('word\n\n')],
    ['open HTML comments', fill('<!-- ', 'a ')],
    ['open CDATA', fill('<![CDATA[', 'a ')],
    ['open attributes', fill('<a b="', 'a ')],
    ['backticks of every length', growing('`', ' a ')],
    ['fences', fill('```\n')],
    ['brackets', fill('[')],
    ['images', fill('![a](')],
    ['emphasis', fill('*a **a ')],
    ['definitions', fill('[a]: b\n')],
    ['open definitions', fill('[a\n')],
    ['an open title', fill('x\n', '[a]: b "')],
    ['blank lines in deep lists', fill('\n', `${'- '.repeat(200)}a\n`)],
    ['spaces', fill(' ')],
    ['commands', fill('/codex plan\n')],
    ['commands in one line', fill('/codex ')],
    ['quote characters', fill(`"'\\`, '/codex ')],
  ])('%s cost no more than their length', (_what, bodyOf) => {
    expectLinear((size) => parseComment(`${bodyOf(size)}\n/codex plan`), 65_000);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      '/codex plan',
      '/codex',
      '\n',
      '\r\n',
      '> ',
      '- ',
      '`',
      '```',
      '<!--',
      '-->',
      '    ',
      '"',
      '\\',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const comment = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

  test('whatever is written, parsing answers with bounded commands', () => {
    fc.assert(
      fc.property(comment, (body) => {
        const commands = parseComment(body);
        expect(commands.length).toBeLessThanOrEqual(MAX_COMMANDS + 1);
        expect(newCommands(body, body)).toEqual([]);
      }),
    );
  });

  test('whatever is written, a quote of it and a fence around it run nothing', () => {
    fc.assert(
      fc.property(comment, (body) => {
        expect(parseComment(body.replaceAll(/^/gm, '> ').replaceAll('\r', '\r> '))).toEqual([]);
        const fence = '~'.repeat(70);
        expect(parseComment(`${fence}\n${body}\n${fence}`)).toEqual([]);
      }),
    );
  });

  test('a command on a line of its own between empty lines is always found after any list of words', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z ,.]{0,30}$/)), (words) => {
        expect(run(lines(...words, '', '/codex plan', '', ...words))).toEqual([['plan']]);
      }),
    );
  });
});
