/** The shapes an API request and its answer have inside the local GitHub. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export interface ApiRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The credential of the Authorization header, whatever its scheme; null without one. */
  readonly token: string | null;
  readonly accept: string;
  readonly body: Json;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Json;
}

export const NOT_FOUND: ApiAnswer = { status: 404, body: { message: 'Not Found' } };
export const BAD_CREDENTIALS: ApiAnswer = { status: 401, body: { message: 'Bad credentials' } };

export function refused(message: string): ApiAnswer {
  return { status: 422, body: { message: `Validation Failed: ${message}` } };
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as it travels: what JSON does not have is left out. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

/** The object under `key`, or an empty one. */
export function objectAt(value: Json | undefined, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** Reads `Bearer T`, `token T`, and git's `Basic base64(user:T)`. */
export function tokenOf(authorization: string | undefined): string | null {
  const [, scheme = '', credential = ''] = /^(\w+)\s+(\S+)$/.exec(authorization ?? '') ?? [];
  if (!credential) return null;
  if (scheme.toLowerCase() !== 'basic') return credential;
  return Buffer.from(credential, 'base64').toString().split(':').slice(1).join(':') || null;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function toApiRequest(request: IncomingMessage, body: Buffer): ApiRequest {
  const url = request.url ?? '/';
  const { pathname, searchParams } = new URL(url, 'http://local');
  return {
    method: request.method ?? 'GET',
    url,
    path: pathname,
    query: searchParams,
    token: tokenOf(request.headers.authorization),
    accept: request.headers.accept ?? 'application/vnd.github+json',
    body: body.length === 0 ? null : JSON.parse(body.toString()),
  };
}

export function send(response: ServerResponse, { status, headers, body }: ApiAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}
