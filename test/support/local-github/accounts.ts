import { APP } from './emulator.ts';
import type { Hosting } from './hosting.ts';
import { isObject, type JsonObject } from './http.ts';

/** Who has this login. Emulate knows an App's bot only after its first write to a repository. */
export async function accountOf(hosting: Hosting, repository: string, login: string): Promise<JsonObject> {
  const { status, body } = await hosting.asOwner(repository)('GET', `/users/${encodeURIComponent(login)}`);
  return status === 200 && isObject(body) ? body : { login, id: APP.id, type: 'Bot' };
}
