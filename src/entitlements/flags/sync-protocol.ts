import { join } from 'node:path';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** What flagd is asked; empty texts: every flag it has. */
export interface SyncRequest {
  readonly providerId: string;
  readonly selector: string;
}

/** Every flag that flagd has, in its JSON format; one answer for each change. */
export interface SyncResponse {
  readonly flagConfiguration: string;
}

export interface SyncService extends ServiceDefinition {
  readonly SyncFlags: MethodDefinition<SyncRequest, SyncResponse>;
}

const loaded = loadSync(join(import.meta.dirname, 'sync.proto'), { defaults: true });

/** flagd's sync service as gRPC takes it. */
// The types of messages are in sync.proto, which TypeScript does not read.
export const syncService = loaded['flagd.sync.v1.FlagSyncService'] as unknown as SyncService;
