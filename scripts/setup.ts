/** The part of the set-up that needs Docker: an engine that answers and the sandbox image. */
import { messageOf, UserError } from '../src/errors.ts';
import { ensureEngine } from './engine.ts';
import { ensureSandboxImage } from './sandbox-image.ts';

const say = (line: string): void => {
  process.stderr.write(`setup: ${line}\n`);
};

try {
  await ensureEngine(say);
  await ensureSandboxImage(say);
} catch (error) {
  say(messageOf(error));
  if (error instanceof UserError) say(error.next);
  process.exitCode = 1;
}
