/** The deployment as it is documented: the image of the Dockerfile, started as deploy/compose.yaml says. */
import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { environment } from '../../src/environment.ts';
import { verdictOn } from '../support/codex.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { buildImage } from './build.ts';
import { readService, runArguments } from './compose.ts';
import { freePort } from './free-port.ts';

const SOCKET = '/var/run/docker.sock';
const NAME = `codex-deploy-test-${process.pid}`;
const service = readService();

let github: LocalGitHub;
let url: string;

beforeAll(async () => {
  const [image, local, port, socket] = await Promise.all([
    buildImage(),
    startLocalGitHub({ users: ['acme'], installedOn: ['acme'] }),
    freePort(),
    stat(SOCKET),
  ]);
  github = local;
  url = `http://127.0.0.1:${port}`;
  const settings = { ...github.environment, PORT: String(port) };
  await execa('docker', [
    ...['run', '--detach', '--name', NAME, '--network', 'host'],
    ...runArguments(service, `${NAME}-`, socket.gid),
    // Ten times as often as the image asks for: the test waits for it.
    ...['--health-interval', '3s'],
    ...Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    image,
  ]);
  github.deliveries.deliverTo(`${url}/webhooks/github`);
});

afterAll(async () => {
  await execa('docker', ['rm', '--force', NAME], { reject: false });
  await execa('docker', ['volume', 'rm', '--force', `${NAME}-data`], { reject: false });
  await github?.close();
});

test('the container becomes healthy and ready, as a user without rights', async () => {
  await untilHealthy();
  const ready = await fetch(`${url}/ready`);
  expect(await ready.json()).toEqual({
    status: 'ok',
    checks: { database: 'ok', worker: 'ok', docker: 'ok' },
  });
  const { stdout: user } = await execa('docker', ['exec', NAME, 'id', '-u']);
  expect(user).toBe('1000');
});

test('a plan runs from inside the container: nothing of its file system is needed by the Docker Engine', async () => {
  const repository = await github.createRepository('acme', 'calc');
  await repository.push('main', { 'test_calc.py': 'def test_one():\n    assert 1 + 1 == 2\n' });
  const head = await repository.push('feature', { 'README.md': 'hello\n' });
  const pull = await repository.openPull({ head: 'feature' });
  await repository.comment(pull, 'acme', '/codex plan');
  const run = await verdictOn(github, repository, head);
  expect([run.conclusion, run.output.title]).toEqual(['success', '1 passed']);
  const { stdout: runs } = await execa('docker', ['exec', NAME, 'codexctl', 'runs']);
  expect(runs).toMatch(/acme\/calc#1 .* success: 1 passed$/);
});

test('SIGTERM ends it well', async () => {
  await execa('docker', ['stop', '--time', String(service.stop_grace_period), NAME]);
  const { stdout } = await execa('docker', ['inspect', '--format', '{{.State.ExitCode}}', NAME]);
  expect(stdout).toBe('0');
});

test('compose waits longer for the end than running plans are given', () => {
  const grace = environment.shape.CODEX_WORKER_STOP_GRACE_SECONDS.parse(undefined);
  expect(service.stop_grace_period).toBeGreaterThan(2 * grace);
});

/** Docker tells of it as an event. */
async function untilHealthy(): Promise<void> {
  const events = execa('docker', [
    ...['events', '--since', '10m', '--filter', `container=${NAME}`],
    ...['--filter', 'event=health_status', '--format', '{{.Action}}'],
  ]);
  await new Promise<void>((resolve, reject) => {
    events.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('health_status: healthy')) resolve();
    });
    events.catch(reject);
  });
  events.kill();
  await events.catch(() => undefined);
}
