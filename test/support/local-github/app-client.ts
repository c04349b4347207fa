/** The App's own client of the local GitHub, for the tests beside this file: it shows refusals instead of throwing. */
import { connect } from '../../github/connect.ts';
import type { LocalGitHub } from './local-github.ts';

interface Answered {
  readonly status: number;
  readonly body: unknown;
  /** GitHub's `message`; empty where there is none. */
  readonly message: string;
}

export type AskAsApp = (method: string, path: string, body?: object) => Promise<Answered>;

/** Asks as the installation on `account`, with everything the App was granted. */
export async function asApp(github: LocalGitHub, account: string): Promise<AskAsApp> {
  const octokit = await connect(github).installations.octokit(github.installation(account));
  const { token } = Object(await octokit.auth({ type: 'installation' }));
  return async (method, path, body) => {
    const response = await fetch(github.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, body: parsed, message: String(Object(parsed).message ?? '') };
  };
}
