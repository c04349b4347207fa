import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { GENERATED } from '../scripts/docs.ts';

test.each([...GENERATED])('%s is what `node scripts/docs.ts` writes', (path, text) => {
  expect(readFileSync(join(import.meta.dirname, '..', path), 'utf8')).toBe(text());
});
