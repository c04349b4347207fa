/** The `emulate` package behind the front server: started with our users and App, asked over HTTP. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createEmulator } from 'emulate';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ApiAnswer, ApiRequest, Json } from './http.ts';

export const APP = { id: 4711, slug: 'codex', name: 'Codex' };
const FIRST_INSTALLATION = 1001;

const manifest = z.object({
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
});

export interface EmulatorOptions {
  readonly users: readonly string[];
  /** The accounts that installed the App, with access to all their repositories. */
  readonly installedOn: readonly string[];
  /** Where emulate sends every event. */
  readonly webhookUrl: string;
  /** The front's address: takes the place of emulate's own in everything it answers. */
  readonly publicUrl: string;
  /** What the App was granted; what `app.yml` asks for if absent. */
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>> | undefined;
}

export interface Emulator {
  readonly privateKey: string;
  /** Login to personal access token. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Account to installation id. */
  readonly installations: ReadonlyMap<string, number>;
  /** The events that the App is subscribed to. */
  readonly events: readonly string[];
  ask(request: ApiRequest): Promise<ApiAnswer>;
  /** The text with the front's address in place of emulate's. */
  publicText(text: string): string;
  close(): Promise<void>;
}

/** Starts emulate with the App that `app.yml` describes, so that a permission missing there fails here. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const app = manifest.parse(parse(readFileSync(new URL('../../../app.yml', import.meta.url), 'utf8')));
  const tokens = new Map(options.users.map((login) => [login, `ghp_${randomBytes(18).toString('hex')}`]));
  const installations = new Map(options.installedOn.map((login, n) => [login, FIRST_INSTALLATION + n]));
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: Object.fromEntries([...tokens].map(([login, token]) => [token, { login }])),
      github: {
        users: options.users.map((login) => ({ login })),
        apps: [
          {
            app_id: APP.id,
            slug: APP.slug,
            name: APP.name,
            permissions: options.permissions ?? app.default_permissions,
            events: app.default_events,
            webhook_url: options.webhookUrl,
            installations: [...installations].map(([account, id]) => ({ installation_id: id, account })),
          },
        ],
      },
    },
  });
  const key = emulator.generatedSecrets.find((secret) => secret.kind === 'github.app_private_key');
  if (!key) throw new Error('emulate made no private key for the App.');
  return {
    privateKey: key.value,
    tokens,
    installations,
    events: app.default_events,
    publicText: (text) => text.replaceAll(emulator.url, options.publicUrl),
    ask: (request) => ask(emulator.url, options.publicUrl, request),
    close: () => emulator.close(),
  };
}

async function ask(ownUrl: string, publicUrl: string, request: ApiRequest): Promise<ApiAnswer> {
  const response = await fetch(ownUrl.replace('localhost', '127.0.0.1') + request.url, {
    method: request.method,
    headers: {
      accept: request.accept,
      host: new URL(ownUrl).host,
      ...(request.token === null ? {} : { authorization: `Bearer ${request.token}` }),
      ...(request.body === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(request.body === null ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = (await response.text()).replaceAll(ownUrl, publicUrl);
  return { status: response.status, headers: kept(response.headers, publicUrl), body: parseJson(text) };
}

function parseJson(text: string): Json {
  return text === '' ? null : JSON.parse(text);
}

function kept(headers: Headers, publicUrl: string): Record<string, string> {
  const names = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
  const found = names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : []));
  const link = headers.get('link')?.replaceAll(/<https?:\/\/[^/>]+/g, `<${publicUrl}`);
  return Object.fromEntries(link === undefined ? found : [...found, ['link', link]]);
}
