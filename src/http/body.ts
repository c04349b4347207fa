/**
 * Reads bodies as raw bytes, within limits. Senders are not known yet: so the size is limited per request and
 * over all requests that are being read, and so is the time.
 */
import type { IncomingMessage } from 'node:http';

export interface BodyLimits {
  /** Of one body. */
  readonly maxBytes: number;
  /** Of all bodies together, until they are released. */
  readonly maxBufferedBytes: number;
  /** Milliseconds until the last byte. */
  readonly timeoutMs: number;
}

/** `aborted`: the client is gone. `busy`: too much is being read already. */
export type BodyFailure = 'too_large' | 'timeout' | 'aborted' | 'busy';

export class BodyReader {
  readonly #limits: BodyLimits;
  #buffered = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Says that a body which was read is not needed any more. */
  release(body: Buffer): void {
    this.#buffered -= body.length;
  }

  /** The whole body, to be released, or why there is none. Never rejects. */
  read(request: IncomingMessage): Promise<Buffer | BodyFailure> {
    const { maxBytes, maxBufferedBytes, timeoutMs } = this.#limits;
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('too_large');
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const settle = (result: Buffer | BodyFailure) => {
        clearTimeout(timer);
        if (typeof result === 'string') this.#buffered -= size;
        request.off('data', onData).off('end', onEnd).off('close', onClose);
        resolve(result);
      };
      const onData = (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        this.#buffered += chunk.length;
        if (size > maxBytes) settle('too_large');
        else if (this.#buffered > maxBufferedBytes) settle('busy');
      };
      const onEnd = () => settle(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
      const onClose = () => settle('aborted');
      const timer = setTimeout(() => settle('timeout'), timeoutMs);
      request.on('data', onData).on('end', onEnd).on('close', onClose);
    });
  }
}
