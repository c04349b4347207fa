/** A flagd server's sync service: real gRPC on a local port, for the flags that a test gives it. */
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import {
  type SyncRequest,
  type SyncResponse,
  syncService,
} from '../../../src/entitlements/flags/sync-protocol.ts';

type Stream = ServerWritableStream<SyncRequest, SyncResponse>;

export interface FlagdServer {
  /** `host:port`. */
  readonly address: string;
  /** Everybody who listens, and who comes later, gets `content`. */
  give(content: string): void;
  /** Gone at once, with every connection. */
  kill(): void;
}

/** A server that gives `content`; on `port` where one was there before. */
export async function startFlagd(content: string, port = 0): Promise<FlagdServer> {
  let current = content;
  const streams = new Set<Stream>();
  const server = new Server();
  server.addService(syncService, {
    SyncFlags(stream: Stream) {
      streams.add(stream);
      stream.on('close', () => streams.delete(stream));
      stream.write({ flagConfiguration: current });
    },
  });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
  return {
    address: `127.0.0.1:${bound}`,
    give(next) {
      current = next;
      for (const stream of streams) stream.write({ flagConfiguration: next });
    },
    kill: () => server.forceShutdown(),
  };
}
