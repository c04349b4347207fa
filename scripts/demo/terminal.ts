/** What the demo says, plainly: colours only where the stream has them (NO_COLOR and pipes are respected). */
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

export class Terminal {
  readonly #stream: NodeJS.WriteStream | null;

  /** `null`: the demo is played without a word. */
  constructor(stream: NodeJS.WriteStream | null) {
    this.#stream = stream;
  }

  /** The heading of a scene. */
  heading(text: string): void {
    this.#write(`\n${this.style('bold', text)}\n`);
  }

  line(text: string): void {
    this.#write(`  ${text}\n`);
  }

  /** A name and what is to be known of it. */
  fact(name: string, value: string): void {
    this.line(`${this.style('dim', name.padEnd(10))}${value}`);
  }

  detail(text: string): void {
    this.line(this.style('dim', text));
  }

  /** Something that happened `seconds` after the comment. */
  happened(seconds: number, text: string): void {
    this.line(`${this.style('dim', `${seconds.toFixed(2).padStart(6)} s`)}  ${text}`);
  }

  /** A text of several lines, set off from the demo's own. */
  quote(text: string): void {
    const bar = this.style('dim', '│');
    for (const line of text.split('\n')) this.line(`${bar} ${line}`.trimEnd());
  }

  done(text: string): void {
    this.#write(`\n${this.style('green', '✓')} ${this.style('bold', text)}\n`);
  }

  failed(text: string): void {
    this.#write(`\n${this.style('red', '✗')} ${text}\n`);
  }

  style(format: Format, text: string): string {
    return this.#stream === null ? text : styleText(format, text, { stream: this.#stream });
  }

  #write(text: string): void {
    this.#stream?.write(text);
  }
}
