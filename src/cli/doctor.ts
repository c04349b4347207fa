/** `codexctl doctor`: what is wrong with an installation, each with its fix. */
import { redact } from '../redact.ts';
import { diagnose } from './doctor/diagnose.ts';
import type { Problem } from './doctor/facts.ts';
import { readFacts } from './doctor/read-facts.ts';
import { printLines } from './output.ts';

/** Prints every problem and gives the exit code: 1 where there is one that Codex cannot do without. */
export async function examine(repository: string | undefined): Promise<number> {
  const problems = diagnose(await readFacts(repository ?? null, process.env));
  const lines = problems.length === 0 ? ['Nothing is wrong.'] : problems.flatMap(linesOf);
  printLines(lines.map(redact));
  return problems.some(({ optional }) => !optional) ? 1 : 0;
}

function linesOf({ about, what, fix, optional }: Problem): string[] {
  return [`${optional ? 'Note' : 'Problem'}: ${about}: ${what}`, `  ${fix}`];
}
