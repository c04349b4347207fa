/** Real git repositories for the tests of `source`, made with the machine's git under a fixed identity. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';
import { execaSync } from 'execa';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder that is gone after the test file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-source-'));
  folders.push(folder);
  return folder;
}

export class Repository {
  readonly path: string;
  #clock = 1_700_000_000;

  constructor(path: string) {
    this.path = path;
    this.git('init', '--quiet', '--initial-branch=main', '--template=', '.');
  }

  /** Git's stdout, trimmed; throws when it fails. */
  git(...args: string[]): string {
    return this.feed('', ...args);
  }

  /** As `git`, with `input` on stdin. */
  feed(input: string | Uint8Array, ...args: string[]): string {
    const date = `${this.#clock} +0000`;
    const env = { ...IDENTITY, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return execaSync('git', args, { cwd: this.path, env, input }).stdout;
  }

  /** Writes `files` (null deletes one), commits all that is there, and gives the commit's id. */
  async commit(message: string, files: Readonly<Record<string, string | null>> = {}): Promise<string> {
    this.#clock += 60;
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.path, name);
      if (text === null) await rm(path, { recursive: true });
      else await mkdir(dirname(path), { recursive: true }).then(() => writeFile(path, text));
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Checks out a new branch, here or at `from`. */
  branchOff(branch: string, from = 'HEAD'): void {
    this.git('checkout', '--quiet', '-b', branch, from);
  }

  switchTo(branch: string): void {
    this.git('checkout', '--quiet', branch);
  }
}

/** A new repository in a folder of its own. */
export async function newRepository(): Promise<Repository> {
  return new Repository(await temporaryFolder());
}

/** A remote on this machine, as `codexctl plan --repo` has one. */
export function localRemote(path: string) {
  return { url: path, authorization: async () => null };
}
