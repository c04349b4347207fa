/** The accounts that have this App; asked as the App, not an installation. */
import { z } from 'zod';
import type { Octokit } from './client.ts';

/** An account by its numeric id, and the id of the App's installation on it. */
export interface InstalledAccount {
  readonly id: number;
  readonly login: string;
  readonly installation: number;
}

const PAGE = 100;

const installations = z.array(
  z
    .object({ id: z.int(), account: z.object({ id: z.int(), login: z.string() }) })
    .transform(({ id, account }): InstalledAccount => ({ ...account, installation: id })),
);

export async function listInstallations(octokit: Octokit): Promise<InstalledAccount[]> {
  const found: InstalledAccount[] = [];
  for (let page = 1; ; page++) {
    const { data } = await octokit.request('GET /app/installations', { per_page: PAGE, page });
    const listed = installations.parse(data);
    found.push(...listed);
    if (listed.length < PAGE) return found;
  }
}
