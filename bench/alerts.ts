/** TradingView's alerts, at a steady rate, while GitHub is unreachable: how soon each is answered, and whether all are kept. */
import { fork } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createToken } from '../src/alerts/receiving/token.ts';
import { openDatabase } from '../src/store/database.ts';
import { startLocalGitHub } from '../test/support/local-github/start.ts';
import type { AlertsOrder, AlertsResult } from './alerts-load.ts';
import { startCodex } from './codex-process.ts';
import type { Row } from './row.ts';

const SECRET = 'the-alert-secret-of-the-bench';
const PER_SECOND = 500;
const SECONDS = 10;
const STRATEGIES = 25;
const TARGET_P99_MS = 100;
/** Nothing listens there. */
const UNREACHABLE = 'http://127.0.0.1:9';

export async function alertsBench(): Promise<Row[]> {
  const github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  const codex = await startCodex(github, {
    GITHUB_API_URL: UNREACHABLE,
    CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET: SECRET,
  });
  try {
    await load(codex.port, 2);
    const { sent, accepted, p50Ms, p99Ms } = await load(codex.port, SECONDS);
    const kept = stored(codex.dataDir) - 2 * PER_SECOND;
    const name = `alerts: ${PER_SECOND}/s, GitHub unreachable`;
    const rest = { peer: '–', ratio: null };
    return [
      {
        ...rest,
        name: `${name}: p99 of the answer`,
        measured: `${p99Ms.toFixed(1)} ms (median ${p50Ms.toFixed(1)} ms)`,
        target: `≤ ${TARGET_P99_MS} ms`,
        pass: p99Ms <= TARGET_P99_MS,
      },
      {
        ...rest,
        name: `${name}: not answered 202, or answered and not stored`,
        measured: `${sent - Math.min(accepted, kept)} of ${sent}`,
        target: '0',
        pass: accepted === sent && kept === sent,
      },
    ];
  } finally {
    await codex.stop();
    await github.close();
  }
}

async function load(port: number, seconds: number): Promise<AlertsResult> {
  const key = createSecretKey(SECRET, 'utf8');
  const tokens = Array.from({ length: STRATEGIES }, (_, index) =>
    createToken(key, { repository: 'acme/bot', strategy: `strategy-${index}` }),
  );
  const generator = fork(new URL('./alerts-load.ts', import.meta.url));
  generator.send({ port, tokens, perSecond: PER_SECOND, seconds } satisfies AlertsOrder);
  const [result] = await once(generator, 'message');
  return result;
}

function stored(dataDir: string): number {
  const db = openDatabase(join(dataDir, 'codex.db'));
  const count = db.prepare<[], number>(`SELECT count(*) FROM inbox WHERE provider = 'tradingview'`).pluck();
  const stored = count.get() ?? 0;
  db.close();
  return stored;
}
