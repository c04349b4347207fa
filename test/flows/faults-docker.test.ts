/**
 * The Docker daemon goes away and comes back. Codex reaches it through a socket of this test, which can be cut, so
 * that nobody else on the machine loses theirs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { environment } from '../../src/environment.ts';
import { type CodexProcess, startProcess } from '../support/codex-process.ts';
import { Containers } from '../support/containers.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { openAnother, openPull, type PullRequest } from '../support/pull-request.ts';

const SANDBOX = environment.shape.CODEX_WORKER_SANDBOX_IMAGE.parse(undefined);
const SOCKET = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '');

/** A way to the Docker daemon that can be cut. */
class DockerWay {
  readonly #path: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const daemon = connect({ path: SOCKET, allowHalfOpen: true });
      for (const socket of [client, daemon]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket));
      }
      client.pipe(daemon).pipe(client);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#path, resolve));
  }

  /** As when the daemon stops: every connection breaks, and no new one is taken. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

let github: LocalGitHub;
let dataDir: string;
let way: DockerWay;
let codex: CodexProcess & { readonly url: string };
let containers: Containers;
let first: PullRequest;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  dataDir = await mkdtemp(join(tmpdir(), 'codex-docker-'));
  const socket = join(dataDir, 'docker.sock');
  way = new DockerWay(socket);
  await way.open();
  containers = new Containers(dataDir);
  codex = await startProcess(github, dataDir, { DOCKER_HOST: `unix://${socket}` });
  first = await openPull({ github }, 'docker', {
    main: { 'test_slow.py': 'import time\n\n\ndef test_slow():\n    time.sleep(1)\n' },
    change: { 'note.txt': 'one\n' },
  });
});
afterAll(async () => {
  await codex.kill();
  await way.cut();
  await containers.close();
  await github.close();
  await rm(dataDir, { recursive: true });
});

async function ready(): Promise<{ status: number; docker: string }> {
  const response = await fetch(`${codex.url}/ready`);
  const { checks } = (await response.json()) as { checks: { docker: string } };
  return { status: response.status, docker: checks.docker };
}

test('the daemon goes away while tests run, and comes back: the plan runs again and comes to its verdict', async () => {
  const asked = await first.say('/codex plan');
  await containers.next('start', 'test');
  await way.cut();
  await codex.logged('Job retried');
  await way.open();
  expect(await first.reactionsTo(asked)).toEqual(['eyes', 'rocket']);
  expect(await first.checks()).toHaveLength(1);
  expect(await first.comment()).toContain('### ✅');
  expect(containers.all.filter(({ status }) => status === 'create')).toHaveLength(
    containers.all.filter(({ status }) => status === 'destroy').length,
  );
});

test('the daemon stays away: /ready says so, the plan ends with what the operator has to do; later plans work', async () => {
  await way.cut();
  expect(await ready()).toEqual({ status: 503, docker: expect.stringContaining('Start the Docker daemon') });
  const pull = await openAnother(github, first.repository, 'away', { 'note.txt': 'two\n' });
  const { reactions, check } = await pull.command('/codex plan');
  expect(reactions).toEqual(['eyes', '-1']);
  expect(check).toMatchObject({ conclusion: 'failure', output: { title: 'Codex could not run this plan' } });
  expect(check?.output.summary).toContain('Start the Docker daemon');
  expect(await pull.comment()).toContain('Start the Docker daemon');

  await way.open();
  expect(await ready()).toEqual({ status: 200, docker: 'ok' });
  expect((await pull.command('/codex plan')).check).toMatchObject({ conclusion: 'success' });
});

test('the image is not there and cannot be pulled: the plan says which, and what the operator has to do', async () => {
  codex.signal('SIGTERM');
  await codex.ended;
  codex = await startProcess(github, dataDir, {
    CODEX_WORKER_SANDBOX_IMAGE: 'localhost:1/codex-sandbox:none',
  });
  const pull = await openAnother(github, first.repository, 'image', { 'note.txt': 'three\n' });
  const { reactions, check } = await pull.command('/codex plan');
  expect(reactions).toEqual(['eyes', '-1']);
  expect(check?.output.title).toContain(
    'The sandbox image localhost:1/codex-sandbox:none is not on this host',
  );
  expect(check?.output.summary).toContain('Run `npm run setup` to build it');
});

test('the sandbox cannot lay out the work tree: that is no verdict, the plan is tried again', async () => {
  const tag = `codex-test-unpack:${process.pid}`;
  await execa('docker', ['build', '-q', '-t', tag, '-'], { input: `FROM ${SANDBOX}\nRUN rm /usr/bin/git\n` });
  codex.signal('SIGTERM');
  await codex.ended;
  codex = await startProcess(github, dataDir, { CODEX_WORKER_SANDBOX_IMAGE: tag });
  const pull = await openAnother(github, first.repository, 'unpack', { 'note.txt': 'four\n' });
  const asked = await pull.say('/codex plan');
  const { error } = await codex.logged('Job retried');
  expect(error).toContain('The sandbox could not begin');
  await execa('docker', ['tag', SANDBOX, tag]);
  expect(await pull.reactionsTo(asked)).toEqual(['eyes', 'rocket']);
  expect(await pull.checks()).toHaveLength(1);
  await execa('docker', ['rmi', tag]);
});
