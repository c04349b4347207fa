import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { instanceOf } from '../src/instance.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codex-instance-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a data directory names its Codex once, and makes itself', () => {
  const data = join(folder, 'var', 'codex');
  const name = instanceOf(data);
  expect(name).toMatch(/^[0-9a-f-]{36}$/);
  expect(instanceOf(data)).toBe(name);
  expect(instanceOf(join(folder, 'other'))).not.toBe(name);
});
