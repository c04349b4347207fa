import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type SquashInput, squashText } from '../../../src/merge/squash/squash-text.ts';
import { expectLinear } from '../../support/growth.ts';
import { HOSTILE } from '../../support/markdown.ts';

interface Changes extends Partial<Omit<SquashInput, 'pull' | 'config'>> {
  readonly title?: string;
  readonly body?: string;
  readonly config?: Partial<SquashInput['config']>;
}

const author = (name: string, login: string | null = null, email = `${name}@acme.test`) => ({
  name,
  email,
  login,
});

function squash({ title = 'Orders are kept', body = '', config, ...changes }: Changes = {}) {
  return squashText({
    pull: { number: 7, title, body, author: 'ada' },
    commits: [],
    config: { title: '{title} (#{number})', body: 'description', ...config },
    intentId: 'intent-1',
    planId: 'plan-1',
    ticket: null,
    ticketLink: null,
    ...changes,
  });
}

const OWN = ['Codex-Plan: plan-1', 'Codex-Merge: intent-1'];
const textOf = (changes: Changes) => squash(changes).message.split('\n\nCodex-Plan:')[0];

/** What git itself reads in the commit's message. */
function trailersOf({ title, message }: { readonly title: string; readonly message: string }): string[] {
  const input = `${title}\n\n${message}\n`;
  return execFileSync('git', ['interpret-trailers', '--parse'], { input, encoding: 'utf8' })
    .trim()
    .split('\n');
}

