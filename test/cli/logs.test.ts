import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { visibly } from '../../src/cli/logs.ts';

/** What a terminal gets of a log that is read `size` bytes at a time. */
async function shown(log: string, size: number): Promise<string> {
  const bytes = Buffer.from(log);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  return (await Array.fromAsync(visibly(Readable.from(chunks)))).join('');
}

test('on a terminal a log is text: no sequence of it is obeyed, wherever it is cut', async () => {
  for (const size of [1, 2, 3, 100]) {
    const text = await shown('ok ✓ größe\n\u001b]0;title\u0007\u001b[2J\ttab\n', size);
    expect(text).toContain('ok ✓ größe\n\\x1b]0;title\\x07');
    expect(text).toMatch(/\ttab\n$/);
    expect(text).not.toContain('\u001b');
  }
});
