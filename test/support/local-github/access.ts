/** Who may do what: an installation by the App's permissions, a person by their role in the repository. */
import type { Actor } from './credentials.ts';
import type { Emulator } from './emulator.ts';
import { askAs, ownerOf } from './hosting.ts';
import { type ApiAnswer, type ApiRequest, BAD_CREDENTIALS, objectAt } from './http.ts';

/** One of the App's permissions; of a person, the role that has as much. */
export type Need = readonly [permission: string, level: 'read' | 'write'];

/** Least first. */
const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const NOT_ACCESSIBLE: ApiAnswer = {
  status: 403,
  body: { message: 'Resource not accessible by integration' },
};

export class Access {
  readonly #emulator: Emulator;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** GitHub's refusal; null where the actor may do this. */
  async refusal(
    request: ApiRequest,
    actor: Actor | null,
    repository: string,
    [permission, level]: Need,
  ): Promise<ApiAnswer | null> {
    const seen = await askAs(this.#emulator, request.token, 'GET', `/repos/${repository}`);
    if (seen.status !== 200) return seen;
    if (actor === null) return BAD_CREDENTIALS;
    if (actor.installation !== null) {
      const granted = permission === 'metadata' ? 'read' : actor.permissions[permission];
      return granted === 'write' || granted === level ? null : NOT_ACCESSIBLE;
    }
    if (level === 'read' && permission !== 'administration') return null;
    const least = permission === 'administration' ? 'admin' : 'write';
    if (isAtLeast(await this.role(repository, actor.login), least)) return null;
    return { status: 403, body: { message: `Must have ${least} access to the repository.` } };
  }

  /** A person's role in a repository. */
  async role(repository: string, login: string): Promise<Role> {
    const owner = this.#emulator.tokens.get(ownerOf(repository)) ?? null;
    const path = `/repos/${repository}/collaborators/${encodeURIComponent(login)}/permission`;
    const { body } = await askAs(this.#emulator, owner, 'GET', path);
    const name = objectAt({ body }, 'body').role_name;
    return ROLES.find((role) => role === name) ?? 'none';
  }
}

export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
