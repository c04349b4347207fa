/**
 * Where a stream of output may be cut so that no secret is cut in two: redaction works on blocks, and half a
 * secret would not be recognised.
 */

/** Bytes that are redacted at a time: bounds the time of one step. */
export const BLOCK_BYTES = 64 * 1024;
/** A private key, the only secret of several lines, is shorter. */
const KEY_BYTES = 16 * 1024;

/** The length of the longest part of `block` that ends between lines (else words) and outside of a key. */
export function cutPoint(block: Buffer): number {
  const end = block.lastIndexOf('\n') + 1 || block.lastIndexOf(' ') + 1 || block.length;
  const begin = block.lastIndexOf('-----BEGIN ', end);
  const closed = block.indexOf('-----END ', begin) !== -1;
  return begin > 0 && begin > end - KEY_BYTES && begin < end && !closed ? begin : end;
}

/** Keeps the last `size` bytes of what is pushed. */
export class LastBytes {
  readonly #size: number;
  #ring: Buffer | null = null;
  #pushed = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get pushed(): number {
    return this.#pushed;
  }

  push(chunk: Buffer): void {
    this.#ring ??= Buffer.alloc(this.#size);
    const last = chunk.subarray(Math.max(0, chunk.length - this.#size));
    const at = (this.#pushed + chunk.length - last.length) % this.#size;
    const copied = last.copy(this.#ring, at);
    last.copy(this.#ring, 0, copied);
    this.#pushed += chunk.length;
  }

  bytes(): Buffer {
    if (!this.#ring) return Buffer.alloc(0);
    const at = this.#pushed % this.#size;
    if (this.#pushed <= this.#size) return this.#ring.subarray(0, this.#pushed);
    return Buffer.concat([this.#ring.subarray(at), this.#ring.subarray(0, at)]);
  }
}
