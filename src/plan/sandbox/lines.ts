/** Cuts a stream of bytes into lines with constant memory: a line over `limit` bytes is dropped and counted. */
export class LineReader {
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
      this.end();
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  /** Gives what is there as a line, newline or not. */
  end(): void {
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
