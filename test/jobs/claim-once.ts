/** A thread that claims one job once the gate opens and says whether it got it. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { JobStore } from '../../src/jobs/store.ts';
import { openDatabase } from '../../src/store/database.ts';

const schema = z.object({ file: z.string(), gate: z.instanceof(Int32Array), owner: z.string() });
const { file, gate, owner } = schema.parse(workerData);
const db = openDatabase(file);
const store = new JobStore(db);
parentPort?.postMessage('ready');
Atomics.wait(gate, 0, 0);
parentPort?.postMessage(store.claim('plan', owner, Date.now(), 60_000) !== null);
db.close();
