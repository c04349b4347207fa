/**
 * Webhooks per second: Codex, which commits each to the disk before it answers, against Probot's own server with
 * an empty handler, which keeps nothing. Server and load generator are processes of their own; the two servers
 * take turns, and each round's two are compared, so that a busy machine is so for both.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InboxStore } from '../src/inbox/store.ts';
import { openDatabase } from '../src/store/database.ts';
import type { IngestOrder } from './ingest-server.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { median } from './quantile.ts';
import type { Row } from './row.ts';
import { V8_FLAGS } from './start-command.ts';

const SECRET = 'the-webhook-secret-of-the-bench';
const EVENT = 'issue_comment';
const PAYLOAD_BYTES = 12_700;
const CONNECTIONS = 32;
const ROUNDS = 5;
const TARGET_P99_MS = 50;

interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Measures for about a minute. */
export async function ingestBench(): Promise<Row[]> {
  const rounds: { peer: Measured; codex: Measured; dispatching: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      peer: await measure('./ingest-peer.ts', false),
      codex: await measure('./ingest-server.ts', false),
      dispatching: await measure('./ingest-server.ts', true),
    });
  }
  const rate = (name: string, side: 'codex' | 'dispatching', target: number | null): Row => {
    const ratio = median(rounds.map((round) => round[side].perSecond / round.peer.perSecond));
    return {
      name,
      measured: `${Math.round(median(rounds.map((round) => round[side].perSecond)))}/s`,
      peer: `bare Probot ${Math.round(median(rounds.map((round) => round.peer.perSecond)))}/s`,
      ratio,
      target: target === null ? 'none' : `≥ ${target.toFixed(1)}`,
      pass: target === null || ratio >= target,
    };
  };
  const [p99, peerP99] = [rounds.map((r) => r.codex.p99Ms), rounds.map((r) => r.peer.p99Ms)].map(median);
  return [
    rate('ingest: signed webhooks, durable', 'codex', 1),
    rate('ingest: the same while the inbox is dispatched', 'dispatching', null),
    {
      name: 'ingest: p99',
      measured: `${p99?.toFixed(1)} ms`,
      peer: `bare Probot ${peerP99?.toFixed(1)} ms`,
      ratio: null,
      target: `≤ ${TARGET_P99_MS} ms`,
      pass: (p99 ?? Number.POSITIVE_INFINITY) <= TARGET_P99_MS,
    },
    await killUnderLoad(),
  ];
}

async function measure(script: string, dispatch: boolean): Promise<Measured> {
  return withServer(script, dispatch, async (port) => {
    const result = await load({ port, seconds: 3, warmupSeconds: 1 });
    if (result.refused > 0) throw new Error(`${result.refused} webhooks were not answered 2xx.`);
    return result;
  });
}

/** SIGKILL while webhooks arrive; then each that was answered 202 must be in the database. */
async function killUnderLoad(): Promise<Row> {
  return withServer('./ingest-server.ts', false, async (port, file, kill) => {
    const timer = setTimeout(kill, 1_500);
    const { accepted } = await load({ port, seconds: 10, warmupSeconds: 0 });
    clearTimeout(timer);
    const db = openDatabase(file);
    const inbox = new InboxStore(db);
    const lost = accepted.filter((delivery) => !inbox.has('github', delivery)).length;
    db.close();
    return {
      name: 'ingest: answered 202 and lost by SIGKILL',
      measured: `${lost} of ${accepted.length}`,
      peer: 'none',
      ratio: null,
      target: '0',
      pass: lost === 0 && accepted.length > 0,
    };
  });
}

async function withServer<T>(
  script: string,
  dispatch: boolean,
  use: (port: number, file: string, kill: () => void) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-bench-'));
  const file = join(directory, 'codex.db');
  const server = start(script);
  const exited = once(server, 'exit');
  try {
    server.send({ file, secret: SECRET, dispatch } satisfies IngestOrder);
    const [{ port }] = await once(server, 'message');
    return await use(port, file, () => server.kill('SIGKILL'));
  } finally {
    server.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true });
  }
}

async function load(order: Pick<LoadOrder, 'port' | 'seconds' | 'warmupSeconds'>): Promise<LoadResult> {
  const generator = start('./load.ts');
  const body = payload();
  const path = '/webhooks/github';
  generator.send({ ...order, path, secret: SECRET, event: EVENT, body, connections: CONNECTIONS });
  const [result] = await once(generator, 'message');
  return result;
}

function start(script: string): ChildProcess {
  const options = { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] as ['ignore', 'ignore', 'inherit', 'ipc'] };
  const execArgv = script === './ingest-server.ts' ? V8_FLAGS : [];
  return fork(new URL(script, import.meta.url), { ...options, execArgv });
}

/** The recorded comment whose size is nearest to the one that is measured. */
function payload(): string {
  // A package of JSON; its types describe every event, of which the name is all that matters here.
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
    readonly name: string;
    readonly examples: readonly unknown[];
  }[];
  const bodies = examples
    .filter(({ name }) => name === EVENT)
    .flatMap(({ examples: all }) => all.map((example) => JSON.stringify(example)));
  const distance = (body: string) => Math.abs(body.length - PAYLOAD_BYTES);
  return bodies.reduce((best, body) => (distance(body) < distance(best) ? body : best));
}
