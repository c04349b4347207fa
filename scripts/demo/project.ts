/** The sample project of the demo: see fixtures/projects/crossover/README.md. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const PROJECT = join(import.meta.dirname, '..', '..', 'fixtures', 'projects', 'crossover');

/** Contents by path: the whole project (`base`), or what a commit of the pull request changes. */
export async function projectFiles(part: 'base' | 'change' | 'fix'): Promise<Record<string, string>> {
  const folder = join(PROJECT, part);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map(async (path) => [relative(folder, path), await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(files));
}
