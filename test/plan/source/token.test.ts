import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { fetchPlan, openMirror } from '../../../src/plan/source/mirror.ts';
import { serve } from './http-remote.ts';
import { AUTHORIZATION, ground, TOKEN } from './served-repository.ts';

describe('the token', () => {
  test('is seen by the server, and by nobody who reads command lines or the mirror', async () => {
    const { remote, dataDir, head } = await ground();
    const commands: string[] = [];
    remote.intercept = async () => {
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
        commands.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
      return false;
    };
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });

    expect(remote.requests.length).toBeGreaterThan(1);
    expect(remote.requests.every(({ authorization }) => authorization === AUTHORIZATION)).toBe(true);
    const ours = commands.filter((command) => command.includes(remote.url));
    expect(ours.length).toBeGreaterThan(0);
    const secrets = new RegExp(`${TOKEN}|${AUTHORIZATION.slice(6)}|authorization`, 'i');
    expect(ours.filter((command) => secrets.test(command))).toEqual([]);
    for (const file of await readdir(mirror.directory, { recursive: true, withFileTypes: true }))
      if (file.isFile())
        expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toMatch(secrets);
  });

  test('is in no error', async () => {
    const { remote, dataDir, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    for (const status of [401, 403, 404, 500]) {
      remote.intercept = (_request, response) => Boolean(response.writeHead(status).end());
      const error: unknown = await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' }).catch(
        (thrown) => thrown,
      );
      expect(inspect(error, { depth: 9, showHidden: true })).toMatch(/Error/);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(AUTHORIZATION.slice(6));
    }
  });

  test('does not follow a redirect', async () => {
    const { repository, remote, dataDir, head } = await ground();
    const other = await serve(repository.path, AUTHORIZATION);
    remote.intercept = ({ url }, response) =>
      Boolean(response.writeHead(301, { location: other.url.replace('/owner/name.git', url ?? '') }).end());
    const mirror = await openMirror(dataDir, 'owner/name');
    await expect(fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).rejects.toThrow(
      /renamed or transferred/,
    );
    expect(other.requests).toEqual([]);
  });

  test('is refused inside a URL', async () => {
    const { dataDir, head } = await ground();
    const remote = { url: `https://x:${TOKEN}@github.com/o/n.git`, authorization: async () => null };
    const mirror = await openMirror(dataDir, 'owner/name');
    await expect(fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).rejects.toThrow(
      /without credentials/,
    );
  });
});
