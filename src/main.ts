/**
 * Starts Codex, whose code Node compiles once and keeps: later starts take half the time and 20 MB less memory.
 * Where the folder cannot be written, nothing is kept.
 */
import module from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

// In the environment, because threads do not take part in what is enabled by call.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../node_modules/.cache/compiled');
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);

// Loading modules is no reason to enlarge the young generation, which V8 would never make smaller again.
setFlagsFromString('--semi-space-growth-factor=1');
await import('./composition/process.ts');
setFlagsFromString('--semi-space-growth-factor=2');
