/**
 * The production image, built by its own Dockerfile. Its two base images come from build arguments, as a machine
 * may be unable to pull any: here they are made of the sandbox image (Debian with git), this project's Node 24
 * and the npm and docker client of this machine.
 */
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { environment } from '../../src/environment.ts';

const PROJECT = join(import.meta.dirname, '../..');
const SANDBOX = environment.shape.CODEX_WORKER_SANDBOX_IMAGE.parse(undefined);
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const IMAGE = 'codex:test';

const BASE = `
FROM ${SANDBOX}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
COPY certificates.crt ${CERTIFICATES}
ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}
`;

/** Builds the image; what did not change since the last time is not built again. Resolves to its name. */
export async function buildImage(): Promise<string> {
  const context = await mkdtemp(join(tmpdir(), 'codex-image-'));
  try {
    const base = await build(join(context, 'base'), 'codex-test-base', BASE, {
      node: process.execPath,
      npm: join(await installed('npm'), '../..'),
      'certificates.crt': CERTIFICATES,
    });
    const client = await build(join(context, 'client'), 'codex-test-docker-cli', CLIENT, {
      docker: await installed('docker'),
    });
    const bases = ['--build-arg', `BASE=${base}`, '--build-arg', `DOCKER_CLI=${client}`];
    await execa('docker', ['build', '--tag', IMAGE, ...bases, PROJECT]);
    return IMAGE;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

const CLIENT = 'FROM scratch\nCOPY docker /usr/local/bin/docker\n';

async function build(
  directory: string,
  tag: string,
  dockerfile: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(directory);
  await writeFile(join(directory, 'Dockerfile'), dockerfile);
  for (const [name, source] of Object.entries(files)) {
    await cp(source, join(directory, name), { recursive: true, preserveTimestamps: true });
  }
  await execa('docker', ['build', '--tag', tag, directory]);
  return tag;
}

async function installed(program: string): Promise<string> {
  const { stdout } = await execa('which', [program]);
  return realpath(stdout);
}
