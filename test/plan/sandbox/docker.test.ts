import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { classifyFailure, docker, dockerEnvironment } from '../../../src/plan/sandbox/docker.ts';
import { resolveImage } from '../../../src/plan/sandbox/image.ts';
import { orphans, reap } from '../../../src/plan/sandbox/reaper.ts';
import { containers, IMAGE, INSTANCE, never, runPython, sandboxImage } from './running.ts';

const { DOCKER_HOST } = process.env;
afterEach(() => {
  if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = DOCKER_HOST;
});

test('docker gets nothing of this environment but how to reach its daemon', () => {
  const env = {
    PATH: '/bin',
    HOME: '/root',
    DOCKER_HOST: 'tcp://x',
    PRIVATE_KEY: 'k',
    HTTP_PROXY: 'http://u:p@x',
  };
  expect(dockerEnvironment(env)).toEqual({ PATH: '/bin', HOME: '/root', DOCKER_HOST: 'tcp://x' });
});

describe('failures are told apart', () => {
  test.each([
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'unreachable',
    ],
    ['permission denied while trying to connect to the Docker daemon socket', 'unreachable'],
    ['error during connect: Get "http://x:2375": dial tcp: lookup x: no such host', 'unreachable'],
    ['error waiting for container: unexpected EOF', 'unreachable'],
    [
      'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup x: no such host',
      'no_registry',
    ],
    ['Error response from daemon: mkdir /var/lib/docker/x: no space left on device', 'disk_full'],
    ['Conflict. The container name "/codex-1-test" is already in use by container "ab".', 'name_taken'],
    ['Error response from daemon: No such image: x:latest', 'no_image'],
    ['Error: No such container: codex-1-test', 'gone'],
    ['Error response from daemon: remove x: volume is in use - [ab]', 'volume_in_use'],
    ['something new', 'other'],
  ])('%s', (words, failure) => {
    expect(classifyFailure(words)).toBe(failure);
  });

  test('a daemon that is not there', async () => {
    await sandboxImage();
    process.env.DOCKER_HOST = 'unix:///nowhere/docker.sock';
    const told = {
      failure: 'unreachable',
      message: expect.stringMatching(
        /Start the Docker daemon, or set DOCKER_HOST to one that this user may reach\.$/,
      ),
    };
    await expect(docker(['ps'])).rejects.toMatchObject(told);
    await expect(resolveImage(IMAGE, never)).rejects.toMatchObject(told);
  });

  test('a daemon that goes away while tests run', async () => {
    const run = randomUUID();
    const running = runPython('import time; time.sleep(30)', {
      run,
      limits: { timeoutSeconds: 20 },
      onEvent: ({ event }) => {
        if (event !== 'step' || process.env.DOCKER_HOST?.startsWith('unix:///nowhere')) return;
        // What this process sees when the daemon dies: its client loses the connection, the socket is dead.
        process.env.DOCKER_HOST = 'unix:///nowhere/docker.sock';
        void execa('docker', ['rm', '-f', `codex-${run}-test`], { env: { DOCKER_HOST: DOCKER_HOST ?? '' } });
      },
    });
    await expect(running).rejects.toMatchObject({ name: 'DockerError', failure: 'unreachable' });
  });
});

describe('an image', () => {
  test('that is there is resolved to its id without a pull', async () => {
    const { stdout } = await execa('docker', ['image', 'inspect', '--format', '{{.Id}}', IMAGE]);
    expect(await resolveImage(IMAGE, never)).toMatchObject({ id: stdout });
  });

  test('that cannot be had is a matter for the operator', async () => {
    await expect(resolveImage('localhost:1/no/such:image', never)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('localhost:1/no/such:image is not on this host and cannot be pulled'),
      next: expect.stringContaining('npm run setup'),
    });
  });

  test('without our runner is refused, with the way to derive one', async () => {
    const tag = `codex-test:${randomUUID()}`;
    await execa('docker', ['import', '-', tag], { input: Buffer.alloc(10_240) });
    await expect(resolveImage(tag, never)).rejects.toMatchObject({ next: expect.stringContaining('FROM') });
    await execa('docker', ['rmi', tag]);
  });

  test('with a volume of its own is refused: it would have no limit', async () => {
    const tag = `codex-test:${randomUUID()}`;
    await execa('docker', ['build', '-q', '-t', tag, '-'], { input: `FROM ${IMAGE}\nVOLUME /data\n` });
    await expect(resolveImage(tag, never)).rejects.toThrow('declares a VOLUME');
    await execa('docker', ['rmi', tag]);
  });

  test.each(['--privileged', '-v=/:/host', '', 'a b', '$(id)'])('cannot be named %j', async (reference) => {
    await expect(resolveImage(reference, never)).rejects.toThrow('is not the name of an image');
  });
});

describe('the reaper', () => {
  const container = (name: string, run: string, deadline: number) => ({
    id: `id-${name}`,
    name,
    run,
    deadline,
  });

  test('finds containers without an active run, and those past their deadline', () => {
    const listed = [
      container('a', 'r1', 1_000_000),
      container('b', 'r2', 1_000_000),
      container('c', 'r1', 0),
    ];
    expect(orphans(listed, (run) => run === 'r1', 500_000)).toEqual([
      { id: 'id-b', name: 'b', reason: 'run r2 is not active' },
      { id: 'id-c', name: 'c', reason: 'its deadline has passed' },
    ]);
  });

  test('ends them, and leaves those of other instances alone', async () => {
    const { id } = await sandboxImage();
    const start = async (name: string, instance: string) => {
      const labels = [`codex.instance=${instance}`, `codex.run=${name}`, `codex.deadline=${Date.now()}`];
      const words = labels.flatMap((label) => ['--label', label]);
      await execa('docker', ['run', '--detach', '--init', '--name', name, ...words, id, 'sleep', '600']);
    };
    const [orphan, other] = [`codex-${randomUUID()}`, `codex-${randomUUID()}`];
    await start(orphan, INSTANCE);
    await start(other, 'another');
    expect(await reap(() => false, INSTANCE, Date.now())).toEqual([
      `Removed the container ${orphan}: run ${orphan} is not active.`,
    ]);
    expect(await containers()).toEqual([]);
    await execa('docker', ['rm', '--force', other]);
  });
});
