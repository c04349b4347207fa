/** How `npm start` sets up V8: what is measured runs as what is deployed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const MANIFEST = join(import.meta.dirname, '..', 'package.json');

const manifest = z.object({ scripts: z.object({ start: z.string().startsWith('node ') }) });
const { start } = manifest.parse(JSON.parse(readFileSync(MANIFEST, 'utf8'))).scripts;

export const V8_FLAGS = start.split(' ').filter((argument) => /^--max-\w+-space-size=/.test(argument));
