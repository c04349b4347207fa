/** Reads what a diagnosis looks at. What cannot be read is a fact as well. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Environment } from '../../config/parsed.ts';
import { ConfigError, parseConfig, parseLocalConfig } from '../../config.ts';
import { UserError } from '../../errors.ts';
import { type Installation, readApp, readInstallation, readWebhookConfig } from '../../github/app.ts';
import { type Octokit, repositoryName } from '../../github/client.ts';
import { classifyFailure } from '../../github/failure.ts';
import { DockerError, docker } from '../../plan/sandbox/docker.ts';
import { connectApp, readConfig } from '../github.ts';
import { compareRulesets } from '../rulesets.ts';
import type { Facts, Permissions, Reading } from './facts.ts';

/** `repository`: `owner/name`; null: only what is the same for all. */
export async function readFacts(repository: string | null, env: Environment): Promise<Facts> {
  const { value: config } = parsed(() => readConfig(env));
  const { value: local } = parsed(() => parseLocalConfig(env));
  const octokit = config?.github.auth.type === 'app' ? (await connectApp(config.github)).app : null;
  const running = await reading(dockerVersion());
  return {
    environment: parsed(() => parseConfig(env)).mistakes,
    manifest: readManifest(),
    app: octokit && (await reading(readRegistration(octokit))),
    repository: repository === null ? null : await readRepositoryFacts(octokit, repository),
    docker: running,
    image: local && 'value' in running ? await readImage(local.sandboxImage) : null,
  };
}

/** Null, and every mistake, where the part of the environment that is read is wrong. */
function parsed<Value>(read: () => Value): { value: Value | null; mistakes: readonly string[] } {
  try {
    return { value: read(), mistakes: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { value: null, mistakes: error.mistakes };
    throw error;
  }
}

const manifest = z
  .object({ default_permissions: z.record(z.string(), z.string()), default_events: z.array(z.string()) })
  .transform(
    ({ default_permissions: permissions, default_events: events }): Permissions => ({ permissions, events }),
  );

function readManifest(): Permissions {
  return manifest.parse(parse(readFileSync(new URL('../../../app.yml', import.meta.url), 'utf8')));
}

async function readRegistration(octokit: Octokit) {
  const [app, webhook] = await Promise.all([readApp(octokit), readWebhookConfig(octokit)]);
  return { app, webhook };
}

/** `octokit`: null where there is no App. */
async function readRepositoryFacts(octokit: Octokit | null, name: string): Promise<Facts['repository']> {
  if (octokit === null) return { name, installation: null, rulesets: null };
  const installation: Reading<Installation | null> = await reading(
    readInstallation(octokit, repositoryName(name)),
  );
  const isThere = 'value' in installation && installation.value !== null && !installation.value.suspendedAt;
  return { name, installation, rulesets: isThere ? await reading(compareRulesets(name, {})) : null };
}

async function dockerVersion() {
  return { version: await docker(['version', '--format', '{{.Server.Version}}']) };
}

async function readImage(name: string): Promise<Facts['image']> {
  const label = '{{index .Config.Labels "codex.sandbox"}}';
  const found = await reading(docker(['image', 'inspect', '--format', label, name]));
  return { name, found: 'value' in found ? { value: { derived: found.value.trim() !== '' } } : found };
}

/** Only what GitHub, Docker or a person can be told about is a fact: other errors are ours, and thrown. */
async function reading<Value>(work: Promise<Value>): Promise<Reading<Value>> {
  try {
    return { value: await work };
  } catch (error) {
    if (error instanceof UserError) return { error: `${error.message} ${error.next}` };
    if (error instanceof DockerError) return { error: error.message };
    const failure = classifyFailure(error, Date.now());
    if (!failure) throw error;
    return { error: failure.message };
  }
}
