/** The environment's variables once each has been checked by itself. */
import type { z } from 'zod';
import type { environment } from '../environment.ts';
import { Secret } from '../redact.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Parsed = z.infer<typeof environment>;

export function secrets(values: readonly string[] = []): Secret[] {
  return values.map((value) => new Secret(value));
}
