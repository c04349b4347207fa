import { ConversationPublisher } from '../conversation/publish.ts';
import { type Installations, repositoryName } from '../github/client.ts';
import { upsertComment } from '../github/comment.ts';
import type { JobStore } from '../jobs/store.ts';
import { gitHost } from '../plan/execute.ts';
import type { Db } from '../store/database.ts';

interface Dependencies {
  readonly db: Db;
  readonly jobs: JobStore;
  readonly installations: Installations;
  readonly apiUrl: string;
  /** What the account of an installation has used, in words; null where nothing is metered. */
  readonly usage: (installation: number) => string | null;
}

/** The living comments, on the GitHub whose API is at `apiUrl`. */
export function createConversations({
  db,
  jobs,
  installations,
  apiUrl,
  usage,
}: Dependencies): ConversationPublisher {
  return new ConversationPublisher({
    db,
    position: (id) => jobs.position(id),
    usage,
    checkRunUrl: (repository, id) => `${gitHost(apiUrl)}/${repository}/runs/${id}`,
    async upsertComment({ installation, repository, number }, comment) {
      const octokit = await installations.octokit(installation);
      return upsertComment(octokit, repositoryName(repository), number, comment);
    },
  });
}
