import { expect, test } from '@jest/globals';
import { openInbox } from './setup.ts';

test('what arrives at once is stored in order, each body as it came', async () => {
  const { inbox, put } = openInbox();
  const names = Array.from({ length: 100 }, (_, index) => `delivery-${index}`);
  const results = await Promise.all(names.map((name) => put(name, { name, text: '🦀'.repeat(index(name)) })));
  expect(new Set(results)).toEqual(new Set(['stored']));
  const rows = inbox.due(0, 1_000);
  expect(rows.map(({ delivery }) => delivery)).toEqual(names);
  for (const { delivery, body } of rows) {
    expect(JSON.parse(body.toString())).toEqual({ name: delivery, text: '🦀'.repeat(index(delivery)) });
  }
});

test('only the first of equal deliveries is stored', async () => {
  const { inbox, put } = openInbox();
  expect(await Promise.all([put('a'), put('a'), put('b')])).toEqual(['stored', 'duplicate', 'stored']);
  expect(await put('a')).toBe('duplicate');
  expect(inbox.counts().pending).toBe(2);
});

test('exclusive work waits for the commit that runs and holds back the next', async () => {
  const { db, inbox, writer, put } = openInbox();
  const order: string[] = [];
  const first = put('first').then(() => order.push('first'));
  await new Promise(setImmediate);
  const exclusive = writer.exclusive(() => {
    expect(inbox.has('github', 'first')).toBe(true);
    expect(inbox.has('github', 'second')).toBe(false);
    db.prepare("UPDATE inbox SET state = 'done'").run();
    order.push('exclusive');
  });
  const second = put('second').then(() => order.push('second'));
  await Promise.all([first, exclusive, second]);
  expect(order.indexOf('exclusive')).toBeLessThan(order.indexOf('second'));
  expect(inbox.counts().pending).toBe(1);
});

test('exclusive work that fails rejects, and deliveries are stored again', async () => {
  const { writer, put } = openInbox();
  const failing = writer.exclusive(() => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await put('a')).toBe('stored');
});

test('a delivery that the database refuses rejects, and the next is stored', async () => {
  const { db, put } = openInbox();
  db.exec("CREATE TRIGGER refuse BEFORE INSERT ON inbox BEGIN SELECT raise(ABORT, 'refused'); END");
  await expect(put('a')).rejects.toThrow('refused');
  db.exec('DROP TRIGGER refuse');
  expect(await put('a')).toBe('stored');
});

function index(name: string): number {
  return Number(name.slice('delivery-'.length));
}
