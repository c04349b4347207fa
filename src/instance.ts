import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The name of the Codex whose data is in `dataDir`, made once: containers and volumes carry it as a label, so that
 * several Codexes on one Docker daemon leave each other's alone. Renamed into place: a crash leaves no empty name.
 */
export function instanceOf(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'instance');
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, randomUUID());
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8');
}
