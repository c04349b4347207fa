/** The App itself and where it is installed; asked as the App, not an installation. */
import { z } from 'zod';
import type { Octokit, RepositoryName } from './client.ts';
import { unlessGone } from './failure.ts';

/** `read`, `write` or `admin` by the permission's name. */
type Permissions = Readonly<Record<string, string>>;

export interface App {
  readonly id: number;
  /** As in the address of its page; its login is this with `[bot]`. */
  readonly slug: string;
  readonly name: string;
  /** What its registration asks for. */
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** Its page on GitHub. */
  readonly url: string;
}

export interface Installation {
  readonly id: number;
  /** What the account has granted: less than the App asks for until its owner accepts. */
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** ISO 8601; null: it is not suspended. */
  readonly suspendedAt: string | null;
  /** Its settings on GitHub. */
  readonly url: string;
}

/** An account by its numeric id, and the id of the App's installation on it. */
export interface InstalledAccount {
  readonly id: number;
  readonly login: string;
  readonly installation: number;
}

export interface WebhookConfig {
  /** Null: the App has no webhook. */
  readonly url: string | null;
  readonly contentType: string;
  /** GitHub never tells which. */
  readonly hasSecret: boolean;
  /** GitHub checks the server's certificate. */
  readonly verifiesCertificate: boolean;
}

const granted = {
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
  html_url: z.string(),
};
const app = z.object({ id: z.int(), slug: z.string(), name: z.string(), ...granted });
const installation = z.object({ id: z.int(), suspended_at: z.string().nullish(), ...granted });
const listedInstallations = z.array(
  z.object({ id: z.int(), account: z.object({ id: z.int(), login: z.string() }).nullable().catch(null) }),
);
const webhookConfig = z.object({
  url: z.string().nullish(),
  content_type: z.string().default('form'),
  secret: z.string().nullish(),
  insecure_ssl: z.union([z.string(), z.number()]).default('0'),
});

/** The App as it is registered. */
export async function readApp(octokit: Octokit): Promise<App> {
  const { data } = await octokit.rest.apps.getAuthenticated();
  const { id, slug, name, permissions, events, html_url } = app.parse(data);
  return { id, slug, name, permissions, events, url: html_url };
}

/** The App's installation that covers a repository; null where there is none. */
export async function readInstallation(
  octokit: Octokit,
  repository: RepositoryName,
): Promise<Installation | null> {
  const answer = await unlessGone(octokit.rest.apps.getRepoInstallation({ ...repository }));
  if (answer === null) return null;
  const { id, permissions, events, suspended_at, html_url } = installation.parse(answer.data);
  return { id, permissions, events, suspendedAt: suspended_at ?? null, url: html_url };
}

/** The users and organizations that have the App; an enterprise, which owns no repository, is none of them. */
export async function listInstallations(octokit: Octokit): Promise<InstalledAccount[]> {
  const data = await octokit.paginate(octokit.rest.apps.listInstallations, { per_page: 100 });
  return listedInstallations
    .parse(data)
    .flatMap(({ id, account }) => (account === null ? [] : [{ ...account, installation: id }]));
}

/** Where and how GitHub sends the App's webhooks. */
export async function readWebhookConfig(octokit: Octokit): Promise<WebhookConfig> {
  const { data } = await octokit.rest.apps.getWebhookConfigForApp();
  const { url, content_type, secret, insecure_ssl } = webhookConfig.parse(data);
  return {
    url: url || null,
    contentType: content_type,
    hasSecret: Boolean(secret),
    verifiesCertificate: String(insecure_ssl) === '0',
  };
}
