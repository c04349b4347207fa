/** What a command declares: parsing, help and documentation are all made from it. */
import type { z } from 'zod';
import type { Capability } from '../entitlements/capability.ts';
import type { Reaction } from '../github/reaction.ts';
import { type ArgumentTable, readArguments, usageOf } from './arguments.ts';
import type { CommandContext } from './context.ts';

interface Example {
  readonly command: string;
  readonly summary: string;
}

/** What is shown once a command has run; null: nothing, or later and by somebody else. */
export interface Result {
  /** Markdown. */
  readonly answer: string | null;
  readonly reaction: Reaction | null;
}

export interface Command extends ArgumentTable {
  readonly name: string;
  /** What a person needs to have to use it; null: write permission is enough. */
  readonly capability: Capability | null;
  /** One sentence. */
  readonly summary: string;
  /** One line: `/codex name [arguments]`. */
  readonly usage: string;
  readonly examples: readonly Example[];
  /** Reads the words after the name, without effects. Throws `UserError` for what they may not be. */
  prepare(words: readonly string[]): (context: CommandContext) => Promise<Result>;
}

interface Declaration<Schema extends z.ZodType> extends ArgumentTable {
  readonly name: string;
  readonly capability: Capability | null;
  readonly summary: string;
  readonly examples: readonly Example[];
  /** The arguments' names are its keys; what it refuses is told with its words. */
  readonly schema: Schema;
  /** May run again after a crash at any point. Throws `UserError` for what the person can change. */
  run(context: CommandContext, args: z.output<Schema>): Promise<Result>;
}

export function defineCommand<Schema extends z.ZodType>(declaration: Declaration<Schema>): Command {
  const { schema, run, ...described } = declaration;
  const usage = usageOf(described.name, described);
  return {
    ...described,
    usage,
    prepare(words) {
      const args = readArguments(words, { ...described, usage, schema });
      return (context) => run(context, args);
    },
  };
}
