/**
 * What the pytest plugin in the sandbox says, one JSON object a line on its own channel (the container's
 * stderr; the tests' own output goes to stdout). Everything here is self-reported by hostile code: a line
 * without the run's nonce, or that does not fit, counts as `forged`.
 */
import { z } from 'zod';

const text = z.string().max(200_000);
const nodeid = z.string().max(4_096);

export const sandboxEvent = z.discriminatedUnion('event', [
  /** The runner inside the container reached a step: unpack, build, test. */
  z.object({ event: z.literal('step'), step: z.enum(['unpack', 'build', 'test']) }),
  /** Something a reader should know, from the runner: "editable install failed: …". */
  z.object({ event: z.literal('note'), text }),
  z.object({ event: z.literal('collected'), count: z.int().min(0) }),
  /** A file or module that could not be collected. */
  z.object({
    event: z.literal('collect_error'),
    nodeid,
    path: text.nullable(),
    line: z.int().nullable(),
    message: text,
    traceback: text,
  }),
  /** A file or module that skips itself as a whole. */
  z.object({
    event: z.literal('collect_skip'),
    nodeid,
    path: text.nullable(),
    line: z.int().nullable(),
    message: text,
  }),
  z.object({ event: z.literal('start'), nodeid }),
  /** One a test, after teardown. `path`/`line`: the deepest frame inside the repository, else the def line. */
  z.object({
    event: z.literal('result'),
    nodeid,
    outcome: z.enum(['passed', 'failed', 'error', 'skipped', 'xfailed', 'xpassed']),
    seconds: z.number().min(0),
    path: text.nullable(),
    line: z.int().nullable(),
    message: text,
    traceback: text,
  }),
  z.object({
    event: z.literal('end'),
    exit_code: z.int(),
    collected: z.int(),
    results: z.int(),
    warnings: z.int(),
  }),
  /** The runner's last word: pytest's exit status as its parent saw it (negative: the signal). */
  z.object({ event: z.literal('exit'), status: z.int() }),
]);
export type SandboxEvent = z.infer<typeof sandboxEvent>;
