/** Checks of the App: its registration, its webhook, and what an account has granted. Pure. */
import { type Facts, type Permissions, type Problem, problem } from './facts.ts';

/** What Codex does without them; the others it cannot do without. */
const OPTIONAL: ReadonlyMap<string, string> = new Map([
  ['administration', 'What classic branch protection requires is not seen until GitHub refuses a merge.'],
  ['workflows', 'Pull requests that change .github/workflows cannot be merged.'],
]);

const LEVELS: readonly (string | undefined)[] = [undefined, 'read', 'write', 'admin'];

export function app({ app: reading }: Facts): Problem[] {
  if (reading === null || 'value' in reading) return [];
  const fix =
    'Compare APP_ID and PRIVATE_KEY with the settings of the App, and GITHUB_API_URL with where it is.';
  return [problem('App', `The App cannot be read from GitHub: ${reading.error}`, fix)];
}

export function webhook({ app: reading }: Facts): Problem[] {
  if (reading === null || 'error' in reading) return [];
  const { url, contentType, hasSecret, verifiesCertificate } = reading.value.webhook;
  if (url === null)
    return [problem('webhook', 'The App has no webhook.', 'Set its address in the settings of the App.')];
  const found = [
    !url.endsWith('/webhooks/github') &&
      !isProxy(url) &&
      `The webhook goes to ${url}; Codex listens at /webhooks/github.`,
    contentType !== 'json' && `The webhook sends ${contentType}, not json.`,
    !hasSecret && 'The webhook has no secret: Codex takes none without a signature.',
    !verifiesCertificate && "GitHub does not check the server's certificate.",
  ];
  return found
    .filter((what) => what !== false)
    .map((what) => problem('webhook', what, 'Change it in the settings of the App, under Webhook.'));
}

function isProxy(url: string): boolean {
  return URL.parse(url)?.hostname === 'smee.io';
}

export function registration({ manifest, app: reading }: Facts): Problem[] {
  if (reading === null || 'error' in reading) return [];
  const { app: registered } = reading.value;
  const fix = `Add it in the settings of the App (${registered.url}), under Permissions & events.`;
  return lacking(manifest, registered, 'The App does not ask for', fix);
}

/** Where the App itself cannot be read, that has been told. */
export function installation({ app: registered, repository }: Facts): Problem[] {
  if (!repository || (registered && 'error' in registered)) return [];
  const { name, installation: reading } = repository;
  if (reading === null) {
    const fix = 'Set APP_ID and PRIVATE_KEY, and leave out CODEX_WORKER_GITHUB_TOKEN.';
    return [problem('repository', `${name} was not looked at: that takes the App itself.`, fix)];
  }
  if ('error' in reading)
    return [problem('installation', reading.error, `Compare ${name} with its name on GitHub.`)];
  if (reading.value === null) {
    const what = `The App is not installed on ${name}, or there is no such repository.`;
    return [problem('installation', what, 'Install it: its page on GitHub has the button.')];
  }
  const { suspendedAt, url } = reading.value;
  if (suspendedAt === null) return [];
  return [
    problem(
      'installation',
      `The installation has been suspended since ${suspendedAt}.`,
      `Unsuspend it: ${url}`,
    ),
  ];
}

/** What the App asks for and its owner has not accepted yet. */
export function granted({ manifest, app: reading, repository }: Facts): Problem[] {
  const found = repository?.installation;
  const installed = found && 'value' in found && found.value;
  if (!installed || reading === null || 'error' in reading) return [];
  const asked = lacking(manifest, reading.value.app, '', '').map(({ about }) => about);
  const fix = `Accept the new permissions: ${installed.url}`;
  return lacking(manifest, installed, 'The installation does not grant', fix).filter(
    ({ about }) => !asked.includes(about),
  );
}

function lacking(wanted: Permissions, given: Permissions, verb: string, fix: string): Problem[] {
  const permissions = Object.entries(wanted.permissions)
    .filter(([name, level]) => LEVELS.indexOf(given.permissions[name]) < LEVELS.indexOf(level))
    .map(([name, level]) => {
      const without = OPTIONAL.get(name);
      const what = `${verb} ${name}: ${level}${without === undefined ? '.' : `. ${without}`}`;
      return problem(`permission ${name}`, what, fix, without !== undefined);
    });
  const events = wanted.events
    .filter((event) => !given.events.includes(event))
    .map((event) => problem(`event ${event}`, `${verb} the event ${event}.`, fix));
  return [...permissions, ...events];
}
