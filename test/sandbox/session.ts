/** Runs a small project in the real sandbox image, under the restrictions of a real plan. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { environment } from '../../src/environment.ts';
import { type SandboxEvent, sandboxEvent } from '../../src/plan/events.ts';
import { EventChannel, newNonce } from '../../src/plan/sandbox/channel.ts';
import { containerName, testArguments } from '../../src/plan/sandbox/container.ts';
import { DEFAULT_LIMITS, type SandboxLimits } from '../../src/plan/sandbox/limits.ts';
import type { TestHeader } from '../../src/plan/sandbox/test.ts';
import { type GitOutput, git } from '../../src/plan/source/git.ts';

export const IMAGE = environment.shape.CODEX_WORKER_SANDBOX_IMAGE.parse(undefined);

export type Files = Readonly<Record<string, string>>;
export type Result = Extract<SandboxEvent, { event: 'result' }>;

export interface Session {
  readonly events: SandboxEvent[];
  readonly results: Result[];
  /** Lines on the event channel that were not ours. */
  readonly forged: number;
  /** What the project printed. */
  readonly stdout: string;
  readonly status: number | undefined;
}

interface Options {
  readonly header?: Partial<TestHeader>;
  readonly limits?: Partial<SandboxLimits>;
  /** A Docker volume of installed dependencies. */
  readonly volume?: string;
  /** Called for each event; may send the container a signal. */
  readonly onEvent?: (event: SandboxEvent, signal: (name: 'INT' | 'KILL') => void) => void;
}

/** Commits `files`, sends them to a container as a plan does, and gives all that comes out of it. */
export async function runProject(files: Files, options: Options = {}): Promise<Session> {
  const { pack, ...repository } = await packed(files);
  const nonce = newNonce();
  const header = { nonce, ...DEFAULT_HEADER, ...repository, ...options.header };
  return runContainer([], options, nonce, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), pack]));
}

/** The same with `git archive`'s tar on stdin, as the reproduction line of a report has it. */
export async function runTar(files: Files, pytest: readonly string[]): Promise<Session> {
  const { stdout } = await withRepository(files, (run) => run(['archive', 'HEAD']));
  return runContainer(['--tar', '--', ...pytest], {}, 'no events', stdout);
}

async function runContainer(
  runnerArguments: readonly string[],
  options: Options,
  nonce: string,
  input: Buffer,
): Promise<Session> {
  const run = randomUUID();
  const name = containerName(run, 'test');
  const signal = (kind: string): void => {
    void execa('docker', ['kill', '--signal', kind, name], { reject: false });
  };
  const events: SandboxEvent[] = [];
  const channel = new EventChannel(nonce, sandboxEvent, (event) => {
    events.push(event);
    options.onEvent?.(event, signal);
  });
  const spec = { run, phase: 'test', instance: 'test', deadline: 0, volume: options.volume ?? null };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const [, ...created] = testArguments({ ...spec, limits, imageId: IMAGE });
  const container = execa('docker', ['run', '--rm', ...created, ...runnerArguments], {
    input,
    buffer: { stdout: true, stderr: false },
    maxBuffer: 64 * 1024 * 1024,
    reject: false,
  });
  container.stderr.on('data', (chunk: Buffer) => channel.push(chunk));
  const { stdout, exitCode } = await container;
  const results = events.filter((event) => event.event === 'result');
  return { events, results, forged: channel.forged, stdout, status: exitCode };
}

const DEFAULT_HEADER: Omit<TestHeader, 'commit' | 'refs' | 'branch' | 'shallow'> = {
  pytest: [],
  command: null,
  only: null,
  collect_only: false,
  environment: {},
};

type RunGit = (argv: readonly string[]) => Promise<GitOutput>;

/** One commit of `files`, tagged v1.2.0, as the header's fields and a pack of everything. */
async function packed(
  files: Files,
): Promise<Pick<TestHeader, 'commit' | 'refs' | 'branch' | 'shallow'> & { pack: Buffer }> {
  return withRepository(files, async (run) => {
    const lines = (await run(['show-ref'])).stdout.toString().trim().split('\n');
    const refs = Object.fromEntries(lines.map((line) => line.split(' ').reverse()));
    const { stdout: pack } = await run(['pack-objects', '--all', '--revs', '--stdout', '-q']);
    return { commit: refs['refs/heads/main'] ?? '', refs, branch: 'main', shallow: [], pack };
  });
}

async function withRepository<T>(files: Files, use: (run: RunGit) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'codex-project-'));
  const person = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  const run: RunGit = (argv) => git(null, ['-C', directory, ...person, ...argv]);
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    await run(['init', '-q', '-b', 'main']);
    await run(['add', '-A']);
    await run(['commit', '-q', '--allow-empty', '-m', 'A project']);
    await run(['tag', '-a', '-m', '1.2.0', 'v1.2.0']);
    return await use(run);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** `{nodeid: outcome}` of a session. */
export function outcomes(session: Session): Record<string, string> {
  return Object.fromEntries(session.results.map(({ nodeid, outcome }) => [nodeid, outcome]));
}

/** The result of the test with this name, in whatever file. */
export function resultOf(session: Session, test: string): Result | undefined {
  return session.results.find(({ nodeid }) => nodeid.slice(nodeid.indexOf('::') + 2) === test);
}

/** The events of one kind, as they came. */
export function eventsOf<Kind extends SandboxEvent['event']>(
  session: Session,
  kind: Kind,
): Extract<SandboxEvent, { event: Kind }>[] {
  return session.events.filter(
    (event): event is Extract<SandboxEvent, { event: Kind }> => event.event === kind,
  );
}
