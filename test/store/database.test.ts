import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/store/database.ts';

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

test('a database of a newer Codex is left alone, and the operator told', () => {
  const file = join(directory, 'codex.db');
  const newer = openDatabase(file);
  newer.pragma('user_version = 999');
  newer.close();
  expect(() => openDatabase(file)).toThrow('written by a newer Codex');
});
