/**
 * What Codex shows people on GitHub is made of errors and of what tests printed: no secret gets out through it,
 * whoever wrote it. Texts are redacted one by one, before they are JSON, so that none can reach into the next.
 */
import { redact } from '../redact.ts';
import type { Octokit } from './client.ts';

/** The fields of requests that people read: of comments and issues, of check runs, and of the commits of merges. */
const SHOWN = ['title', 'body', 'output', 'commit_title', 'commit_message'] as const;

/** A plugin of Octokit. */
export function redactShown(octokit: { hook: Octokit['hook'] }): void {
  octokit.hook.before('request', (options) => {
    for (const field of SHOWN) {
      if (options[field] !== undefined) options[field] = withoutSecrets(options[field]);
    }
  });
}

/** The same data with every text in it redacted. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
