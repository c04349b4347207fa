/** How Codex signs in to GitHub: as an App, or with one installation's token. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Secret } from '../redact.ts';
import type { Environment } from './parsed.ts';

export type GitHubAuth =
  | { readonly type: 'app'; readonly appId: number; readonly privateKey: Secret }
  | { readonly type: 'token'; readonly token: Secret };

/** `appId`: APP_ID, checked; absent where there is none, or another variable is wrong. Null: `mistakes` has the reason. */
export function parseAuth(
  env: Environment,
  appId: number | undefined,
  mistakes: string[],
): GitHubAuth | null {
  if (env.CODEX_WORKER_GITHUB_TOKEN) {
    return { type: 'token', token: new Secret(env.CODEX_WORKER_GITHUB_TOKEN) };
  }
  if (!env.APP_ID) mistakes.push('APP_ID: is required (or CODEX_WORKER_GITHUB_TOKEN)');
  const privateKey = readPrivateKey(env, mistakes);
  if (appId === undefined || !privateKey) return null;
  return { type: 'app', appId, privateKey };
}

function readPrivateKey(env: Environment, mistakes: string[]): Secret | null {
  const name = env.PRIVATE_KEY ? 'PRIVATE_KEY' : 'PRIVATE_KEY_PATH';
  try {
    const text = env.PRIVATE_KEY || (env.PRIVATE_KEY_PATH && readFileSync(env.PRIVATE_KEY_PATH, 'utf8'));
    if (!text) {
      mistakes.push('PRIVATE_KEY: is required, or PRIVATE_KEY_PATH (or CODEX_WORKER_GITHUB_TOKEN)');
      return null;
    }
    const key = new Secret(text.replaceAll('\\n', '\n').trim());
    createPrivateKey(key.reveal());
    return key;
  } catch {
    mistakes.push(
      `${name}: ${name === 'PRIVATE_KEY' ? 'is not a PEM private key' : 'is not a readable PEM private key'}`,
    );
    return null;
  }
}