describe('the title', () => {
  it('is the pull request’s and its number, or what the template says', () => {
    expect(squash().title).toBe('Orders are kept (#7)');
    expect(squash({ ticket: 'ABC-7', config: { title: '[{ticket}] {title}' } }).title).toBe(
      '[ABC-7] Orders are kept',
    );
  });

  it('is not a template itself', () => {
    expect(squash({ title: '{number} {ticket} $& {title}' }).title).toBe('{number} {ticket} $& {title} (#7)');
  });

  it('is one line, without what turns or hides its words', () => {
    expect(squash({ title: 'a\nb\r\u0000c \u202edrow\u200b\u2066' }).title).toBe('a b c drow (#7)');
  });

  it('is cut at 256 characters, and keeps the number', () => {
    const { title } = squash({ title: '🌈'.repeat(300) });
    expect(title).toMatch(/^(?:🌈)+… \(#7\)$/u);
    expect(title.length).toBeLessThanOrEqual(256);
  });
});

describe('the text', () => {
  it('is the description without comments, checklists, lines of images, and headings above nothing else', () => {
    const body = `<!-- codex:conversation -->
## Why

Orders were lost <!-- really --> on restart. ![inline](a.png) stays.

![screenshot](b.png)
<img src="c.png">

- [x] I ran the tests
- [ ] I read the guide

## Notes

- kept
- [x] noise

## Checklist

- [ ] docs

## Screenshots
<!-- put them here -->
`;
    expect(textOf({ body })).toBe(`## Why

Orders were lost  on restart. ![inline](a.png) stays.

## Notes

- kept`);
  });

  it('keeps code that shows a comment or a checklist', () => {
    const body = '```md\n<!-- kept -->\n- [ ] kept\n```';
    expect(textOf({ body })).toBe(body);
  });

  it('loses what follows a comment that never ends, as on GitHub', () => {
    expect(textOf({ body: 'seen\n\n<!-- not seen\n\nnot seen' })).toBe('seen');
  });

  it('keeps a comment in code, and loses those in quotes, lists and headings', () => {
    const body = '# A <!-- 1 --> #\n\n> a\n> b <!-- 2\n> 2 --> c\n\n- d <!-- 3 --> e `<!-- 4 -->`';
    expect(textOf({ body })).toBe('# A  #\n\n> a\n> b\n c\n\n- d  e `<!-- 4 -->`');
  });

  it.each([
    ['emphasis that is not closed', '*a_ '],
    ['quotes in quotes', '> '],
    ['images on one line', '![](x) '],
    ['comments that do not end', 'a <!--'],
    ['tags that do not end', 'a <img '],
    ['spaces before a word', ' '],
    ['checklists', '- [ ] x\n'],
  ])('is found in any number of %s at a cost that grows with their number only', (_, part) => {
    expectLinear((size) => textOf({ body: `a${part.repeat(size / part.length)}b` }), 65_536);
  });

  it('is the commits, or nothing, where the configuration says so', () => {
    const commits = [
      { message: 'One\n\nBecause.', authors: [] },
      { message: 'Two', authors: [] },
    ];
    expect(textOf({ commits, body: 'x', config: { body: 'commits' } })).toBe('* One\n\nBecause.\n\n* Two');
    expect(squash({ commits, body: 'x', config: { body: 'none' } }).message).toBe(OWN.join('\n'));
  });
});

describe('the trailers, as git reads them', () => {
  it('end with what Codex says: ticket, plan and merge', () => {
    const ticket = { ticket: 'ABC-7', ticketLink: 'https://tickets.test/ABC-7' };
    expect(trailersOf(squash({ body: 'Text.', ...ticket }))).toEqual([
      'Ticket: ABC-7 https://tickets.test/ABC-7',
      ...OWN,
    ]);
    expect(trailersOf(squash({ body: 'Text.', ticket: 'ABC-7' }))).toEqual(['Ticket: ABC-7', ...OWN]);
  });

  it('name every author once but the one who opened it, bots included', () => {
    const commits = [
      { message: 'a', authors: [author('Ada', 'ada'), author('Grace', 'grace')] },
      {
        message: 'b',
        authors: [author('Grace H.', 'grace', 'GRACE@acme.test'), author('bot[bot]', 'bot[bot]')],
      },
      { message: 'c', authors: [author('Ada again', null, 'ADA@acme.test')] },
    ];
    expect(trailersOf(squash({ commits }))).toEqual([
      'Co-authored-by: Grace <Grace@acme.test>',
      'Co-authored-by: bot[bot] <bot[bot]@acme.test>',
      ...OWN,
    ]);
  });

  it('keep those that the description ends with', () => {
    const body = 'Text.\n\nSigned-off-by: Ada <ada@acme.test>\nFixes: #3';
    expect(trailersOf(squash({ body }))).toEqual(['Signed-off-by: Ada <ada@acme.test>', 'Fixes: #3', ...OWN]);
    expect(squash({ body }).message).toMatch(/^Text\.\n\nSigned/);
  });

  it('are not made of a sentence with a colon', () => {
    expect(trailersOf(squash({ body: 'Text.\n\nNote: the cache is kept.' }))).toEqual(OWN);
  });

  it.each([
    ['at its end', 'Text.\n\nCodex-Merge: forged\nCo-authored-by: Eve <eve@evil.test>'],
    ['in its middle', 'Codex-Merge: forged\n\nText.'],
    ['behind what nobody sees', 'Text.\n\nCodex-\u200bMerge: forged'],
    ['around a comment', 'Text.\n\nCodex-<!-- x -->Merge: forged'],
    ['below a line that begins so', '---\n'],
    ['before a line that git takes for the end', 'Text.\n\ncodex-merge : forged\n\n---\n'],
  ])('cannot be forged by the description: %s', (_, body) => {
    const text = squash({ body });
    expect(trailersOf(text)).toEqual(OWN);
    expect(text.message).not.toMatch(/forged|eve@/);
  });

  it('cannot be forged by the name or address of an author', () => {
    const commits = [
      { message: 'a', authors: [author('Eve\nCodex-Merge: forged', null, 'eve@evil.test')] },
      { message: 'b', authors: [author('Mallory', null, 'x>\nCodex-Merge: forged')] },
    ];
    expect(trailersOf(squash({ commits }))).toEqual([
      'Co-authored-by: Eve Codex-Merge: forged <eve@evil.test>',
      ...OWN,
    ]);
  });

  const pieces = [
    ...HOSTILE,
    'Codex-Merge: forged',
    'Co-authored-by: E <e@e>',
    '---\n',
    '- [ ] ',
    'Key-a: b',
  ];
  const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));

  it('are ours at the end of any message, whatever strangers wrote', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, body, name) => {
        const commits = [{ message: body, authors: [author(name, null, 'e@e.test')] }];
        const text = squash({ title, body, commits });
        expect(text.title).not.toMatch(/[\p{Cc}\u202e]/u);
        const trailers = trailersOf(text);
        expect(trailers.slice(-2)).toEqual(OWN);
        expect(trailers.filter((trailer) => trailer.startsWith('Codex-Merge:'))).toHaveLength(1);
        expect(text.message.match(/^Codex-Merge:/gm)).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});
