/** All commands, in the order of the help. A new one is a file beside this one and a line in this list. */
import { UserError } from '../errors.ts';
import { cancel } from './cancel.ts';
import type { Command } from './command.ts';
import { freeze, unfreeze } from './freeze.ts';
import { help } from './help.ts';
import type { WrittenCommand } from './parse.ts';
import { plan } from './plan.ts';
import { pr } from './pr.ts';
import { code, suggestion } from './quote.ts';
import { status } from './status.ts';

export const COMMANDS: readonly Command[] = [plan, pr, cancel, status, freeze, unfreeze, help];

/** A command that was read; what may be run, once whoever gave it has the capability. */
export interface Prepared {
  readonly capability: Command['capability'];
  readonly run: ReturnType<Command['prepare']>;
}

/** Reads a written command, without effects. Throws `UserError` with the nearest command and the usage. */
export function prepareCommand(written: WrittenCommand): Prepared {
  const { name, words, mistake, text } = written;
  const command = COMMANDS.find((known) => known.name === name);
  const usage = command ? `Usage: \`${command.usage}\`` : `The commands are ${listNames()}.`;
  if (mistake !== null) throw new UserError(`${code(text)}: ${mistake}`, usage);
  if (command) return { capability: command.capability, run: command.prepare(words) };
  const near = suggestion(
    name,
    COMMANDS.map((known) => known.name),
  );
  throw new UserError(
    name === '' ? 'No command was given.' : `${code(name)} is not a command.${near}`,
    usage,
  );
}

function listNames(): string {
  return COMMANDS.map(({ name }) => `\`/codex ${name}\``).join(', ');
}
