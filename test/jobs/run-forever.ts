/** A process whose worker never ends a plan; it sends a message once one started. */
import { JobStore } from '../../src/jobs/store.ts';
import { Worker } from '../../src/jobs/worker.ts';
import { createLog } from '../../src/log.ts';
import { openDatabase } from '../../src/store/database.ts';

const [file = ''] = process.argv.slice(2);
const run = (): Promise<void> => {
  process.send?.('started');
  return new Promise(() => undefined);
};
new Worker({
  store: new JobStore(openDatabase(file)),
  handlers: [{ kind: 'plan', run, abandon: async () => undefined }],
  concurrency: { command: 1, plan: 1 },
  log: createLog('silent'),
  now: Date.now,
  random: Math.random,
  owner: 'to be killed',
}).start();
