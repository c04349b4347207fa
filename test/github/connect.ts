/** Codex's own client of a local GitHub, made as the server makes it. */
import { Writable } from 'node:stream';
import { Probot } from 'probot';
import type { GitHubAuth } from '../../src/config/github-auth.ts';
import { createInstallations, type Installations, probotOptions } from '../../src/github/client.ts';
import { createLog } from '../../src/log.ts';
import { Secret } from '../../src/redact.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import type { RequestTime } from '../support/request-time.ts';

export interface Connection {
  readonly installations: Installations;
  /** Everything logged so far. */
  logged(): string;
}

/** `time`: of the attempts of its requests; the real one if absent. */
export function connect(
  github: LocalGitHub,
  auth: GitHubAuth = appAuth(github),
  time?: RequestTime,
): Connection {
  const lines: string[] = [];
  const out = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const options = probotOptions({ apiUrl: github.url, auth, ...time });
  const probot = new Probot({ ...options, log: createLog('trace', out), secret: github.deliveries.secret });
  return { installations: createInstallations(probot, auth), logged: () => lines.join('') };
}

function appAuth(github: LocalGitHub): GitHubAuth {
  const { APP_ID, PRIVATE_KEY } = github.environment;
  return { type: 'app', appId: Number(APP_ID), privateKey: new Secret(PRIVATE_KEY ?? '') };
}
