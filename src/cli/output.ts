/** What `codexctl` prints of stored things: lines for a person, in which no terminal finds anything to obey. */
import { visibleLine } from '../markdown/text.ts';

export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${visibleLine(line)}\n`).join(''));
}

/** Prints one line of `cells` for each row, or that there is `nothing`. */
export function printRows(rows: readonly (readonly string[])[], nothing: string): void {
  printLines(rows.length === 0 ? [nothing] : rows.map((cells) => cells.join('  ')));
}

/** `2026-11-21 09:30:00`, in UTC. `at`: milliseconds since the epoch. */
export function instant(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
