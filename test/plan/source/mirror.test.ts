import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { execa, execaSync } from 'execa';
import { maintain } from '../../../src/plan/source/maintenance.ts';
import { fetchPlan, openMirror } from '../../../src/plan/source/mirror.ts';
import { temporaryFolder } from './repository.ts';
import { AUTHORIZATION, ground, hang, refs } from './served-repository.ts';

describe('a mirror', () => {
  test('works again after Codex was killed in a fetch', async () => {
    const { remote, dataDir, head, base } = await ground();
    const reached = hang(remote);
    const module = fileURLToPath(new URL('../../../src/plan/source/mirror.ts', import.meta.url));
    const script = `import { fetchPlan, openMirror } from ${JSON.stringify(module)};
      const remote = { url: ${JSON.stringify(remote.url)}, authorization: async () => ${JSON.stringify(AUTHORIZATION)} };
      const mirror = await openMirror(${JSON.stringify(dataDir)}, 'owner/name');
      await fetchPlan(mirror, remote, { headSha: '${head}', baseRef: 'main' });`;
    const child = execa(process.execPath, ['--input-type=module', '--eval', script], {
      reject: false,
      stdio: 'ignore',
    });
    await reached;
    child.kill('SIGKILL');
    await child;
    remote.intercept = () => false;
    const [name = ''] = await readdir(join(dataDir, 'mirrors'));
    const left = [
      'packed-refs.lock',
      'shallow.lock',
      `refs/codex/head/${head}.lock`,
      'objects/pack/tmp_pack_x',
    ];
    for (const file of left) {
      await mkdir(dirname(join(dataDir, 'mirrors', name, file)), { recursive: true });
      await writeFile(join(dataDir, 'mirrors', name, file), '');
    }
    const mirror = await openMirror(dataDir, 'owner/name');
    expect(await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).toEqual({
      headSha: head,
      baseSha: base,
    });
    expect(await readdir(join(mirror.directory, 'objects/pack'))).not.toContain('tmp_pack_x');
  });

  test.each([
    ['lost its HEAD file', 'HEAD', ''],
    ['has a broken ref', 'refs/codex/head/HEAD_SHA', 'garbage'],
    ['has broken objects', 'objects/PACK', 'garbage'],
  ])('that %s is fetched anew', async (_what, file, text) => {
    const { remote, dataDir, repository, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    const packs = (await readdir(join(mirror.directory, 'objects/pack'))).filter((name) =>
      /\.(pack|idx)$/.test(name),
    );
    const names =
      file === 'objects/PACK'
        ? packs.map((name) => `objects/pack/${name}`)
        : [file.replace('HEAD_SHA', head)];
    for (const name of names) {
      execaSync('chmod', ['u+w', join(mirror.directory, name)]);
      await writeFile(join(mirror.directory, name), text);
    }
    repository.switchTo('main');
    const baseSha = await repository.commit('next', { 'c.txt': 'c\n' });
    expect(await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).toEqual({
      headSha: head,
      baseSha,
    });
  });

  test('is the same for the same repository, and another for a name that only looks the same', async () => {
    const dataDir = await temporaryFolder();
    expect(await openMirror(dataDir, 'a/b')).toBe(await openMirror(dataDir, 'a/b'));
    expect((await openMirror(dataDir, 'a/b')).directory).not.toBe(
      (await openMirror(dataDir, 'a-b')).directory,
    );
    const outside = await openMirror(dataDir, '../../../etc');
    expect(dirname(outside.directory)).toBe(join(dataDir, 'mirrors'));
  });

  test('lets go of the heads of ended plans when it is maintained', async () => {
    const { remote, dataDir, head, base } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    await fetchPlan(mirror, remote, { headSha: base, baseRef: 'main' });
    await maintain(mirror, () => new Set([head]));
    const heads = Object.keys(await refs(mirror.directory)).filter((name) =>
      name.startsWith('refs/codex/head/'),
    );
    expect(heads).toEqual([`refs/codex/head/${head}`]);
    expect(await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' })).toEqual({
      headSha: head,
      baseSha: base,
    });
  });

  test('is packed by maintenance while plans go on, and loses nothing young', async () => {
    const { remote, dataDir, head, base } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    await fetchPlan(mirror, remote, { headSha: head, baseRef: 'main' });
    const packs = async () =>
      (await readdir(join(mirror.directory, 'objects/pack'))).filter((name) => name.endsWith('.pack')).length;
    const loose: string[] = [];
    for (let at = 0; at < 25; at += 1) {
      const blob = (
        await mirror.git(['hash-object', '-w', '--stdin'], { input: `text ${at}` })
      ).stdout.toString();
      await mirror.git(['pack-objects', '-q', join(mirror.directory, 'objects/pack/pack')], { input: blob });
      loose.push(blob);
    }
    expect(await packs()).toBeGreaterThan(20);
    const plans = [head, base].map((headSha) => fetchPlan(mirror, remote, { headSha, baseRef: 'main' }));
    await Promise.all([...plans, maintain(mirror, () => new Set())]);
    expect(await packs()).toBeLessThan(5);
    const { stdout } = await mirror.git(['cat-file', '--batch-check'], {
      input: [...loose, `${head}\n`].join(''),
    });
    expect(stdout.toString()).not.toMatch(/missing/);
  });

  test('does not keep a cancelled plan waiting for its turn', async () => {
    const { remote, dataDir, head } = await ground();
    const mirror = await openMirror(dataDir, 'owner/name');
    const [first, second] = [new AbortController(), new AbortController()];
    const reached = hang(remote);
    const plan = { headSha: head, baseRef: 'main' };
    const fetching = fetchPlan(mirror, remote, plan, first.signal);
    await reached;
    const waiting = fetchPlan(mirror, remote, plan, second.signal);
    second.abort(new Error('superseded'));
    await expect(waiting).rejects.toThrow('superseded');
    first.abort(new Error('cancelled'));
    await expect(fetching).rejects.toThrow('cancelled');
  });
});
