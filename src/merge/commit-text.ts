import { repositoryName } from '../github/client.ts';
import { listPullCommits } from '../github/pull-commits.ts';
import { redact } from '../redact.ts';
import { ticketLink, ticketOf } from './governance/ticket.ts';
import type { SnapshotSources } from './read-snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { type SquashText, squashText } from './squash/squash-text.ts';

/**
 * The exact title and message of the commit that would land now, which is what previews show and receipts keep: so it
 * is redacted here, and not only where it leaves for GitHub. `planId`: the plan that tested it.
 */
export async function readSquashText(
  { request, pull, config }: Snapshot,
  { intentId, planId }: { readonly intentId: string; readonly planId: string },
  { installations }: Pick<SnapshotSources, 'installations'>,
): Promise<SquashText> {
  const octokit = await installations.octokit(request.installation);
  const commits = await listPullCommits(octokit, repositoryName(request.repository), request.pull);
  const ticket = ticketOf(pull.headRef, config.governance);
  const { title, message } = squashText({
    ...{ pull, commits, intentId, planId, ticket },
    config: config.merge,
    ticketLink: ticket === null ? null : ticketLink(ticket, config.governance),
  });
  return { title: redact(title), message: redact(message) };
}
