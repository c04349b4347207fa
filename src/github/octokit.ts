/** How Codex calls GitHub: Probot's Octokit with its retries, throttling and redaction tuned. */
import { ProbotOctokit } from 'probot';
import { redactShown } from './redaction.ts';
import { createWriteLimits } from './throttle.ts';

/** A longer rate limit is waited for by the job, in the queue, not by the request. */
const LONGEST_WAIT_SECONDS = 5;
const RETRIES = 2;
/** The first retry comes after this time, the second after four times as long. */
const RETRY_DELAY_MS = 250;
/** Answers that another attempt does not change. A 429 is the throttling's business: it reads `Retry-After`. */
const FINAL_ANSWERS = [400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 451];

/**
 * Probot and its authentication pass options of their own when they derive clients; a function keeps ours on top
 * of theirs, and theirs (the installation's throttling id) where ours say nothing.
 */
export function createOctokit(request: { fetch: typeof fetch }): typeof ProbotOctokit {
  const limits = createWriteLimits();
  const waitIfShort = (seconds: number, _request: unknown, _octokit: unknown, retries: number) =>
    seconds <= LONGEST_WAIT_SECONDS && retries < RETRIES;
  return ProbotOctokit.plugin(retryOnlyIdempotent, redactShown).defaults(
    (options: Record<string, object>) => ({
      ...options,
      auth: withoutRequest(options.auth),
      retry: { retries: RETRIES, retryAfterBaseValue: RETRY_DELAY_MS, doNotRetry: FINAL_ANSWERS },
      request: { ...options.request, ...request },
      throttle: {
        ...options.throttle,
        ...limits,
        onRateLimit: waitIfShort,
        onSecondaryRateLimit: waitIfShort,
      },
    }),
  );
}

/** Probot's `request` knows no base URL, and a token is renewed with it; without it the client's own is taken. */
function withoutRequest(auth: object = {}): object {
  return Object.fromEntries(Object.entries(auth).filter(([name]) => name !== 'request'));
}

/** A POST that timed out may have been done: only what can be repeated without effect is, unless told otherwise. */
function retryOnlyIdempotent(octokit: { hook: ProbotOctokit['hook'] }) {
  octokit.hook.before('request', (options) => {
    // Always a new object: all requests share the one that is there, and the plugins count their retries in it.
    options.request = options.method === 'POST' ? { retries: 0, ...options.request } : { ...options.request };
  });
}

export interface Attempts {
  /** Gets the status of each; 0: there was no answer. */
  readonly onAnswer: (status: number) => void;
  /** A signal for one attempt, aborted when its time is up, its answer's body included. */
  readonly deadline: () => AbortSignal;
}

/** Each attempt has its own time; the time spent in the throttling's queue does not count. */
export function createFetch({ deadline, onAnswer }: Attempts): typeof fetch {
  return async (input, init) => {
    const time = deadline();
    const signal = init?.signal ? AbortSignal.any([init.signal, time]) : time;
    try {
      const answer = await fetch(input, { ...init, signal });
      onAnswer(answer.status);
      return answer;
    } catch (error) {
      onAnswer(0);
      throw error;
    }
  };
}
