/** Bodies are stored compressed: webhooks are repetitive, and the disk is what limits how many are committed. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** The fastest settings of zlib for some ten kilobytes. */
const SETTINGS = { level: 1, memLevel: 6, windowBits: 14, chunkSize: 4096 };

export function deflateBody(body: Uint8Array): Buffer {
  return deflateRawSync(body, SETTINGS);
}

export function inflateBody(stored: Buffer): Buffer {
  return inflateRawSync(stored);
}
