import { z } from 'zod';
import type { Octokit } from './client.ts';

/** What authenticates a client; only an installation's token tells what it may do. */
const authentication = z.object({ permissions: z.record(z.string(), z.string()).optional() });

/** Whether this installation may change files in `.github/workflows`; false where its token does not tell. */
export async function mayWriteWorkflows(octokit: Octokit, installationId: number): Promise<boolean> {
  const { permissions } = authentication.parse(await octokit.auth({ type: 'installation', installationId }));
  return permissions?.workflows === 'write';
}
