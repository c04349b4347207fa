import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InboxStore } from '../../src/inbox/store.ts';
import { openDatabase } from '../../src/store/database.ts';
import { type ServerProcess, startProcess } from './process.ts';
import { headersFor } from './setup.ts';

let server: ServerProcess;
beforeEach(async () => {
  server = await startProcess();
});
afterEach(() => server.remove());

async function post(body: string, delivery: string): Promise<number> {
  const headers = headersFor(body, delivery);
  const response = await fetch(`${server.url}/webhooks/github`, { method: 'POST', body, headers });
  await response.text();
  return response.status;
}

/** Whether each delivery is stored, seen by another process than the server. */
function stored(deliveries: readonly string[]): boolean[] {
  const db = openDatabase(server.file);
  const inbox = new InboxStore(db);
  const found = deliveries.map((delivery) => inbox.has('github', delivery));
  db.close();
  return found;
}

test('every webhook that was answered 202 is in the database after SIGKILL under load', async () => {
  const accepted: string[] = [];
  const client = async (name: number) => {
    for (let sent = 0; ; sent++) {
      const delivery = `load-${name}-${sent}`;
      const status = await post(JSON.stringify({ sent, padding: 'x'.repeat(5_000) }), delivery);
      expect(status).toBe(202);
      if (accepted.push(delivery) === 500) void server.kill();
    }
  };
  const clients = await Promise.allSettled(Array.from({ length: 16 }, (_, name) => client(name)));
  expect(clients.map(({ status }) => status)).toEqual(Array(16).fill('rejected'));
  expect(accepted.length).toBeGreaterThanOrEqual(500);
  expect(stored(accepted)).not.toContain(false);
});

test('a full disk is answered 503 with nothing stored; with room again, the same webhook is taken', async () => {
  // Bytes that do not compress, more than the limit leaves room for.
  const body = JSON.stringify({ noise: crypto.getRandomValues(Buffer.alloc(60_000)).toString('base64') });
  expect(await post('{}', 'before')).toBe(202);
  server.limitFiles(50_000);
  expect(await post(body, 'too-much')).toBe(503);
  expect(stored(['before', 'too-much'])).toEqual([true, false]);

  server.limitFiles('unlimited');
  expect(await post(body, 'too-much')).toBe(202);
  expect(stored(['before', 'too-much'])).toEqual([true, true]);
});
