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
import type { FlagListener, FlagSource } from './source.ts';
import { type SyncRequest, type SyncResponse, syncService } from './sync-protocol.ts';

/** Milliseconds until a stream that ended is opened again; doubled for each failure, up to the last. */
const RETRY_MS = { first: 250, last: 5_000 };
/** A stream is opened anew after this long: a connection that broke without a word would stay silent for ever. */
const STREAM_MS = 10 * 60_000;
/** How long the start waits for the first answer. */
const FIRST_ANSWER_MS = 2_000;

const EVERY_FLAG: SyncRequest = { providerId: 'codex', selector: '' };

/** The flags of the flagd server at `address` (`host:port`), over plain gRPC. */
export function syncSource(address: string): FlagSource {
  const stream = new SyncStream(address);
  return {
    start: (listener) => stream.start(listener),
    close: () => stream.close(),
  };
}

class SyncStream {
  readonly #client: Client;
  #call: ClientReadableStream<SyncResponse> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #failures = 0;
  #closed = false;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': RETRY_MS.first,
      'grpc.max_reconnect_backoff_ms': RETRY_MS.last,
    });
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
    const patience = setTimeout(() => told.lost('flagd does not answer'), FIRST_ANSWER_MS);
    this.#open(told);
    await first.promise;
    clearTimeout(patience);
  }

  close(): void {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#call?.cancel();
    this.#client.close();
  }

  #open(listener: FlagListener): void {
    const { path, requestSerialize, responseDeserialize } = syncService.SyncFlags;
    const call = this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      EVERY_FLAG,
      new Metadata(),
      { deadline: Date.now() + STREAM_MS },
    );
    this.#call = call;
    call.on('data', ({ flagConfiguration }: SyncResponse) => {
      this.#failures = 0;
      listener.received(flagConfiguration);
    });
    call.on('error', ({ code }: ServiceError) => this.#ended(call, code, listener));
    call.on('end', () => this.#ended(call, status.OK, listener));
  }

  /** gRPC tells the end of a stream by `error`, by `end` or by both. */
  #ended(call: unknown, code: status, listener: FlagListener): void {
    if (this.#closed || this.#retry || call !== this.#call) return;
    const renewed = code === status.DEADLINE_EXCEEDED;
    if (!renewed) listener.lost(`flagd's stream ended: ${status[code]}`);
    const wait = renewed ? 0 : Math.min(RETRY_MS.first * 2 ** this.#failures, RETRY_MS.last);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#open(listener);
    }, wait);
  }
}
