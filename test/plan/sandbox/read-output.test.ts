import { PassThrough, Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { readOutput } from '../../../src/plan/sandbox/read-output.ts';

test('every byte is taken, in order', async () => {
  const taken: string[] = [];
  await readOutput(Readable.from([Buffer.from('one '), Buffer.from('two')]), async (chunk) => {
    taken.push(chunk.toString());
  });
  expect(taken.join('')).toBe('one two');
});

test('the memory of what a process printed is gone once it was taken', async () => {
  const child = execa('head', ['-c', '1000000', '/dev/zero'], { buffer: false });
  const chunks: Buffer[] = [];
  let bytes = 0;
  await readOutput(child.stdout, async (chunk) => {
    chunks.push(chunk);
    bytes += chunk.length;
  });
  expect(bytes).toBe(1_000_000);
  expect(chunks.map(({ length }) => length)).toEqual(chunks.map(() => 0));
});

test('memory that a chunk shares with other buffers stays', async () => {
  const neighbour = Buffer.from('a neighbour in the pool');
  const shared = Buffer.from('a chunk');
  expect(shared.buffer).toBe(neighbour.buffer);
  const output = new PassThrough();
  output.end(shared);
  await readOutput(output, async () => {});
  expect(neighbour.toString()).toBe('a neighbour in the pool');
});
