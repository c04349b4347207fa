import { z } from 'zod';

/** What a command needs a person to have, such as `codex.plan`: the key of the flag that decides it. */
export type Capability = `codex.${string}`;

/** A capability as text from outside. */
export const capabilityText = z.templateLiteral(['codex.', z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/)]);
