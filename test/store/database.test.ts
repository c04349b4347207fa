import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { inPassing, openDatabase } from '../../src/store/database.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codex-database-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a new database in a new directory is durable before it is fast', () => {
  const db = openDatabase(join(directory, 'data', 'codex.db'));
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  db.close();
});

test('opening again keeps what is stored', () => {
  const file = join(directory, 'codex.db');
  const first = openDatabase(file);
  first.prepare("INSERT INTO turns VALUES ('acme', 7)").run();
  first.close();
  const second = openDatabase(file);
  expect(second.prepare('SELECT turn FROM turns').pluck().get()).toBe(7);
  second.close();
});

test('processes that open a new database at the same time all find the newest schema', async () => {
  const file = join(directory, 'codex.db');
  const module = join(import.meta.dirname, '../../src/store/database.ts');
  const program = `
    const { openDatabase } = await import(process.argv[1]);
    while (Date.now() < Number(process.argv[3])) {}
    console.log(openDatabase(process.argv[2]).pragma('user_version', { simple: true }));`;
  const together = String(Date.now() + 1_000);
  const open = () => execa(process.execPath, ['--input-type=module', '-e', program, module, file, together]);
  const versions = (await Promise.all([open(), open(), open()])).map(({ stdout }) => Number(stdout));
  expect(new Set(versions)).toEqual(new Set([Math.max(...versions)]));
});

test('a database of a newer Codex is left alone, and the operator told', () => {
  const file = join(directory, 'codex.db');
  const newer = openDatabase(file);
  newer.pragma('user_version = 999');
  newer.close();
  expect(() => openDatabase(file)).toThrow('written by a newer Codex');
});

test('what is written in passing does not wait for the disk, and what follows does, even after an error', () => {
  const db = openDatabase(':memory:');
  const level = () => db.pragma('synchronous', { simple: true });
  expect([level(), inPassing(db, level), level()]).toEqual([2, 1, 2]);
  const fails = () => {
    throw new Error('no');
  };
  expect(() => inPassing(db, fails)).toThrow('no');
  expect(level()).toBe(2);
  db.close();
});
