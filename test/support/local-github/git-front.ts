/** git's requests: who may make them, what the rules refuse of a push, and what follows from the rest. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Access, isAtLeast } from './access.ts';
import type { RefChange } from './bare-repository.ts';
import type { Credentials } from './credentials.ts';
import type { Emulator } from './emulator.ts';
import { commandsOf, type GitRequest, type Push, serveGit } from './git-http.ts';
import { askAs, type Hosting } from './hosting.ts';
import { readBody, tokenOf } from './http.ts';
import type { BranchRules } from './rules/branch-rules.ts';
import { pushViolations } from './rules/violations.ts';
import type { Watch } from './watch.ts';

export interface GitParts {
  readonly access: Access;
  readonly branchRules: BranchRules;
  readonly credentials: Credentials;
  readonly emulator: Emulator;
  readonly hosting: Hosting;
  readonly watch: Watch;
}

export class GitFront {
  readonly #parts: GitParts;

  constructor(parts: GitParts) {
    this.#parts = parts;
  }

  /** Answers git, and does what follows from a push before the answer ends. */
  async serve(git: GitRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { credentials, hosting, watch } = this.#parts;
    const token = tokenOf(request.headers.authorization);
    const refusal = await this.#refusal(git, token);
    if (refusal !== null) {
      response
        .writeHead(refusal, refusal === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {})
        .end();
      return;
    }
    const pushes = git.service === 'git-receive-pack' && request.method === 'POST';
    const before = pushes ? await hosting.bare(git.repository).refs() : new Map<string, string>();
    const push = pushes ? await this.#judged(git.repository, token, await readBody(request)) : null;
    await serveGit(hosting.root, git, request, response, push, async () => {
      if (!pushes) return;
      const changes = changesBetween(before, await hosting.bare(git.repository).refs());
      await hosting.pushed(git.repository, changes, credentials.actor(token)?.login ?? '');
      watch.changed();
    });
  }

  /** The push, with what the rules refuse of it. */
  async #judged(repository: string, token: string | null, body: Buffer): Promise<Push> {
    const { branchRules, credentials } = this.#parts;
    const actor = credentials.actor(token);
    const refused: string[] = [];
    const words: string[] = [];
    for (const { ref, before, after } of actor ? commandsOf(body) : []) {
      const branch = ref.replace('refs/heads/', '');
      // Rules of these kinds are about branches that are there.
      if (!actor || branch === ref || before === null) continue;
      const demands = await branchRules.demands(repository, branch, actor, 'push');
      const violations = pushViolations(demands, after === null);
      if (violations.length > 0) refused.push(ref);
      words.push(...violations);
    }
    return { body, refused, words };
  }

  /** The status GitHub refuses with; null where this caller may do this. */
  async #refusal({ repository, service }: GitRequest, token: string | null): Promise<number | null> {
    const { access, credentials, emulator, hosting } = this.#parts;
    if (!credentials.isTaken(token)) return 401;
    if (hosting.isGone(repository)) return token === null ? 401 : 404;
    const { status } = await askAs(emulator, token, 'GET', `/repos/${repository}/branches`);
    if (status !== 200) return token === null ? 401 : 404;
    if (service === 'git-upload-pack') return null;
    const actor = credentials.actor(token);
    if (!actor) return 401;
    if (actor.installation !== null) return actor.permissions.contents === 'write' ? null : 403;
    return isAtLeast(await access.role(repository, actor.login), 'write') ? null : 403;
  }
}

function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): RefChange[] {
  const refs = new Set([...before.keys(), ...after.keys()]);
  return [...refs]
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
    .filter((change) => change.before !== change.after);
}
