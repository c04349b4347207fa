/** What people and this installation may do, as GitHub says at the moment. */
import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { unlessGone } from './failure.ts';

/** `none`: not a collaborator. */
export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

const WRITING: ReadonlySet<Role> = new Set(['admin', 'maintain', 'write']);

export function includesWriting(role: Role): boolean {
  return WRITING.has(role);
}

/** `permission` is one of four; `role_name` says more, and may be a name that the organization made up. */
const collaborator = z.object({
  permission: z.enum(['admin', 'write', 'read', 'none']),
  role_name: z.string().optional(),
});

/** The role of a person or bot on the repository now; a custom role counts as the permission it gives. */
export async function roleOf(octokit: Octokit, name: RepositoryName, login: string): Promise<Role> {
  const answer = await unlessGone(
    octokit.rest.repos.getCollaboratorPermissionLevel({ ...name, username: login }),
  );
  if (answer === null) return 'none';
  const { permission, role_name } = collaborator.parse(answer.data);
  if (permission === 'write' && role_name === 'maintain') return 'maintain';
  if (permission === 'read' && role_name === 'triage') return 'triage';
  return permission;
}

/** Whether this person or bot has write permission on the repository now. Somebody GitHub does not know has none. */
export async function mayWrite(octokit: Octokit, name: RepositoryName, login: string): Promise<boolean> {
  return includesWriting(await roleOf(octokit, name, login));
}

/** What authenticates a client; only an installation's token tells what it may do. */
const authentication = z.object({ permissions: z.record(z.string(), z.string()).optional() });

/** Whether this installation may change files in `.github/workflows`; false where its token does not tell. */
export async function mayWriteWorkflows(octokit: Octokit, installationId: number): Promise<boolean> {
  const { permissions } = authentication.parse(await octokit.auth({ type: 'installation', installationId }));
  return permissions?.workflows === 'write';
}
