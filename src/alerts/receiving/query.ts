import type { Reading } from './message.ts';

/** What a webhook URL may carry. */
export interface Query {
  readonly token: string | null;
  /** The kind of alerts whose message does not name one. */
  readonly kind: string | null;
}

/** `url`: as requested, its path and query. */
export function readQuery(url: string): Reading<Query> {
  const start = url.indexOf('?');
  const given = new URLSearchParams(start < 0 ? '' : url.slice(start));
  const known = [...given.keys()].every((name) => name === 'token' || name === 'alert');
  if (!known || given.size > new Set(given.keys()).size) {
    return {
      mistake: 'The webhook URL may end in "?token=…" and "&alert=…", each once, and in nothing else.',
    };
  }
  return { value: { token: given.get('token'), kind: given.get('alert') } };
}
