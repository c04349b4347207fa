/** The command of `npm start`: what is measured runs as what is deployed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const PROJECT = join(import.meta.dirname, '..');

const manifest = z.object({ scripts: z.object({ start: z.string().startsWith('node ') }) });
const { start } = manifest.parse(JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'))).scripts;

/** What follows `node`. */
export const START = start.split(' ').slice(1);

/** How V8 is set up. */
export const V8_FLAGS = START.filter((argument) => /^--max-\w+-space-size=/.test(argument));
