/** git's own server, `git http-backend`, behind GitHub's rules for who may read and push. */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RefChange } from './bare-repository.ts';

export interface GitRequest {
  /** `owner/name`. */
  readonly repository: string;
  readonly pathInfo: string;
  readonly query: string;
  readonly service: 'git-upload-pack' | 'git-receive-pack';
}

/** What git asks for at this URL; null where it is not git's protocol. */
export function parseGitRequest(request: IncomingMessage): GitRequest | null {
  const { pathname, searchParams, search } = new URL(request.url ?? '/', 'http://local');
  const match = /^\/([^/]+\/[^/]+?)\.git(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/.exec(pathname);
  const repository = match?.[1];
  if (!match || !repository) return null;
  const service = match[2] === '/info/refs' ? searchParams.get('service') : match[2]?.slice(1);
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return null;
  return { repository, pathInfo: pathname, query: search.slice(1), service };
}

/** What a push carries, and what is refused of it. */
export interface Push {
  readonly body: Buffer;
  /** Full names of refs that this push may not move. */
  readonly refused: readonly string[];
  readonly words: readonly string[];
}

/** The refs that a push asks to move; `null` in place of a SHA creates or deletes. */
export function commandsOf(body: Buffer): RefChange[] {
  const commands: RefChange[] = [];
  for (let at = 0; ; ) {
    const length = Number.parseInt(body.subarray(at, at + 4).toString(), 16);
    if (!(length > 4)) return commands;
    const line = body.subarray(at + 4, at + length).toString();
    const [before = '', after = '', ref = ''] = (line.split('\0')[0] ?? '').trim().split(' ');
    commands.push({ ref, before: orNull(before), after: orNull(after) });
    at += length;
  }
}

function orNull(sha: string): string | null {
  return /^0+$/.test(sha) ? null : sha;
}

/** Runs the CGI program for this request, which is a push or not; `done` is awaited when it has ended, before the answer ends. */
export async function serveGit(
  root: string,
  git: GitRequest,
  request: IncomingMessage,
  response: ServerResponse,
  push: Push | null,
  done: () => Promise<void>,
): Promise<void> {
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      HOME: root,
      PATH_INFO: git.pathInfo,
      QUERY_STRING: git.query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'local',
      // Read by the hook `update` of bare-repository.ts.
      REFUSED_REFS: push?.refused.join('\n') ?? '',
      REFUSAL: push?.words.join('\n') ?? '',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  backend.stdin.on('error', () => undefined); // It may end before it has read everything, which is its right.
  response.on('close', () => backend.kill());
  if (push) backend.stdin.end(push.body);
  else request.pipe(backend.stdin);
  const ended = new Promise((resolve) => backend.on('close', resolve));
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of backend.stdout) {
    if (head === null) {
      response.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    writeHead(response, head.subarray(0, end).toString());
    response.write(head.subarray(end + 4));
    head = null;
  }
  await ended;
  await done();
  if (head !== null) response.writeHead(500);
  response.end();
}

function writeHead(response: ServerResponse, head: string): void {
  const headers = head.split('\r\n').map((field): [string, string] => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  });
  const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
  response.writeHead(
    Number.parseInt(status, 10),
    Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
  );
}
