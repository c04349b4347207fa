/** A repository behind HTTP for the tests of mirrors, and what they ask of both ends. */
import { execaSync } from 'execa';
import { type HttpRemote, serve } from './http-remote.ts';
import { newRepository, type Repository, temporaryFolder } from './repository.ts';

export const TOKEN = 'ghs_verysecrettoken1234567890';
export const AUTHORIZATION = `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;

interface Ground {
  repository: Repository;
  remote: HttpRemote;
  dataDir: string;
  base: string;
  head: string;
}

/** A served repository: `main`, and a head on top of it that is on branch `topic`. */
export async function ground(): Promise<Ground> {
  const repository = await newRepository();
  const base = await repository.commit('base', { 'a.txt': 'a\n' });
  repository.branchOff('topic');
  const head = await repository.commit('head', { 'b.txt': 'b\n' });
  return {
    repository,
    remote: await serve(repository.path, AUTHORIZATION),
    dataDir: await temporaryFolder(),
    base,
    head,
  };
}

/** Object ids by ref name. */
export async function refs(directory: string): Promise<Record<string, string>> {
  const { stdout } = execaSync('git', [
    '--git-dir',
    directory,
    'for-each-ref',
    '--format=%(refname) %(objectname)',
  ]);
  return Object.fromEntries(stdout.split('\n').map((line) => line.split(' ')));
}

/** Leaves every POST to `remote` unanswered; resolves when the first one has come. */
export function hang(remote: HttpRemote): Promise<void> {
  return new Promise((resolve) => {
    remote.intercept = ({ method }) => {
      if (method === 'POST') resolve();
      return method === 'POST';
    };
  });
}
