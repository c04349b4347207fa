/** Writes the pages that are made from the code. A test fails where one of them is not current. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { commandsPage } from '../src/commands/reference.ts';
import { COMMANDS } from '../src/commands/registry.ts';
import { repositorySchema } from '../src/repository/schema.ts';

/** The text of each generated file, by its path in the repository. */
export const GENERATED: ReadonlyMap<string, () => string> = new Map([
  ['docs/commands.md', () => commandsPage(COMMANDS)],
  ['docs/codex.schema.json', () => `${JSON.stringify(configSchema(), null, 2)}\n`],
]);

function configSchema() {
  return { title: '.github/codex.yml', ...z.toJSONSchema(repositorySchema, { io: 'input' }) };
}

if (import.meta.main) {
  for (const [path, text] of GENERATED) writeFileSync(join(import.meta.dirname, '..', path), text());
}
