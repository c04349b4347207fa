import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  block,
  code,
  details,
  fenceable,
  list,
  markdown,
  paragraph,
  table,
  tailBlock,
  text,
} from '../../src/markdown/document.ts';
import { prose } from '../../src/markdown/prose.ts';
import { bytesOf, visibleLine } from '../../src/markdown/text.ts';
import { activeNodes, HOSTILE, nodesOf, parseMarkdown, valuesOf } from '../support/markdown.ts';

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

describe('a name in a line', () => {
  it('reads back as it was, and nothing comes out of it', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const document = markdown([list([[code(name), text(' took 1 s')]])]);
        const [shown, ...others] = valuesOf(document, 'inlineCode');
        expect(others).toEqual([]);
        expect(valuesOf(document, 'text')).toEqual([' took 1 s']);
        expect(activeNodes(document)).toEqual([]);
        if (visibleLine(name).trim() !== '' && !/`{9}/.test(visibleLine(name)) && name.length < 60) {
          expect(shown).toBe(visibleLine(name));
        }
      }),
    );
  });

  it('is shown as blank where there is nothing to see', () => {
    expect(markdown([paragraph(code('  '))])).toBe('`(blank)`');
  });
});

describe('a block', () => {
  it('cannot be closed by its text', () => {
    fc.assert(
      fc.property(hostile, (traceback) => {
        const document = markdown([
          ...details([{ code: 'a' }], [block(traceback)]),
          paragraph(text('after')),
        ]);
        expect(valuesOf(document, 'code')).toEqual([fenceable(traceback)]);
        expect(valuesOf(document, 'html')).toEqual([
          '<details>\n<summary><code>a</code></summary>',
          '</details>',
        ]);
        expect(valuesOf(document, 'text')).toEqual(['after']);
      }),
    );
  });

  it('keeps the end of a long text and says so', () => {
    const { value } = tailBlock(`first\n${'x'.repeat(500)}\nAssertionError`, 100);
    expect(value).toMatch(/^… \(the beginning is left out\)\nx+\nAssertionError$/);
    expect(bytesOf(value)).toBeLessThanOrEqual(100);
  });

  it('needs no endless fence for endless backticks', () => {
    expect(markdown([block('`'.repeat(50_000))]).length).toBeLessThan(200);
  });
});

describe('a folded part', () => {
  it('has a name that ends neither its line nor its element', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const document = markdown(details([{ code: name }, ' failed'], [paragraph(text('inside'))]));
        const [opening, closing, ...others] = valuesOf(document, 'html');
        expect(opening).toMatch(/^<details>\n<summary><code>[^<>\n]+<\/code> failed<\/summary>$/);
        expect([closing, ...others]).toEqual(['</details>']);
        expect(valuesOf(document, 'text')).toEqual(['inside']);
      }),
    );
  });
});

describe('a table', () => {
  it('has the rows and cells it was given', () => {
    const document = markdown([
      table(
        [
          ['a', 'b|'],
          ['1', '2'],
          ['3', '4'],
        ].map((row) => row.map(text)),
      ),
    ]);
    const sizes = nodesOf(parseMarkdown(document)).flatMap((node) =>
      node.type === 'tableRow' ? [node.children.length] : [],
    );
    expect(sizes).toEqual([2, 2, 2]);
  });
});

describe('prose', () => {
  it('leaves an abbreviation of our own sentences as it is', () => {
    expect(markdown([paragraph(...prose('is no branch, e.g. release/*'))])).toBe(
      'is no branch, e.g. `release/*`',
    );
  });

  it('keeps ordinary words and turns everything else into code', () => {
    const sentence = "12 tests didn't pass (see #12, @octocat): tests/a.py at `main`, 1,234.5 of 3%. Re-run!";
    expect(markdown([paragraph(...prose(sentence))])).toBe(
      "12 tests didn't pass (see `#12`, `@octocat`): `tests/a.py` at `main`, 1,234.5 of 3%. Re-run!",
    );
  });

  it('lets nothing through that GitHub would link, mention or render', () => {
    fc.assert(
      fc.property(hostile, (sentence) => {
        const document = markdown([paragraph(text('Note: '), ...prose(sentence))]);
        expect(activeNodes(document)).toEqual([]);
        expect(valuesOf(document, 'html')).toEqual([]);
        expect(valuesOf(document, 'code')).toEqual([]);
        for (const plain of valuesOf(document, 'text')) {
          expect(plain).not.toMatch(/[@#$<>&*_~|[\]\\]|:\/\/|www\.|GH-\d|\b[0-9a-f]{7,}\b|\d{7}|:\w+:/i);
        }
      }),
      { numRuns: 500 },
    );
  });
});
