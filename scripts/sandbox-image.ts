/**
 * The sandbox image, built from `sandbox/`: on python:3.12-slim where that can be pulled, otherwise from the
 * distribution's packages. Tagged by a hash of its sources, so an unchanged image is never built again.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { environment } from '../src/environment.ts';
import { installPackages } from './engine.ts';

type Say = (line: string) => void;

const SOURCES = join(import.meta.dirname, '..', 'sandbox');
const BASE = 'python:3.12-slim';

/** The reference Codex uses by default; a locally built image takes its place. */
const DEFAULT_REFERENCE = environment.shape.CODEX_WORKER_SANDBOX_IMAGE.parse(undefined);

/** Makes the default sandbox image exist on this machine and be built from the sources as they are now. */
export async function ensureSandboxImage(say: Say): Promise<void> {
  const tag = `codex-sandbox:${sourceHash()}`;
  if (!(await exists(tag))) await build(tag, say);
  await execa('docker', ['tag', tag, DEFAULT_REFERENCE]);
}

async function build(tag: string, say: Say): Promise<void> {
  const started = Date.now();
  if (await canHaveBase(say)) {
    say('building the sandbox image (about a minute, once) …');
    await execa('docker', ['build', '-q', '-t', tag, SOURCES], { stdio: ['ignore', 'ignore', 'inherit'] });
  } else {
    say(
      `${BASE} cannot be pulled: building the same image from the distribution's packages (some minutes, once) …`,
    );
    const bootstrap = await execa('debootstrap', ['--version'], { reject: false });
    if (bootstrap.exitCode !== 0) await installPackages(['debootstrap'], say);
    await execa('sh', [join(SOURCES, 'debian.sh'), tag], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  say(`the sandbox image is ready (${Math.round((Date.now() - started) / 1000)} s)`);
}

async function canHaveBase(say: Say): Promise<boolean> {
  if (await exists(BASE)) return true;
  say(`pulling ${BASE} …`);
  return (await execa('docker', ['pull', '-q', BASE], { reject: false, timeout: 300_000 })).exitCode === 0;
}

async function exists(reference: string): Promise<boolean> {
  return (await execa('docker', ['image', 'inspect', reference], { reject: false })).exitCode === 0;
}

function sourceHash(): string {
  const hash = createHash('sha256');
  const paths = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  for (const path of paths.filter((path) => !path.includes('__pycache__')).sort()) {
    const file = join(SOURCES, path);
    if (statSync(file).isFile()) hash.update(path).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}
