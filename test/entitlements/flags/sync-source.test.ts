/** The stream itself, in times that a test can wait for. What its flags decide is told in flagd.test.ts. */
import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { syncSource } from '../../../src/entitlements/flags/sync-source.ts';
import { type FlagdServer, startFlagd } from './flagd-server.ts';
import { type Relay, startRelay } from './relay.ts';

const SOURCE = new URL('../../../src/entitlements/flags/sync-source.ts', import.meta.url).href;
const NEVER = 60_000;

let flagd: FlagdServer;
let relay: Relay;
let source: ReturnType<typeof syncSource> | undefined;

beforeEach(async () => {
  flagd = await startFlagd('first');
  relay = await startRelay();
});
afterEach(() => {
  source?.close();
  source = undefined;
  relay.close();
  flagd.kill();
});

/** What is told of the flags behind the relay: `next` is the oldest that was not asked for yet. */
async function listen(times: { renewal: number; silence: number }) {
  const told: string[] = [];
  const news = new EventEmitter();
  const tell = (text: string) => {
    told.push(text);
    news.emit('told');
  };
  source = syncSource(relay.address, times);
  await source.start({ received: tell, lost: (reason) => tell(`lost: ${reason}`) });
  return {
    told,
    async next(): Promise<string | undefined> {
      if (told.length === 0) await once(news, 'told');
      return told.shift();
    },
  };
}

test('is opened anew in its interval, over a new connection, and that is no loss', async () => {
  relay.passTo(flagd.address);
  const { told, next } = await listen({ renewal: 150, silence: NEVER });
  await relay.connections(3);
  expect(new Set(told)).toEqual(new Set(['first']));
  flagd.give('second');
  while ((await next()) !== 'second') expect(told).not.toContain('lost');
});

test('that stays silent is given up and opened anew, until flagd is itself again', async () => {
  const { next } = await listen({ renewal: NEVER, silence: 100 });
  expect(await next()).toBe('lost: flagd does not answer');
  expect(await next()).toBe('lost: flagd does not answer');
  relay.passTo(flagd.address);
  let told = await next();
  while (told?.startsWith('lost')) told = await next();
  expect(told).toBe('first');
});

test('that is silent keeps no process once it is closed', async () => {
  const program = `
    const { syncSource } = await import(${JSON.stringify(SOURCE)});
    const source = syncSource('${relay.address}', { renewal: ${NEVER}, silence: 100 });
    await source.start({ received() {}, lost() {} });
    source.close();`;
  const options = { env: { NODE_OPTIONS: '' }, timeout: NEVER - 1_000 };
  await execa(process.execPath, ['--input-type=module', '-e', program], options);
});
