/** What a failed call to GitHub means for the job that made it. Pure. */
import { z } from 'zod';

/**
 * `gone`: it does not exist, any more or for us. `forbidden`: we may not. `unauthorized`: our credentials are not
 * taken. `invalid`: GitHub understood and refuses. `rate_limited` and `transient`: later it may succeed.
 */
type FailureKind = 'gone' | 'forbidden' | 'unauthorized' | 'invalid' | 'rate_limited' | 'transient';

export interface Failure {
  readonly kind: FailureKind;
  /** One sentence with the request and GitHub's own words. */
  readonly message: string;
  /** Milliseconds until another attempt makes sense, where GitHub says so. */
  readonly retryAfterMs?: number;
}

/** Octokit's `RequestError`; `response` is absent where no answer came (its status is 500 then). */
const requestError = z.object({
  name: z.literal('HttpError'),
  status: z.int(),
  message: z.string(),
  request: z.object({ method: z.string(), url: z.string() }),
  response: z.object({ headers: z.record(z.string(), z.unknown()), data: z.unknown().optional() }).optional(),
});
const statedMessage = z.object({ message: z.string() });
type RequestError = z.infer<typeof requestError>;

/** Octokit's `GraphqlResponseError`: GraphQL answers 200 and says in the body what went wrong. */
const graphqlError = z.object({
  name: z.literal('GraphqlResponseError'),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).min(1),
});
const GRAPHQL_KINDS: ReadonlyMap<string | undefined, FailureKind> = new Map([
  ['NOT_FOUND', 'gone'],
  ['FORBIDDEN', 'forbidden'],
  ['INSUFFICIENT_SCOPES', 'forbidden'],
  ['RATE_LIMITED', 'rate_limited'],
  // GitHub's "Something went wrong while executing your query" has no type.
  [undefined, 'transient'],
]);

/** GitHub asks for a minute where a rate limit names no time. */
const UNSTATED_WAIT_MS = 60_000;
const LONGEST_QUOTE = 300;

/** The meaning of what an Octokit call threw; null where it did not come from a call to GitHub. `now` in milliseconds. */
export function classifyFailure(error: unknown, now: number): Failure | null {
  const parsed = requestError.safeParse(error);
  if (!parsed.success) return classifyGraphql(error);
  const kind = kindOf(parsed.data);
  const message = describe(parsed.data);
  const retryAfterMs = statedWait(parsed.data, now) ?? (kind === 'rate_limited' ? UNSTATED_WAIT_MS : null);
  return retryAfterMs === null || !canRecover(kind) ? { kind, message } : { kind, message, retryAfterMs };
}

function classifyGraphql(error: unknown): Failure | null {
  const parsed = graphqlError.safeParse(error);
  const [first] = parsed.data?.errors ?? [];
  if (!first) return null;
  const kind = GRAPHQL_KINDS.get(first.type) ?? 'invalid';
  const message = `GitHub answered a GraphQL query: ${quote(first.message)}`;
  return kind === 'rate_limited' ? { kind, message, retryAfterMs: UNSTATED_WAIT_MS } : { kind, message };
}

/** Whether a call failed because what it names does not exist, or not for us. */
export function isGone(error: unknown): boolean {
  const parsed = requestError.safeParse(error);
  return parsed.success && kindOf(parsed.data) === 'gone';
}

/** What a call gives; null where what it names does not exist, or not for us. */
export async function unlessGone<Answer>(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** The status and GitHub's own words of a call that failed; null where GitHub did not answer at all. */
export function answerOf(error: unknown): { readonly status: number; readonly message: string } | null {
  const parsed = requestError.safeParse(error);
  if (!parsed.success || !parsed.data.response) return null;
  const { status, message, response } = parsed.data;
  // Octokit's own message has the address of the documentation behind GitHub's words.
  const words = statedMessage.safeParse(response.data);
  return { status, message: words.success ? words.data.message : message };
}

/** Whether GitHub has refused a call for a reason that asking again does not change, as far as can be told. */
export function isRefusal(error: unknown): boolean {
  const kind = classifyFailure(error, 0)?.kind;
  return kind === 'gone' || kind === 'forbidden' || kind === 'unauthorized' || kind === 'invalid';
}

function canRecover(kind: FailureKind): boolean {
  return kind === 'rate_limited' || kind === 'transient';
}

function kindOf(error: RequestError): FailureKind {
  const { status } = error;
  if (status === 401) return 'unauthorized';
  if (status === 429 || (status === 403 && isRateLimit(error))) return 'rate_limited';
  if (status === 403 || status === 451) return 'forbidden';
  if (status === 404 || status === 410) return 'gone';
  if (status === 408 || status >= 500) return 'transient';
  return 'invalid';
}

function isRateLimit(error: RequestError): boolean {
  const headers = error.response?.headers ?? {};
  return (
    headers['x-ratelimit-remaining'] === '0' ||
    headers['retry-after'] !== undefined ||
    /\b(?:secondary )?rate limit\b/i.test(error.message)
  );
}

function statedWait(error: RequestError, now: number): number | null {
  const headers = error.response?.headers ?? {};
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (headers['x-ratelimit-remaining'] !== '0' || !Number.isFinite(reset)) return null;
  return Math.max(0, reset * 1000 - now) + 1000;
}

function describe(error: RequestError): string {
  const call = `${error.request.method} ${pathOf(error.request.url)}`;
  const words = quote(error.message);
  return error.response
    ? `GitHub answered ${error.status} to ${call}: ${words}`
    : `GitHub gave no answer to ${call}: ${words}`;
}

function quote(words: string): string {
  return words.replaceAll(/\s+/g, ' ').slice(0, LONGEST_QUOTE);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
