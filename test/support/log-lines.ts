/** What Codex logs, line by line, for a test to wait for. */
import { Writable } from 'node:stream';
import { z } from 'zod';

const line = z.looseObject({ level: z.int(), msg: z.string() });
type LogLine = z.infer<typeof line>;

/** A logger writes into it; each write is one line. */
export class LogLines extends Writable {
  readonly all: LogLine[] = [];
  readonly #waiting = new Set<() => void>();

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(text: string, _encoding: BufferEncoding, done: () => void): void {
    this.all.push(line.parse(JSON.parse(text)));
    for (const look of this.#waiting) look();
    done();
  }

  /**
   * The first line, also one of the past, with these words (a pattern is looked for in the whole line) and, where they
   * are given, these fields.
   */
  find(words: string | RegExp, fields: Readonly<Record<string, unknown>> = {}): Promise<LogLine> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.all.find((each) => says(each, words) && has(each, fields));
        if (!found) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

function says(each: LogLine, words: string | RegExp): boolean {
  return typeof words === 'string' ? each.msg.includes(words) : words.test(JSON.stringify(each));
}

function has(each: LogLine, fields: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(fields).every(([name, value]) => each[name] === value);
}
