/**
 * Creates the GitHub App from app.yml: Probot's set-up page, and what GitHub answers goes into .env under the names
 * that Codex reads. Probot's own settings apply: GH_ORG for an App of an organization, GHE_HOST for GitHub Enterprise.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { run } from 'probot';
import { parse } from 'yaml';
import { z } from 'zod';

const ENV_FILE = '.env';

/** Probot's names of what GitHub answers → ours. What Codex has no use for is not kept. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['APP_ID', 'APP_ID'],
  ['PRIVATE_KEY', 'PRIVATE_KEY'],
  ['WEBHOOK_SECRET', 'CODEX_GATEWAY_GITHUB_WEBHOOK_SECRET'],
]);

const manifest = z.object({ hook_attributes: z.object({ url: z.url() }) });

/** What stands in the way of a set-up; null: nothing. */
function obstacle(): string | null {
  const { url } = manifest.parse(parse(readFileSync('app.yml', 'utf8'))).hook_attributes;
  if (new URL(url).hostname === 'codex.example.com') {
    return "Put your server's address into app.yml first (hook_attributes.url): GitHub sends webhooks there.";
  }
  return /^APP_ID=./m.test(envFile()) ? `${ENV_FILE} names an App already (APP_ID).` : null;
}

function envFile(): string {
  return existsSync(ENV_FILE) ? readFileSync(ENV_FILE, 'utf8') : '';
}

/** Keeps the rest of the file as it is, comments too. */
function writeEnvFile(given: Readonly<Record<string, string | undefined>>): void {
  let text = envFile();
  for (const [name, value] of Object.entries(given)) {
    const ours = NAMES.get(name);
    if (ours === undefined || value === undefined) continue;
    const line = `${ours}=${value.replaceAll('"', '').trim().replaceAll('\n', '\\n')}`;
    const place = new RegExp(`^#? ?${ours}=.*$`, 'm');
    text = place.test(text) ? text.replace(place, () => line) : `${text.trimEnd()}\n${line}\n`.trimStart();
  }
  writeFileSync(ENV_FILE, text, { mode: 0o600 });
}

const reason = obstacle();
if (reason === null) {
  // Otherwise Probot makes a smee.io channel that the manifest does not name.
  process.env.NO_SMEE_SETUP = 'true';
  await run(async () => undefined, {
    updateEnv(given) {
      writeEnvFile(given);
      process.stdout.write(
        `The App is created, ${ENV_FILE} has its credentials. Stop this and run \`npm start\`.\n`,
      );
      return given;
    },
  });
} else {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
