/** The thread behind `InboxWriter`. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { openDatabase } from '../store/database.ts';
import { deflateBody } from './body.ts';
import type { Batch, Committed, WriterMessage } from './writer.ts';

// `InboxWriter` starts this file, with the database's path as its data.
const port = parentPort as MessagePort;
const db = openDatabase(workerData as string);

const insert = db.prepare<[string, string, string, Buffer, number, number]>(
  `INSERT INTO inbox (provider, delivery, event, body, due_at, received_at) VALUES (?, ?, ?, ?, ?, ?)
   ON CONFLICT (provider, delivery) DO NOTHING`,
);

function store({ rows, bodies }: Batch): boolean[] {
  let start = 0;
  const isNew = rows.map(({ provider, delivery, event, receivedAt, length }) => {
    const body = deflateBody(bodies.subarray(start, start + length));
    start += length;
    return insert.run(provider, delivery, event, body, receivedAt, receivedAt).changes === 1;
  });
  // Gives their memory back: the garbage collector, which would find it some megabytes later, costs more.
  bodies.buffer.transfer(0);
  return isNew;
}

/** Stores all that has arrived, and what arrives meanwhile, in one transaction. */
function commit(first: Batch): void {
  const isNew: boolean[] = [];
  let rows = 0;
  let closing = false;
  const transaction = db.transaction(() => {
    for (let batch: WriterMessage | undefined = first; batch !== undefined; batch = next()) {
      if (batch === null) {
        closing = true;
        return;
      }
      rows += batch.rows.length;
      isNew.push(...store(batch));
    }
  });
  let committed: Committed;
  try {
    transaction();
    committed = { rows, isNew };
  } catch (error) {
    committed = { rows, failure: messageOf(error) };
  }
  port.postMessage(committed);
  if (closing) close();
}

function next(): WriterMessage | undefined {
  return receiveMessageOnPort(port)?.message;
}

function close(): void {
  db.close();
  port.close();
}

port.on('message', (message: WriterMessage) => (message ? commit(message) : close()));
