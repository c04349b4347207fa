/**
 * The log of a run: everything the tested code printed, at constant memory whatever that is. The first bytes
 * and the last ones are kept, what lies between is counted and the cut announced. Stored compressed, written
 * beside its final name and renamed, so that a log is either whole or not there.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { redact } from '../../redact.ts';
import { logFile } from './log-files.ts';
import { BLOCK_BYTES, cutPoint, LastBytes } from './log-text.ts';

export const LOG_HEAD_BYTES = 8 * 1024 * 1024;
export const LOG_TAIL_BYTES = 2 * 1024 * 1024;

export class LogWriter {
  readonly #file: string;
  readonly #gzip = createGzip({ level: 1 });
  readonly #stored: Promise<void>;
  /** One block more than is kept: it is redacted with the rest, then left out, as it may begin inside a secret. */
  readonly #tail = new LastBytes(LOG_TAIL_BYTES + BLOCK_BYTES);
  /** Bytes of the head that wait for the end of their block. */
  #pending: Buffer = Buffer.alloc(0);
  #head = 0;
  #kept = 0;
  #discarded = false;
  #written: Promise<void> = Promise.resolve();

  /** Opens `<dataDir>/logs/<run>.log.gz`; a log of an earlier try of the run is replaced when this one closes. */
  constructor(dataDir: string, run: string) {
    this.#file = logFile(dataDir, run);
    mkdirSync(dirname(this.#file), { recursive: true });
    this.#stored = pipeline(this.#gzip, createWriteStream(`${this.#file}.part`, { mode: 0o600 }));
    // Told by write() and close(), whichever comes first.
    this.#stored.catch(() => {});
  }

  /** Resolves when the chunk's memory is free again; several may write at once. Throws when the disk is full. */
  write(chunk: Buffer): Promise<void> {
    this.#written = this.#written.then(() => this.#append(chunk));
    return this.#written;
  }

  async #append(chunk: Buffer): Promise<void> {
    if (this.#discarded) return; // An install goes on for others when its own run is cancelled.
    const head = chunk.subarray(0, LOG_HEAD_BYTES - this.#head);
    this.#head += head.length;
    if (head.length > 0) this.#pending = await this.#store(Buffer.concat([this.#pending, head]));
    if (head.length < chunk.length) this.#tail.push(chunk.subarray(head.length));
  }

  /** Puts the log in its place. `bytes`: what was printed; `kept`: how much of that is stored. */
  async close(): Promise<{ bytes: number; kept: number }> {
    await this.#written;
    const bytes = this.#head + this.#tail.pushed;
    await this.#storeEnd();
    this.#gzip.end();
    await this.#stored;
    await rename(`${this.#file}.part`, this.#file);
    return { bytes, kept: this.#kept };
  }

  /** Leaves nothing behind, for a run that is started again from the beginning. */
  async discard(): Promise<void> {
    this.#discarded = true;
    // The chunk that is being written may be of that install, which a destroyed stream would fail.
    await Promise.race([this.#written, this.#stored]).catch(() => {});
    this.#gzip.destroy();
    await this.#stored.catch(() => {});
    await rm(`${this.#file}.part`, { force: true });
  }

  async #storeEnd(): Promise<void> {
    const tail = this.#tail.bytes();
    if (tail.length === this.#tail.pushed) {
      await this.#put(await this.#store(Buffer.concat([this.#pending, tail])));
      return;
    }
    await this.#put(this.#pending.subarray(0, cutPoint(this.#pending)));
    const kept = tail.subarray(cutPoint(tail.subarray(0, BLOCK_BYTES)));
    const left = this.#head + this.#tail.pushed - this.#kept - kept.length;
    await this.#compress(`\n[Codex: the log is cut here, ${left} bytes are left out]\n`);
    await this.#put(await this.#store(kept));
  }

  /** Stores whole blocks of `bytes` and gives back what is left. */
  async #store(bytes: Buffer): Promise<Buffer> {
    let rest = bytes;
    while (rest.length >= BLOCK_BYTES) {
      const end = cutPoint(rest.subarray(0, BLOCK_BYTES));
      await this.#put(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return rest;
  }

  async #put(block: Buffer): Promise<void> {
    this.#kept += block.length;
    await this.#compress(redact(block.toString('utf8')));
  }

  #compress(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#gzip.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}
