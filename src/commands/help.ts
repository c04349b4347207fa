import { z } from 'zod';
import { UserError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { code, suggestion } from './quote.ts';
import { describeCommand, listCommands } from './reference.ts';

export const help = defineCommand({
  name: 'help',
  capability: null,
  summary: 'Explains the commands, or one of them.',
  positional: {
    key: 'command',
    label: 'command',
    many: false,
    summary: 'the command to explain; none: a list of all',
  },
  options: {},
  examples: [{ command: '/codex help plan', summary: 'everything about one command' }],
  schema: z.object({ command: z.string().nullable() }),
  async run({ commands }, { command: wanted }) {
    if (wanted === null) return { answer: listCommands(commands), reaction: '+1' };
    const command = commands.find(({ name }) => name === wanted.toLowerCase());
    if (command) return { answer: describeCommand(command), reaction: '+1' };
    const names = commands.map(({ name }) => name);
    throw new UserError(
      `There is no command ${code(wanted)}.${suggestion(wanted, names)}`,
      'See `/codex help`.',
    );
  },
});
