/** What only real processes and threads can show: races for a job, and SIGKILL in the middle of one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker as Thread } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import type { Job } from '../../src/jobs/job.ts';
import { Worker } from '../../src/jobs/worker.ts';
import { createLog } from '../../src/log.ts';
import { databaseFile, open, plan } from './setup.ts';

test('ten threads claim one job at the same moment and one gets it', async () => {
  const file = databaseFile();
  const { store } = open(file);
  store.enqueue([plan()], Date.now());
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const script = new URL('./claim-once.ts', import.meta.url);
  const threads = Array.from({ length: 10 }, (_, n) => {
    return new Thread(script, { workerData: { file, gate, owner: `thread ${n}` } });
  });
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  const claims = Promise.all(threads.map((thread) => once(thread, 'message')));
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  expect((await claims).flat().filter((claimed) => claimed)).toHaveLength(1);
});

test('a job in the middle of which its process was killed is run again by the next', async () => {
  const file = databaseFile();
  const { store } = open(file);
  const [job] = store.enqueue([plan()], Date.now());
  const child = runForever(file);
  await once(child, 'message');
  expect(store.get(job?.id ?? '')).toMatchObject({ state: 'running', attempt: 1 });
  child.kill('SIGKILL');
  await once(child, 'exit');

  const seen: Job[] = [];
  const worker = new Worker({
    store,
    handlers: [{ kind: 'plan', run: async (again) => void seen.push(again), abandon: async () => undefined }],
    concurrency: { command: 1, plan: 1 },
    log: createLog('silent'),
    now: Date.now,
    random: Math.random,
    owner: 'the next',
  });
  worker.start();
  await worker.idle();
  await worker.stop(0);
  expect(seen).toMatchObject([{ id: job?.id, attempt: 2 }]);
  expect(store.get(job?.id ?? '')?.state).toBe('done');
});

/** A process with a worker whose plans never end; it sends a message once one started. */
function runForever(file: string): ChildProcess {
  const script = fileURLToPath(new URL('./run-forever.ts', import.meta.url));
  return spawn(process.execPath, [script, file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}
