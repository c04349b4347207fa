/**
 * The directory of a mirror: made and replaced by renaming, so that it is whole or absent at any moment, and
 * rid of the locks and temporary files of a process that was killed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { git } from './git.ts';

/** Where the mirror of `repositoryKey` lies: readable for an operator, unique by its hash. */
export function directoryOf(dataDir: string, repositoryKey: string): string {
  const readable = repositoryKey.replace(/[^A-Za-z0-9._-]+/g, '-').slice(-60);
  const hash = createHash('sha256').update(repositoryKey).digest('hex').slice(0, 12);
  return join(dataDir, 'mirrors', `${readable}-${hash}.git`);
}

/** Makes the directory usable: creates it where it is missing, clears away left-overs where it is not. */
export async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  await removeSiblings(directory);
  if (await exists(join(directory, 'HEAD'))) await removeLeftovers(directory);
  else await replaceDirectory(directory);
}

/** Puts an empty mirror in the place of what is there, if anything is. */
export async function replaceDirectory(directory: string): Promise<void> {
  const fresh = `${directory}.new-${randomUUID()}`;
  await git(null, ['init', '--quiet', '--bare', '--template=', '--object-format=sha1', fresh]);
  if (await exists(directory)) await rename(directory, `${directory}.old-${randomUUID()}`);
  await rename(fresh, directory);
  await removeSiblings(directory);
}

/** Locks and half-written files: with no fetch running, nobody owns them. */
async function removeLeftovers(directory: string): Promise<void> {
  const refs = await readdir(join(directory, 'refs'), { recursive: true }).catch(absent);
  const packs = await readdir(join(directory, 'objects/pack')).catch(absent);
  const top = await readdir(directory);
  const stale = [
    ...top.filter((name) => name.endsWith('.lock') || name === 'gc.pid'),
    ...refs.filter((name) => name.endsWith('.lock')).map((name) => join('refs', name)),
    ...packs.filter((name) => /^tmp_|\.keep$/.test(name)).map((name) => join('objects/pack', name)),
  ];
  await Promise.all(stale.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

async function removeSiblings(directory: string): Promise<void> {
  const parent = dirname(directory);
  const ours = [`${basename(directory)}.new-`, `${basename(directory)}.old-`];
  const stale = (await readdir(parent)).filter((name) => ours.some((prefix) => name.startsWith(prefix)));
  await Promise.all(stale.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

function absent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
