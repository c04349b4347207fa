/** Who a token belongs to. Emulate takes any unknown token for its first user; GitHub answers 401, and so do we. */
import { z } from 'zod';
import { APP } from './emulator.ts';
import type { ApiAnswer, ApiRequest } from './http.ts';

export interface Actor {
  readonly login: string;
  /** Set for an installation's token, and its permissions with it. */
  readonly installation: number | null;
  readonly permissions: Readonly<Record<string, string>>;
}

const issued = z.object({ token: z.string(), permissions: z.record(z.string(), z.string()) });

export class Credentials {
  readonly #actors = new Map<string, Actor>();
  readonly #uninstalled = new Set<number>();

  constructor(users: ReadonlyMap<string, string>) {
    for (const [login, token] of users)
      this.#actors.set(token, { login, installation: null, permissions: {} });
  }

  actor(token: string | null): Actor | null {
    return this.#actors.get(token ?? '') ?? null;
  }

  /** False for a token nobody was given; a missing one (anonymous) and a JWT are for emulate to judge. */
  isTaken(token: string | null): boolean {
    return token === null || token.startsWith('eyJ') || this.#actors.has(token);
  }

  /** Whether the request asks for a token of an installation that is gone. */
  isUninstalled(request: ApiRequest): boolean {
    return this.#uninstalled.has(installationIn(request));
  }

  /** Whether the App was removed from the account of this installation. */
  isGone(installation: number): boolean {
    return this.#uninstalled.has(installation);
  }

  /** Remembers the token that emulate issued in this answer. */
  observe(request: ApiRequest, answer: ApiAnswer): void {
    const installation = installationIn(request);
    if (request.method !== 'POST' || Number.isNaN(installation) || answer.status !== 201) return;
    const { token, permissions } = issued.parse(answer.body);
    this.#actors.set(token, { login: `${APP.slug}[bot]`, installation, permissions });
  }

  /** Takes away every token of an installation, and new ones too if it is gone for good. */
  revoke(installation: number, forGood: boolean): void {
    for (const [token, actor] of this.#actors) {
      if (actor.installation === installation) this.#actors.delete(token);
    }
    if (forGood) this.#uninstalled.add(installation);
  }
}

function installationIn(request: ApiRequest): number {
  return Number(/^\/app\/installations\/(\d+)/.exec(request.path)?.[1] ?? Number.NaN);
}
