import type { SubjectContext } from '../../../src/entitlements/subject.ts';

/** A set of flags with one capability. */
export function setWith(targeting: unknown, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ flags: { 'codex.pr': flag(targeting) }, ...more });
}

/** A flag of two variants that is off unless a rule says otherwise. */
export function flag(targeting: unknown = {}) {
  return { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', targeting };
}

/** A set that allows `codex.pr` to everybody, or to nobody; `note` makes it another version. */
export function always(allowed: boolean, note = ''): string {
  return JSON.stringify({
    metadata: { note },
    flags: { 'codex.pr': { ...flag(), defaultVariant: allowed ? 'on' : 'off' } },
  });
}

export const OCTOCAT: SubjectContext = {
  targetingKey: 'octocat',
  user: 'octocat',
  repository: 'acme/shop',
  owner: 'acme',
  account_id: 7,
  installation: 1,
  plan: '',
  subscription: 'off',
  entitled: 'unlisted',
  member: 'yes',
};
