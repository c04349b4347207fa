import { COMMANDS } from '../../src/commands/registry.ts';
import { table } from './table.ts';

export function commandsTable(): string {
  return table(
    ['Command', 'What it does'],
    COMMANDS.map(({ usage, summary }) => [`\`${usage}\``, summary]),
  );
}
