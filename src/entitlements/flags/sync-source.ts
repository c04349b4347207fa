/**
 * The sync stream of a flagd server. The provider has a client of its own for it, which hands its flags to nobody and
 * goes on reconnecting, in a tight loop, after it was closed while the server was away.
 */
import {
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { FlagListener, FlagSource } from './feed.ts';
import { type SyncRequest, type SyncResponse, syncService } from './sync-protocol.ts';

/** Milliseconds until a stream that ended is opened again; doubled for each failure, up to the last. */
const RETRY_MS = { first: 250, last: 5_000 };
/** How long the start waits for the first answer. */
const PATIENCE_MS = 2_000;

/** In milliseconds. */
interface StreamTimes {
  /** A stream is opened anew after this long: a connection that broke without a word would stay silent for ever. */
  readonly renewal: number;
  /** flagd says at once what it has: a stream that says nothing for this long is given up. */
  readonly silence: number;
}
const TIMES: StreamTimes = { renewal: 10 * 60_000, silence: 10_000 };

const EVERY_FLAG: SyncRequest = { providerId: 'codex', selector: '' };

/** The flags of the flagd server at `address` (`host:port`), over plain gRPC. */
export function syncSource(address: string, times = TIMES): FlagSource {
  return new SyncStream(address, times);
}

class SyncStream implements FlagSource {
  readonly #address: string;
  readonly #times: StreamTimes;
  #connection: Connection | null = null;
  #retry: NodeJS.Timeout | null = null;
  #failures = 0;
  #closed = false;

  constructor(address: string, times: StreamTimes) {
    this.#address = address;
    this.#times = times;
  }

  async start(listener: FlagListener): Promise<void> {
    const first = Promise.withResolvers<void>();
    const told: FlagListener = {
      received(content) {
        listener.received(content);
        first.resolve();
      },
      lost(reason) {
        listener.lost(reason);
        first.resolve();
      },
    };
    const patience = setTimeout(() => told.lost(NO_ANSWER), PATIENCE_MS);
    this.#open(told);
    await first.promise;
    clearTimeout(patience);
  }

  close(): void {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#connection?.close();
  }

  #open(listener: FlagListener): void {
    const connection = new Connection(this.#address, this.#times, {
      received: (content) => {
        this.#failures = 0;
        listener.received(content);
      },
      ended: (reason) => this.#ended(connection, reason, listener),
    });
    this.#connection = connection;
  }

  #ended(connection: Connection, reason: string | null, listener: FlagListener): void {
    if (this.#closed || connection !== this.#connection) return;
    this.#connection = null;
    connection.close();
    if (reason !== null) listener.lost(reason);
    const wait = reason === null ? 0 : Math.min(RETRY_MS.first * 2 ** this.#failures, RETRY_MS.last);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#open(listener), wait);
  }
}

const NO_ANSWER = 'flagd does not answer';

interface ConnectionListener {
  received(content: string): void;
  /** `reason`: null where it is only to be renewed. May be told more than once. */
  ended(reason: string | null): void;
}

/** One stream over a connection of its own: to open it anew helps where the connection is what is broken. */
class Connection {
  readonly #client: Client;
  readonly #call: ClientReadableStream<SyncResponse>;
  readonly #silence: NodeJS.Timeout;

  constructor(address: string, { renewal, silence }: StreamTimes, listener: ConnectionListener) {
    this.#client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
    const { path, requestSerialize, responseDeserialize } = syncService.SyncFlags;
    const options = { deadline: Date.now() + renewal };
    this.#call = this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      EVERY_FLAG,
      new Metadata(),
      options,
    );
    this.#silence = setTimeout(() => listener.ended(NO_ANSWER), silence);
    this.#call.on('data', ({ flagConfiguration }: SyncResponse) => {
      clearTimeout(this.#silence);
      listener.received(flagConfiguration);
    });
    // gRPC tells the end of a stream by `error`, by `end` or by both.
    this.#call.on('error', ({ code }: ServiceError) => listener.ended(reasonOf(code)));
    this.#call.on('end', () => listener.ended(reasonOf(status.OK)));
  }

  close(): void {
    clearTimeout(this.#silence);
    this.#call.cancel();
    this.#client.close();
  }
}

function reasonOf(code: status): string | null {
  return code === status.DEADLINE_EXCEEDED ? null : `flagd's stream ended: ${status[code]}`;
}
