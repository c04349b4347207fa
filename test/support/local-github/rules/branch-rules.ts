/** What a branch demands of one actor: its active rulesets but those the actor may bypass, and classic protection. */
import { type Access, isAtLeast, type Role } from '../access.ts';
import type { Actor } from '../credentials.ts';
import { APP } from '../emulator.ts';
import type { Protection, Protections } from './protections.ts';
import type { Ruleset } from './ruleset.ts';
import type { Rulesets } from './rulesets.ts';
import { type Demands, demandsOf } from './violations.ts';

/** GitHub's ids of the roles that may stand in `bypass_actors`. */
const ROLE_IDS: ReadonlyMap<number | null, Role> = new Map([
  [2, 'maintain'],
  [4, 'write'],
  [5, 'admin'],
]);

export class BranchRules {
  readonly #rulesets: Rulesets;
  readonly #protections: Protections;
  readonly #access: Access;

  constructor(rulesets: Rulesets, protections: Protections, access: Access) {
    this.#rulesets = rulesets;
    this.#protections = protections;
    this.#access = access;
  }

  /** GitHub's flag `protected` of a branch: by rulesets too. */
  isProtected(repository: string, branch: string): boolean {
    const classic = this.#protections.get(repository, branch);
    return classic !== null || this.#rulesets.governing(repository, branch).length > 0;
  }

  /** `by`: some may bypass rules only with a pull request. */
  async demands(repository: string, branch: string, actor: Actor, by: 'merge' | 'push'): Promise<Demands> {
    const role = actor.installation === null ? await this.#access.role(repository, actor.login) : 'none';
    const rulesets = this.#rulesets.governing(repository, branch);
    const rules = rulesets.filter((ruleset) => !bypasses(ruleset, actor, role, by));
    const protection = this.#protections.get(repository, branch);
    const applies = protection && (protection.enforce_admins || role !== 'admin') ? protection : null;
    return demandsOf(
      rules.flatMap((ruleset) => ruleset.rules),
      applies,
      applies !== null && isRestricted(applies, actor),
    );
  }
}

function bypasses(ruleset: Ruleset, actor: Actor, role: Role, by: 'merge' | 'push'): boolean {
  return ruleset.bypass_actors.some(({ actor_id, actor_type, bypass_mode }) => {
    if (bypass_mode === 'pull_request' && by === 'push') return false;
    if (actor_type === 'Integration') return actor.installation !== null && actor_id === APP.id;
    const least = actor_type === 'RepositoryRole' ? ROLE_IDS.get(actor_id) : undefined;
    return actor.installation === null && least !== undefined && isAtLeast(role, least);
  });
}

function isRestricted({ restrictions }: Protection, actor: Actor): boolean {
  if (restrictions === null) return false;
  return actor.installation === null
    ? !restrictions.users.includes(actor.login)
    : !restrictions.apps.includes(APP.slug);
}
