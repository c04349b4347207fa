/**
 * Probot's Server with our routes in place of Probot's webhook middleware, which answers 202 for what is only
 * in memory, has no size limit, and accepts a default secret. Events reach Probot from the inbox instead.
 */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { Probot, Server } from 'probot';
import type { Log } from '../log.ts';

type ProbotOptions = NonNullable<ConstructorParameters<typeof Probot>[0]>;

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A smee.io channel to receive webhooks from, for development. */
  readonly webhookProxy: string | null;
  readonly webhookPath: string;
  readonly probot: ProbotOptions;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly log: Log;
}

export interface CodexServer {
  /** For its events and its authentication. */
  readonly probot: Probot;
  start(): Promise<{ readonly port: number }>;
  /** Takes no new connections; requests that run get `graceMs` to end. */
  stop(graceMs: number): Promise<void>;
}

/** A server that does not listen yet. Rejects when Probot's options are wrong. */
export async function createServer(options: ServerOptions): Promise<CodexServer> {
  const { host, webhookPath, webhookProxy } = options;
  const server = new Server({
    Probot: withHandler(options),
    // Probot logs every request with its headers at level info.
    log: options.log.child({}, { level: 'warn' }),
    host,
    // Probot takes the number 0 for "not set" and listens on 3000; node takes the text '0' for a free port.
    port: String(options.port) as unknown as number,
    webhookPath,
    webhookProxy: webhookProxy ?? undefined,
    enablePing: false,
    enableNotFound: false,
    enableStaticFiles: false,
  });
  let http: HttpServer | undefined;
  const probot = await new Promise<Probot>((resolve, reject) => server.load(resolve).catch(reject));
  return {
    probot,
    async start() {
      http = await server.start();
      return { port: server.port };
    },
    async stop(graceMs) {
      const timer = setTimeout(() => http?.closeAllConnections(), graceMs);
      await server.stop();
      clearTimeout(timer);
    },
  };
}

function withHandler({ probot, handle }: ServerOptions): typeof Probot {
  class IngestProbot extends Probot {
    override async getNodeMiddleware() {
      return async (request: IncomingMessage, response: ServerResponse) => {
        await handle(request, response);
        return true;
      };
    }
  }
  return IngestProbot.defaults(probot) as typeof Probot;
}
