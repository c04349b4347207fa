/** The environment variables as people read them: docs/environment.md and .env.example. Pure. */
import { environment, SECRET_VARIABLES } from '../../src/environment.ts';
import { table } from './table.ts';

interface Variable {
  readonly name: string;
  /** Markdown. */
  readonly description: string;
  /** As it would be written; null: none, or described in words. */
  readonly defaultValue: string | null;
  /** Nothing runs without it, or without what its description names in its place. */
  readonly required: boolean;
  readonly secret: boolean;
}

/** Defaults that depend on the machine are told by the description. */
const DEFAULT_IN_WORDS = / ?Default: (.+)\.$/;

const VARIABLES: readonly Variable[] = Object.entries(environment.shape).map(([name, schema]) => {
  const description = schema.description ?? '';
  const parsed = schema.safeParse(undefined);
  const computed = DEFAULT_IN_WORDS.test(description);
  return {
    name,
    description,
    defaultValue: parsed.success && parsed.data !== undefined && !computed ? String(parsed.data) : null,
    required: /\bRequired\b/.test(description),
    secret: SECRET_VARIABLES.includes(name),
  };
});

export function environmentTable(): string {
  const rows = VARIABLES.map(({ name, description, defaultValue, secret }) => {
    const words = DEFAULT_IN_WORDS.exec(description)?.[1];
    const meaning = description.replace(DEFAULT_IN_WORDS, '');
    return [
      `\`${name}\``,
      defaultValue === null ? (words ?? '') : `\`${defaultValue}\``,
      secret ? `${meaning} **Secret.**` : meaning,
    ];
  });
  return table(['Variable', 'Default', 'Meaning'], rows);
}

/** What has a default is commented out with it; what is needed waits for its value. */
export function environmentExample(): string {
  const blocks = VARIABLES.map(({ name, description, defaultValue, required, secret }) => {
    const plain = description.replaceAll('`', '');
    const line = `${name}=${defaultValue ?? ''}`;
    return [...wrapped(secret ? `${plain} Secret.` : plain), required ? line : `#${line}`].join('\n');
  });
  return `${[EXAMPLE_INTRODUCTION, ...blocks].join('\n\n')}\n`;
}

const EXAMPLE_INTRODUCTION = `# Settings of Codex. Copy this file to .env: \`npm start\` and \`npm run dev\` read it.
# Made from src/environment.ts by \`node scripts/docs.ts\`; docs/environment.md has the same as a table.`;

const WIDTH = 108;

/** Comment lines of at most `WIDTH` characters. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? '#'} ${word}`;
    if (lines.length > 0 && longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`# ${word}`);
  }
  return lines;
}
