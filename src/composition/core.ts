import type { Probot } from 'probot';
import { v7 } from 'uuid';
import type { Config } from '../config.ts';
import { ConversationPublisher } from '../conversation/publish.ts';
import type { UsageLimits } from '../entitlements/usage/may-start.ts';
import { createInstallations, type Installations, repositoryName } from '../github/client.ts';
import { upsertComment } from '../github/comment.ts';
import type { MayClaim } from '../jobs/claim.ts';
import type { JobTransition } from '../jobs/journal.ts';
import { JobStore } from '../jobs/store.ts';
import type { Log } from '../log.ts';
import type { Intent } from '../merge/intent.ts';
import { PlanCheck } from '../plan/check.ts';
import { gitHost } from '../plan/execute.ts';
import { QueueDisplay } from '../plan/queue-display.ts';
import { type Run, RunStore } from '../plan/runs.ts';
import { Environments } from '../plan/sandbox/environment.ts';
import type { Db } from '../store/database.ts';

export interface Setting {
  readonly config: Config;
  readonly db: Db;
  readonly probot: Probot;
  readonly instance: string;
  readonly log: Log;
  readonly now: () => number;
  readonly onTransition: (transition: JobTransition) => void;
  /** What plans may use where plans are sold. */
  readonly limits?: UsageLimits | null;
}

/** What every part of the core is made of. */
export interface Core extends Setting {
  readonly installations: Installations;
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly check: PlanCheck;
  readonly conversations: ConversationPublisher;
  /** Brings the living comment of the pull request of a run or merge to what the database says. */
  readonly publish: (of: Pick<Run | Intent, 'request'>) => Promise<void>;
  /** Where people look at a check run of a repository, `owner/name`. */
  readonly checkRunUrl: (repository: string, id: number) => string;
  readonly queueDisplay: QueueDisplay;
  /** Installed dependencies. */
  readonly environments: Environments;
  /** What running plans do, in words, by run id. */
  readonly activity: Map<string, string>;
}

/** Everything that needs neither the queue's worker nor the handlers it runs. */
export function createCore(setting: Setting): Core {
  const { config, db, probot, log } = setting;
  const installations = createInstallations(probot, config.github.auth);
  const mayClaim: MayClaim = (queue, installation, now) =>
    queue !== 'plan' || (setting.limits?.mayClaim(installation, now) ?? true);
  const [jobs, runs] = [new JobStore(db, v7, mayClaim), new RunStore(db)];
  const check = new PlanCheck({ runs, installations });
  const webUrl = gitHost(config.github.apiUrl);
  const checkRunUrl: Core['checkRunUrl'] = (repository, id) => `${webUrl}/${repository}/runs/${id}`;
  const conversations = createConversations({ ...setting, jobs, installations, checkRunUrl });
  const publish: Core['publish'] = ({ request }) =>
    conversations.publish({ ...request, number: request.pull });
  return {
    ...setting,
    installations,
    jobs,
    runs,
    check,
    conversations,
    publish,
    checkRunUrl,
    queueDisplay: new QueueDisplay({ runs, jobs, check, publish, log }),
    environments: new Environments(db, setting.instance),
    activity: new Map(),
  };
}

/** The living comments. */
function createConversations({
  db,
  jobs,
  installations,
  checkRunUrl,
  limits,
  now,
}: Pick<Core, 'db' | 'jobs' | 'installations' | 'checkRunUrl' | 'limits' | 'now'>): ConversationPublisher {
  return new ConversationPublisher({
    db,
    position: (id) => jobs.position(id),
    usage: (installation) => limits?.inWords(installation, now()) ?? null,
    checkRunUrl,
    async upsertComment({ installation, repository, number }, comment) {
      const octokit = await installations.octokit(installation);
      return upsertComment(octokit, repositoryName(repository), number, comment);
    },
  });
}
