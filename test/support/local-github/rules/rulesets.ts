/** Rulesets: `/repos/{owner}/{name}/rulesets` and the rules that are active for a branch. */
import { z } from 'zod';
import { type Access, isAtLeast } from '../access.ts';
import { type ApiAnswer, type JsonObject, NOT_FOUND, refused, toJson } from '../http.ts';
import { listed } from '../pages.ts';
import type { Asked, Route } from '../routes.ts';
import { governs, type Ruleset, rulesetBody } from './ruleset.ts';

/** The only default branch that repositories have here. */
export const DEFAULT_BRANCH = 'main';

export class Rulesets {
  readonly routes: readonly Route[];
  readonly #all = new Map<number, Ruleset>();
  readonly #access: Access;
  readonly #origin: string;
  #lastId = 0;

  constructor(access: Access, origin: string) {
    this.#access = access;
    this.#origin = origin;
    const [read, write] = [['metadata', 'read'] as const, ['administration', 'write'] as const];
    this.routes = [
      {
        method: 'GET',
        path: '/rules/branches/:branch+',
        needs: read,
        answer: (asked) => this.#active(asked),
      },
      { method: 'GET', path: '/rulesets', needs: read, answer: (asked) => this.#list(asked) },
      { method: 'POST', path: '/rulesets', needs: write, answer: (asked) => this.#create(asked) },
      { method: 'GET', path: '/rulesets/:number', needs: read, answer: (asked) => this.#show(asked) },
      { method: 'PUT', path: '/rulesets/:number', needs: write, answer: (asked) => this.#change(asked) },
      { method: 'DELETE', path: '/rulesets/:number', needs: write, answer: (asked) => this.#delete(asked) },
    ];
  }

  /** The rulesets that are active for a branch. */
  governing(repository: string, branch: string): Ruleset[] {
    return this.#of(repository).filter((ruleset) => governs(ruleset, branch, DEFAULT_BRANCH));
  }

  #of(repository: string): Ruleset[] {
    return [...this.#all.values()].filter((ruleset) => ruleset.repository === repository);
  }

  #active({ request, repository, at }: Asked): ApiAnswer {
    const rules = this.governing(repository, at('branch')).flatMap(({ id, rules }) =>
      rules.map((rule) => ({
        ...rule,
        ruleset_source_type: 'Repository',
        ruleset_source: repository,
        ruleset_id: id,
      })),
    );
    return listed(rules.map(toJson), request, this.#origin);
  }

  #list({ request, repository }: Asked): ApiAnswer {
    const brief = this.#of(repository).map(({ rules, conditions, bypass_actors, ...rest }) => shown(rest));
    return listed(brief, request, this.#origin);
  }

  async #show(asked: Asked): Promise<ApiAnswer> {
    const ruleset = this.#find(asked);
    if (!ruleset) return NOT_FOUND;
    const { bypass_actors, ...rest } = ruleset;
    return { status: 200, body: shown((await this.#mayWrite(asked)) ? ruleset : rest) };
  }

  /** GitHub shows who may bypass only to those who could change it. */
  async #mayWrite({ actor, repository }: Asked): Promise<boolean> {
    if (actor.installation !== null) return actor.permissions.administration === 'write';
    return isAtLeast(await this.#access.role(repository, actor.login), 'admin');
  }

  #create({ request, repository }: Asked): ApiAnswer {
    const parsed = rulesetBody.safeParse(request.body);
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    if (this.#of(repository).some(({ name }) => name === parsed.data.name))
      return refused('Name must be unique');
    this.#lastId += 1;
    const at = new Date().toISOString();
    return this.#keep({ ...parsed.data, id: this.#lastId, repository, created_at: at, updated_at: at }, 201);
  }

  #change(asked: Asked): ApiAnswer {
    const ruleset = this.#find(asked);
    if (!ruleset) return NOT_FOUND;
    const { id, repository, created_at, updated_at, ...known } = ruleset;
    const parsed = rulesetBody.safeParse({ ...known, ...Object(asked.request.body) });
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    return this.#keep(
      { ...parsed.data, id, repository, created_at, updated_at: new Date().toISOString() },
      200,
    );
  }

  #keep(ruleset: Ruleset, status: number): ApiAnswer {
    this.#all.set(ruleset.id, ruleset);
    return { status, body: shown(ruleset) };
  }

  #delete(asked: Asked): ApiAnswer {
    const ruleset = this.#find(asked);
    if (!ruleset) return NOT_FOUND;
    this.#all.delete(ruleset.id);
    return { status: 204, body: null };
  }

  #find({ repository, at }: Asked): Ruleset | null {
    const ruleset = this.#all.get(Number(at('number')));
    return ruleset?.repository === repository ? ruleset : null;
  }
}

function shown({ repository, ...rest }: { readonly repository: string }): JsonObject {
  return { ...Object(toJson(rest)), source_type: 'Repository', source: repository };
}
