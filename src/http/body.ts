/**
 * Reads a body as raw bytes, within limits. Senders are not known yet: so the size is limited per request and
 * over all requests that are being read, and so is the time.
 */
import type { IncomingMessage } from 'node:http';

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds until the last byte. */
  readonly timeoutMs: number;
}

/** `aborted`: the client is gone. `busy`: too much is being read already. */
export type BodyFailure = 'too_large' | 'timeout' | 'aborted' | 'busy';

/** Reads bodies; holds at most `maxBufferedBytes` until they are released. */
export class BodyReader {
  readonly #maxBufferedBytes: number;
  #buffered = 0;

  constructor(maxBufferedBytes: number) {
    this.#maxBufferedBytes = maxBufferedBytes;
  }

  /** Says that a body which was read is not needed any more. */
  release(body: Buffer): void {
    this.#buffered -= body.length;
  }

  /** The whole body, to be released, or why there is none. Never rejects. */
  read(request: IncomingMessage, limits: BodyLimits): Promise<Buffer | BodyFailure> {
    if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes) return Promise.resolve('too_large');
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
        if (size > limits.maxBytes) settle('too_large');
        else if (this.#buffered > this.#maxBufferedBytes) settle('busy');
      };
      const onEnd = () => settle(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
      const onClose = () => settle('aborted');
      const timer = setTimeout(() => settle('timeout'), limits.timeoutMs);
      request.on('data', onData).on('end', onEnd).on('close', onClose);
    });
  }
}
