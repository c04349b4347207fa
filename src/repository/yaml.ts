import { parseDocument } from 'yaml';
import { messageOf } from '../errors.ts';

const MAX_BYTES = 64 * 1024;
/** How often aliases may repeat what they name: enough for people, not for a bomb. */
const MAX_ALIASES = 100;

export interface Yaml {
  /** Plain data; undefined for a text without any. */
  readonly value: unknown;
  /** Why the text cannot be read; null: it can. */
  readonly mistake: string | null;
}

/** Reads one YAML 1.2 document of plain data: no tags but the standard's own. Never throws. */
export function parseYaml(text: string): Yaml {
  if (Buffer.byteLength(text) > MAX_BYTES) return unread(`is larger than ${MAX_BYTES / 1024} KiB`);
  try {
    const document = parseDocument(text, { schema: 'core', stringKeys: true, prettyErrors: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) return unread(`is not YAML: ${problem.message} (line ${lineOf(text, problem.pos[0])})`);
    // Copied, so that no two places share what an alias repeats: a mistake is taken out of one place only.
    const value: unknown = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES })));
    return { value: value ?? undefined, mistake: null };
  } catch (error) {
    // A nesting too deep for the parser, which recurses; more aliases than the maximum; a map that holds itself.
    return unread(`cannot be read: ${messageOf(error).split('\n', 1)}`);
  }
}

function unread(mistake: string): Yaml {
  return { value: undefined, mistake };
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
