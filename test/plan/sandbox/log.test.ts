import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LOG_HEAD_BYTES, LOG_TAIL_BYTES, LogWriter } from '../../../src/plan/sandbox/log.ts';
import { logsToRemove, pruneLogs, readLog } from '../../../src/plan/sandbox/log-files.ts';
import { BLOCK_BYTES, cutPoint, LastBytes } from '../../../src/plan/sandbox/log-text.ts';
import { redact } from '../../../src/redact.ts';
import { expectLinear } from '../../support/growth.ts';
import { dataDirectory, text } from './running.ts';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${`${'k'.repeat(64)}\n`.repeat(25)}-----END RSA PRIVATE KEY-----\n`;

async function written(chunks: readonly Buffer[]) {
  const dataDir = dataDirectory();
  const log = new LogWriter(dataDir, 'run');
  for (const chunk of chunks) await log.write(chunk);
  const size = await log.close();
  return { ...size, stored: await text(readLog(dataDir, 'run')) };
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index]));
}

describe('a log', () => {
  test('holds what was written, however it was cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 50 }),
        fc.array(fc.nat(40), { maxLength: 50 }),
        async (lines, sizes) => {
          const bytes = Buffer.from(lines.join('\n'));
          const { stored, kept } = await written(cut(bytes, sizes));
          expect(stored).toBe(bytes.toString());
          expect(kept).toBe(bytes.length);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('holds what two wrote at the same time, each chunk whole', async () => {
    const log = new LogWriter(dataDirectory(), 'run');
    const chunks = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(100_000, `${letter}\n`));
    await Promise.all(chunks.map((chunk) => log.write(chunk)));
    expect(await log.close()).toEqual({ bytes: 400_000, kept: 400_000 });
  });

  test('never holds a secret, wherever the cuts fall', async () => {
    const line = 'x'.repeat(117);
    const filler = `${line}\n`.repeat(700);
    const everything = `token ${TOKEN}\n${KEY}${filler}`.repeat(140);
    const { stored, bytes, kept } = await written(cut(Buffer.from(everything), [65_530, 8, 1_000_000]));
    expect(bytes).toBe(everything.length);
    expect(kept).toBeLessThan(bytes);
    expect(stored).toContain('token [redacted]\n[redacted]\nxxx');
    expect(stored).not.toContain('ghp_');
    expect(stored).not.toContain('kkkk');
  });

  test('between its head and its tail says how much is left out', async () => {
    const lines = Buffer.from('0123456789abcde\n'.repeat(1 << 20));
    const { stored, bytes, kept } = await written([lines]);
    expect(bytes).toBe(16 << 20);
    expect(kept).toBeGreaterThan(LOG_HEAD_BYTES + LOG_TAIL_BYTES - 65_536);
    expect(kept).toBeLessThanOrEqual(LOG_HEAD_BYTES + LOG_TAIL_BYTES + 65_536);
    expect(stored).toContain(`\n[Codex: the log is cut here, ${bytes - kept} bytes are left out]\n`);
  });

  test.each(['eyJ-', ' ', '-----BEGIN PRIVATE KEY-----', 'https://', 'authorization: bearer ', '\n'])(
    'full of %j is cut and redacted at a cost that does not grow faster than its blocks',
    (unit) => {
      expectLinear((size) => {
        const block = Buffer.from(unit.repeat(size / unit.length));
        redact(block.toString('utf8', 0, cutPoint(block)));
      }, BLOCK_BYTES);
    },
  );

  test('is there whole or not at all', async () => {
    const dataDir = dataDirectory();
    const log = new LogWriter(dataDir, 'run');
    await log.write(Buffer.from('some'));
    expect(() => readLog(dataDir, 'run')).toThrow('Run run has no log.');
    const writing = log.write(randomBytes(300_000));
    await setImmediate();
    await Promise.all([log.discard(), writing]);
    await log.write(randomBytes(300_000));
    expect(await readdir(join(dataDir, 'logs'))).toEqual([]);
  });

  test('cannot be asked for by a path', () => {
    expect(() => readLog(dataDirectory(), '../../etc/passwd')).toThrow('is not the id of a run');
  });

  test('that the disk does not take is an error', async () => {
    const dataDir = dataDirectory();
    mkdirSync(join(dataDir, 'logs'));
    symlinkSync('/dev/full', join(dataDir, 'logs', 'run.log.gz.part'));
    const log = new LogWriter(dataDir, 'run');
    await log.write(Buffer.from('some'));
    await expect(log.close()).rejects.toThrow('ENOSPC');
  });
});

test('the last bytes are the last bytes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.uint8Array({ maxLength: 50 })),
      (size, chunks) => {
        const last = new LastBytes(size);
        for (const chunk of chunks) last.push(Buffer.from(chunk));
        expect(last.bytes()).toEqual(Buffer.concat(chunks).subarray(-size));
      },
    ),
  );
});

describe('retention', () => {
  const day = 86_400_000;
  test('lets go of what is old, then of the oldest that do not fit', () => {
    const logs = [1, 2, 3, 40].map((days) => ({
      name: `${days}`,
      writtenAt: 100 * day - days * day,
      bytes: 10,
    }));
    expect(logsToRemove(logs, { days: 30, maxBytes: 1_000 }, 100 * day)).toEqual(['40']);
    expect(logsToRemove(logs, { days: 30, maxBytes: 20 }, 100 * day)).toEqual(['3', '40']);
  });

  test('removes the files', async () => {
    const dataDir = dataDirectory();
    await pruneLogs(dataDir, { days: 1, maxBytes: 1 }, Date.now());
    const old = join(dataDir, 'logs', 'a.log.gz');
    writeFileSync(old, '');
    utimesSync(old, 1, 1);
    expect(await pruneLogs(dataDir, { days: 1, maxBytes: 100 }, Date.now())).toBe(1);
    expect(existsSync(old)).toBe(false);
  });
});
