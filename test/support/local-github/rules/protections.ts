/** Classic branch protection: `/repos/{owner}/{name}/branches/{branch}/protection`. */
import { z } from 'zod';
import { type ApiAnswer, type JsonObject, refused } from '../http.ts';
import type { Asked, Route } from '../routes.ts';

const protectionBody = z.strictObject({
  required_status_checks: z
    .strictObject({
      strict: z.boolean(),
      contexts: z.array(z.string()).default([]),
      checks: z.array(z.strictObject({ context: z.string(), app_id: z.int().nullish() })).default([]),
    })
    .nullable(),
  required_pull_request_reviews: z
    .strictObject({
      dismiss_stale_reviews: z.boolean().default(false),
      required_approving_review_count: z.int().min(0).max(6).default(1),
    })
    .nullable(),
  enforce_admins: z.boolean().nullable(),
  /** Who may push and merge: slugs of Apps, logins. */
  restrictions: z
    .strictObject({
      users: z.array(z.string()),
      teams: z.array(z.string()),
      apps: z.array(z.string()).default([]),
    })
    .nullable(),
  required_conversation_resolution: z.boolean().default(false),
});
/** What GitHub takes to protect a branch. */
export type ProtectionBody = z.input<typeof protectionBody>;
export type Protection = z.output<typeof protectionBody>;

const NOT_PROTECTED: ApiAnswer = { status: 404, body: { message: 'Branch not protected' } };

export class Protections {
  readonly routes: readonly Route[];
  readonly #all = new Map<string, Protection>();

  constructor() {
    const path = '/branches/:branch+/protection';
    const [read, write] = [['administration', 'read'] as const, ['administration', 'write'] as const];
    this.routes = [
      { method: 'GET', path, needs: read, answer: (asked) => this.#show(asked) },
      { method: 'PUT', path, needs: write, answer: (asked) => this.#protect(asked) },
      { method: 'DELETE', path, needs: write, answer: (asked) => this.#unprotect(asked) },
    ];
  }

  get(repository: string, branch: string): Protection | null {
    return this.#all.get(`${repository}:${branch}`) ?? null;
  }

  #show({ repository, at }: Asked): ApiAnswer {
    const protection = this.get(repository, at('branch'));
    return protection ? { status: 200, body: shown(protection) } : NOT_PROTECTED;
  }

  #protect({ request, repository, at }: Asked): ApiAnswer {
    const parsed = protectionBody.safeParse(request.body);
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    this.#all.set(`${repository}:${at('branch')}`, parsed.data);
    return { status: 200, body: shown(parsed.data) };
  }

  #unprotect({ repository, at }: Asked): ApiAnswer {
    return this.#all.delete(`${repository}:${at('branch')}`) ? { status: 204, body: null } : NOT_PROTECTED;
  }
}

/** Every required check of a protection; `contexts` is the older form of `checks`. */
export function checksOf({ required_status_checks: required }: Protection) {
  const bound = required?.checks.map(({ context, app_id }) => ({ context, appId: app_id ?? null })) ?? [];
  const free = required?.contexts.map((context) => ({ context, appId: null })) ?? [];
  return [...bound, ...free.filter(({ context }) => !bound.some((one) => one.context === context))];
}

function shown(protection: Protection): JsonObject {
  const { required_status_checks: required, required_pull_request_reviews: reviews } = protection;
  const checks = checksOf(protection);
  const { restrictions } = protection;
  return {
    ...(required && {
      required_status_checks: {
        strict: required.strict,
        contexts: checks.map(({ context }) => context),
        checks: checks.map(({ context, appId }) => ({ context, app_id: appId })),
      },
    }),
    ...(reviews && { required_pull_request_reviews: { ...reviews } }),
    ...(restrictions && {
      restrictions: {
        users: restrictions.users.map((login) => ({ login })),
        teams: restrictions.teams.map((slug) => ({ slug })),
        apps: restrictions.apps.map((slug) => ({ slug })),
      },
    }),
    enforce_admins: { enabled: protection.enforce_admins ?? false },
    required_conversation_resolution: { enabled: protection.required_conversation_resolution },
  };
}
