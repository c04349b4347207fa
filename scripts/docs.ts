/** Writes the pages, and the parts of pages, that are made from the code. A test fails where one is not current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { commandsPage } from '../src/commands/reference.ts';
import { COMMANDS } from '../src/commands/registry.ts';
import { repositorySchema } from '../src/repository/schema.ts';
import { alertActionsTable } from './reference/alert-actions.ts';
import { commandsTable } from './reference/commands.ts';
import { environmentExample, environmentTable } from './reference/environment.ts';
import { mergeRulesTable } from './reference/merge-rules.ts';
import { metricsTable } from './reference/metrics.ts';
import { repositoryKeysTable } from './reference/repository-keys.ts';
import { stripeEventsList } from './reference/stripe-events.ts';

const ROOT = join(import.meta.dirname, '..');
const CONFIG_SCHEMA = {
  title: '.github/codex.yml',
  ...z.toJSONSchema(repositorySchema, { io: 'input' }),
};

/** The text of each file that is generated, or has a generated part, by its path in the repository. */
export const GENERATED: ReadonlyMap<string, () => string> = new Map([
  ['docs/commands.md', () => commandsPage(COMMANDS)],
  ['docs/codex.schema.json', () => `${JSON.stringify(CONFIG_SCHEMA, null, 2)}\n`],
  ['.env.example', environmentExample],
  ['README.md', () => withPart('README.md', commandsTable())],
  ['docs/environment.md', () => withPart('docs/environment.md', environmentTable())],
  ['docs/configuring.md', () => withPart('docs/configuring.md', repositoryKeysTable(CONFIG_SCHEMA))],
  ['docs/governance.md', () => withPart('docs/governance.md', mergeRulesTable())],
  ['docs/tradingview.md', () => withPart('docs/tradingview.md', alertActionsTable())],
  ['docs/operating.md', () => withPart('docs/operating.md', metricsTable())],
  ['docs/billing.md', () => withPart('docs/billing.md', stripeEventsList())],
]);

const BEGIN = '<!-- The part below is written by `node scripts/docs.ts`. -->';
const END = '<!-- The part ends here. -->';

/** The page as it is, with `part` between its two marks. Throws where the page has none. */
function withPart(path: string, part: string): string {
  const page = readFileSync(join(ROOT, path), 'utf8');
  const [before, rest] = page.split(BEGIN, 2);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${path} has no place for its generated part.`);
  return `${before}${BEGIN}\n\n${part}\n\n${END}${after}`;
}

if (import.meta.main) {
  for (const [path, text] of GENERATED) writeFileSync(join(ROOT, path), text());
}
