/**
 * The logger redacts by itself: every line passes through `redact` after it was serialised, so that no field,
 * message or stack can carry a secret out, whoever wrote the line.
 */
import { type Logger, pino } from 'pino';
import { redact } from './redact.ts';

export type Log = Logger;

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];
export const LOG_LEVELS: readonly LogLevel[] = LEVELS;

/** A JSON-lines logger at `level` that writes to `out`, with everything secret taken out of each line. */
export function createLog(level: LogLevel, out: NodeJS.WritableStream = process.stdout): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => out.write(redact(line)) },
  );
}
