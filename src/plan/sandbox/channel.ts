/**
 * Reads the container's stderr: one JSON object a line, each with the run's nonce. Whatever else appears there
 * was written by tested code (or is too long, or does not fit): it is counted, kept from the caller, and can
 * cost neither memory nor more than a bounded share of time.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Bytes. A traceback is at most a few hundred thousand characters, escaped. */
const LINE_LIMIT = 4 * 1024 * 1024;
/** Bytes of one container's whole channel; what comes after is not read as events. */
const CHANNEL_LIMIT = 512 * 1024 * 1024;
/** Unfit lines that are parsed at all. */
const FORGED_LIMIT = 10_000;

export class EventChannel<Event> {
  readonly #nonce: string;
  readonly #schema: z.ZodType<Event>;
  readonly #onEvent: (event: Event) => void;
  readonly #lines: LineReader;
  #bytes = 0;
  #forged = 0;

  constructor(nonce: string, schema: z.ZodType<Event>, onEvent: (event: Event) => void) {
    this.#nonce = nonce;
    this.#schema = schema;
    this.#onEvent = onEvent;
    this.#lines = new LineReader(
      LINE_LIMIT,
      (line) => this.#read(line),
      () => this.#forged++,
    );
  }

  /** Lines that were not events of this run. */
  get forged(): number {
    return this.#forged;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= CHANNEL_LIMIT && this.#forged < FORGED_LIMIT) this.#lines.push(chunk);
  }

  #read(line: Buffer): void {
    const event = line.includes(this.#nonce) ? parse(line, this.#nonce, this.#schema) : null;
    if (event === null) this.#forged++;
    else this.#onEvent(event);
  }
}

/** 128 random bits that only the runner is told. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

const envelope = z.object({ nonce: z.string() });

function parse<Event>(line: Buffer, nonce: string, schema: z.ZodType<Event>): Event | null {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
  if (envelope.safeParse(value).data?.nonce !== nonce) return null;
  const event = schema.safeParse(value);
  return event.success ? event.data : null;
}

/** Cuts a stream of bytes into lines with constant memory: a line over `limit` bytes is dropped and counted. */
class LineReader {
  readonly #limit: number;
  readonly #onLine: (line: Buffer) => void;
  readonly #onDropped: () => void;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(limit: number, onLine: (line: Buffer) => void, onDropped: () => void) {
    this.#limit = limit;
    this.#onLine = onLine;
    this.#onDropped = onDropped;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#add(chunk.subarray(start, end));
      this.#end();
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  #end(): void {
    if (this.#size > this.#limit) this.#onDropped();
    else if (this.#size > 0) this.#onLine(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#size = 0;
  }

  #add(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > this.#limit) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }
}
