/**
 * What a container prints, at constant memory. The garbage collector sees the small handle of a chunk, not the
 * 64 KB behind it: left to it, more than 50 MB of read output pile up while gigabytes pass.
 */
import type { Readable } from 'node:stream';

/** Gives `take` each chunk of `output`; once it resolves, the chunk's memory is gone. */
export async function readOutput(output: Readable, take: (chunk: Buffer) => Promise<void>): Promise<void> {
  for await (const chunk of output) {
    await take(chunk);
    release(chunk);
  }
}

/** Only memory that is the chunk's own: Node keeps small buffers together in one. */
function release({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0);
}
