/** A git server over HTTP: `git http-backend` behind node:http, which wants one Authorization header. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';
import { execa } from 'execa';

export interface HttpRemote {
  readonly url: string;
  authorization(): Promise<string | null>;
  /** Set to answer a request otherwise: return true when it is answered. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
  readonly requests: { url: string; authorization: string | undefined }[];
}

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Serves the repository at `path` until the test file ends. */
export async function serve(path: string, authorization: string): Promise<HttpRemote> {
  const remote: HttpRemote = {
    url: '',
    authorization: async () => authorization,
    intercept: () => false,
    requests: [],
  };
  const server = createServer(async (request, response) => {
    remote.requests.push({ url: request.url ?? '', authorization: request.headers.authorization });
    if (await remote.intercept(request, response)) return;
    if (request.headers.authorization === authorization) await backend(path, request, response);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  const url = await listening(server);
  return Object.assign(remote, { url: `${url}/owner/name.git` });
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  // A TCP server's address is never a string.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function backend(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://localhost');
  const result = await execa('git', ['http-backend'], {
    input: request,
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    env: {
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROJECT_ROOT: path,
      PATH_INFO: url.pathname.replace('/owner/name.git', '/.git'),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'codex',
    },
  });
  const output = Buffer.from(result.stdout);
  const end = output.indexOf('\r\n\r\n');
  const headers = output
    .toString('latin1', 0, end)
    .split('\r\n')
    .map((line) => line.split(': ') as [string, string]);
  const status = headers.find(([name]) => name === 'Status')?.[1];
  response.writeHead(
    status ? Number.parseInt(status, 10) : 200,
    Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
  );
  response.end(output.subarray(end + 4));
}
