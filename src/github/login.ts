import { z } from 'zod';
import type { Octokit } from './client.ts';

const viewer = z.object({ viewer: z.object({ login: z.string() }) });
const logins = new WeakMap<Octokit, string>();

/** Who this client writes as. REST tells an App only, never an installation's token; GraphQL tells both. */
export async function loginOf(octokit: Octokit): Promise<string> {
  const known = logins.get(octokit);
  if (known) return known;
  const answer = viewer.parse(await octokit.graphql('query { viewer { login } }'));
  logins.set(octokit, answer.viewer.login);
  return answer.viewer.login;
}
