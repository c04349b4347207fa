import { describe, expect, test } from '@jest/globals';
import { explainFetch } from '../../../src/plan/source/fetch-failure.ts';
import { git, gitStream } from '../../../src/plan/source/git.ts';
import { hermeticEnvironment } from '../../../src/plan/source/git-environment.ts';
import { newRepository } from './repository.ts';

async function bare(): Promise<string> {
  const repository = await newRepository();
  await repository.commit('one', { a: 'text' });
  return `${repository.path}/.git`;
}

describe('git on the host', () => {
  test('is given nothing of this environment but how to reach programs and the network', () => {
    const environment = hermeticEnvironment({
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy:3128',
      CODEX_WORKER_GITHUB_TOKEN: 'secret',
      GIT_SSH_COMMAND: 'evil',
      GIT_CONFIG_COUNT: '1',
      HOME: '/root',
    });
    expect(environment).toMatchObject({
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy:3128',
      HOME: '/nonexistent',
    });
    expect(Object.keys(environment)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/TOKEN|SSH|CONFIG_COUNT/)]),
    );
  });

  test('speaks no protocol that the caller did not allow', async () => {
    const directory = await bare();
    await expect(git(directory, ['ls-remote', directory])).rejects.toThrow(/transport 'file' not allowed/);
  });

  test('says its own words when it fails', async () => {
    await expect(git(await bare(), ['rev-parse', '--verify', 'nope'])).rejects.toMatchObject({
      name: 'GitError',
      message: 'git rev-parse failed (exit code 128): fatal: Needed a single revision',
    });
  });

  test('gives its output to the last byte: a pack that ends in a newline is cut without it', async () => {
    const repository = await newRepository();
    await repository.commit('one', { a: 'text\r\n' });
    const { stdout } = await git(`${repository.path}/.git`, ['cat-file', 'blob', 'HEAD:a']);
    expect(stdout).toEqual(Buffer.from('text\r\n'));
  });

  test('may answer with an exit code', async () => {
    expect((await git(null, ['check-ref-format', 'a..b'], { accept: [0, 1] })).status).toBe(1);
  });

  test('ends when it prints too much', async () => {
    const printing = git(await bare(), ['cat-file', 'blob', 'HEAD:a'], { maxBytes: 3 });
    await expect(printing).rejects.toMatchObject({ overflow: true });
  });

  test('ends when its time is up, with every helper that it started', async () => {
    const sleeping = git(null, ['-c', 'alias.sleep=!sleep 60 & wait', 'sleep'], { timeoutMs: 200 });
    await expect(sleeping).rejects.toThrow(/took longer than 200 ms/);
  });

  test('is not started for a cancelled plan', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(git(null, ['version'], { signal })).rejects.toThrow('cancelled');
    expect(() => gitStream('/nonexistent', ['version'], { signal })).toThrow('cancelled');
  });

  test('that is not installed is told', async () => {
    const starting = git(null, ['version'], { environment: { PATH: '/nonexistent' } });
    await expect(starting).rejects.toThrow(/did not start \(ENOENT\)/);
  });
});

describe('the words of a failed fetch', () => {
  const plan = { headSha: 'a'.repeat(40), baseRef: 'main' };

  test.each([
    ["fatal: repository 'https://github.com/o/n.git/' not found", /no access to it/],
    ['fatal: remote error: upload-pack: not our ref aaaa', /force-pushed away/],
    ['fatal: mismatched algorithms: client sha1; server sha256', /format other than SHA-1/],
    [
      "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
      /refused the access/,
    ],
  ])('%s', (stderr, words) => {
    expect(explainFetch(stderr, plan)?.message).toMatch(words);
  });

  test.each([
    'fatal: unable to access: Could not resolve host: github.com',
    'error: RPC failed; curl 56',
    '',
  ])('are an outage: %j', (stderr) => {
    expect(explainFetch(stderr, plan)).toBeNull();
  });
});
