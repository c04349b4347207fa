/** How `codexctl` reaches GitHub: as the App that the environment names, and as an administrator with `GH_TOKEN`. */
import { Probot } from 'probot';
import type { Environment } from '../config/parsed.ts';
import { type Config, parseConfig, withoutWebhooks } from '../config.ts';
import { UserError } from '../errors.ts';
import { readInstallation } from '../github/app.ts';
import { createInstallations, type Octokit, probotOptions, type RepositoryName } from '../github/client.ts';
import { createLog } from '../log.ts';
import { Secret } from '../redact.ts';

type GitHubSide = Pick<Config['github'], 'apiUrl' | 'auth'>;

export interface AppOnGitHub {
  readonly appId: number;
  /** Acts as the App itself. */
  readonly app: Octokit;
  /** Acts as the installation that covers the repository; throws a `UserError` where there is none. */
  installed(name: RepositoryName): Promise<Octokit>;
}

/** The server's configuration; what only webhooks need may be missing. Throws `ConfigError`. */
export function readConfig(env: Environment): Config {
  return parseConfig(withoutWebhooks(env));
}

/** Throws a `UserError` where the environment has a token in place of an App. */
export async function connectApp({ apiUrl, auth }: GitHubSide): Promise<AppOnGitHub> {
  if (auth.type !== 'app') {
    throw new UserError(
      'This needs the App itself, and CODEX_WORKER_GITHUB_TOKEN is the token of one installation.',
      'Set APP_ID and PRIVATE_KEY, and leave out CODEX_WORKER_GITHUB_TOKEN.',
    );
  }
  const probot = createProbot({ apiUrl, auth });
  const app = await probot.auth();
  return {
    appId: auth.appId,
    app,
    async installed(name) {
      const installation = await readInstallation(app, name);
      if (installation) return createInstallations(probot, auth).octokit(installation.id);
      throw new UserError(
        `The App is not installed on ${name.owner}/${name.repo}, or there is no such repository.`,
        'Install it: its page on GitHub has the button.',
      );
    },
  };
}

/** A client with the token of somebody who administers repositories; null where the environment has none. */
export async function connectAdministrator(env: Environment, apiUrl: string): Promise<Octokit | null> {
  if (!env.GH_TOKEN) return null;
  return createProbot({ apiUrl, auth: { type: 'token', token: new Secret(env.GH_TOKEN) } }).auth();
}

function createProbot(github: GitHubSide): Probot {
  return new Probot({ ...probotOptions(github), log: createLog('fatal', process.stderr) });
}
