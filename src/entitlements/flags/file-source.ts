import { unwatchFile, watchFile } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { FlagListener, FlagSource } from './feed.ts';

/** How often the file is looked at: by name, so that a file put in its place or a changed link is seen. */
const EVERY_MS = 1_000;
/** A larger file is not read. */
const MAX_BYTES = 4 * 1024 ** 2;

/** The flags in the file at `path`, read again when it changes. */
export function fileSource(path: string): FlagSource {
  let changed: (() => void) | null = null;
  return {
    async start(listener) {
      let reading = read(path, listener);
      changed = () => {
        reading = reading.then(() => read(path, listener));
      };
      watchFile(path, { interval: EVERY_MS, persistent: false }, changed);
      await reading;
    },
    close() {
      if (changed) unwatchFile(path, changed);
    },
  };
}

async function read(path: string, listener: FlagListener): Promise<void> {
  let content: string;
  try {
    const found = await stat(path);
    if (!found.isFile()) return listener.lost('it is not a file');
    if (found.size > MAX_BYTES) return listener.lost('it is too large');
    content = await readFile(path, 'utf8');
  } catch (error) {
    return listener.lost(reasonOf(error));
  }
  listener.received(content);
}

const systemError = z.object({ code: z.string() });

/** The code of the system in place of its message: that names the path. */
function reasonOf(error: unknown): string {
  const { data } = systemError.safeParse(error);
  return data?.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${data?.code ?? 'unknown'})`;
}
