import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { isGone } from './failure.ts';

/** `none`: not a collaborator. */
export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

const WRITING: ReadonlySet<Role> = new Set(['admin', 'maintain', 'write']);

export function includesWriting(role: Role): boolean {
  return WRITING.has(role);
}

/** `permission` is one of four; `role_name` says more, and may be a name that the organisation made up. */
const collaborator = z.object({
  permission: z.enum(['admin', 'write', 'read', 'none']),
  role_name: z.string().optional(),
});

/** The role of a person or bot on the repository now; a custom role counts as the permission it gives. */
export async function roleOf(octokit: Octokit, name: RepositoryName, login: string): Promise<Role> {
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...name, username: login });
    const { permission, role_name } = collaborator.parse(data);
    if (permission === 'write' && role_name === 'maintain') return 'maintain';
    if (permission === 'read' && role_name === 'triage') return 'triage';
    return permission;
  } catch (error) {
    if (isGone(error)) return 'none';
    throw error;
  }
}
