/** TOML documents, and parts of them that read as absent where they are not what they should be. */
import { parse } from 'smol-toml';
import { z } from 'zod';

export const text = z.string().nullish().catch(null);
export const strings = z.array(z.string()).catch([]);

/** Null where it is no TOML. */
export function parseToml(document: string): unknown {
  try {
    return parse(document);
  } catch {
    return null;
  }
}
