import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerOf, classifyFailure, isGone } from '../../src/github/failure.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');

function httpError(status: number, headers: Record<string, string> = {}, message = 'words') {
  const request = { method: 'GET', url: 'https://api.github.com/repos/acme/bot?page=2' };
  return Object.assign(new Error(message), { name: 'HttpError', status, request, response: { headers } });
}

describe('a failed call to GitHub', () => {
  it.each([
    [401, {}, 'unauthorized'],
    [403, {}, 'forbidden'],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, 'rate_limited'],
    [403, { 'x-ratelimit-remaining': '4999' }, 'forbidden'],
    [403, { 'retry-after': '30' }, 'rate_limited'],
    [404, {}, 'gone'],
    [410, {}, 'gone'],
    [409, {}, 'invalid'],
    [422, {}, 'invalid'],
    [429, {}, 'rate_limited'],
    [451, {}, 'forbidden'],
    [500, {}, 'transient'],
    [502, {}, 'transient'],
    [503, {}, 'transient'],
  ])('%d with %j is %s', (status, headers, kind) => {
    expect(classifyFailure(httpError(status, headers), NOW)?.kind).toBe(kind);
  });

  it('is a rate limit when GitHub says so in words only', () => {
    const error = httpError(403, {}, 'You have exceeded a secondary rate limit.');
    expect(classifyFailure(error, NOW)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 60_000 });
  });

  it('waits as long as Retry-After, or until the limit is reset, and a second more', () => {
    const reset = String(NOW / 1000 + 90);
    expect(classifyFailure(httpError(429, { 'retry-after': '7' }), NOW)?.retryAfterMs).toBe(7000);
    expect(classifyFailure(httpError(503, { 'retry-after': '3' }), NOW)?.retryAfterMs).toBe(3000);
    const limited = httpError(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
    expect(classifyFailure(limited, NOW)?.retryAfterMs).toBe(91_000);
  });

  it('says which call it was and what GitHub said, in one short line, without the query', () => {
    const failure = classifyFailure(httpError(422, {}, `bad\n${'x'.repeat(1000)}`), NOW);
    expect(failure?.message).toMatch(/^GitHub answered 422 to GET \/repos\/acme\/bot: bad x+$/);
    expect(failure?.message.length).toBeLessThan(400);
  });

  it('that never got an answer is transient', () => {
    const error = { ...httpError(500), name: 'HttpError', message: 'read ECONNRESET', response: undefined };
    expect(classifyFailure(error, NOW)).toEqual({
      kind: 'transient',
      message: 'GitHub gave no answer to GET /repos/acme/bot: read ECONNRESET',
    });
  });

  it.each([
    ['NOT_FOUND', 'gone'],
    ['FORBIDDEN', 'forbidden'],
    ['INSUFFICIENT_SCOPES', 'forbidden'],
    ['RATE_LIMITED', 'rate_limited'],
    ['UNPROCESSABLE', 'invalid'],
    [undefined, 'transient'],
  ])('of GraphQL with type %s is %s', (type, kind) => {
    const error = { name: 'GraphqlResponseError', errors: [{ type, message: 'bad\nwords' }] };
    expect(classifyFailure(error, NOW)).toMatchObject({
      kind,
      message: 'GitHub answered a GraphQL query: bad words',
    });
  });

  it('has the words of GitHub itself, where it answered', () => {
    const error = httpError(405, {}, 'Not mergeable - https://docs.github.com/');
    expect(answerOf(error)?.message).toBe('Not mergeable - https://docs.github.com/');
    const response = { headers: {}, data: { message: 'Not mergeable' } };
    expect(answerOf(Object.assign(error, { response }))).toEqual({ status: 405, message: 'Not mergeable' });
    expect(answerOf(Object.assign(error, { response: undefined }))).toBeNull();
  });

  it('is nothing but a call to GitHub: any other error is not classified', () => {
    expect(classifyFailure(new TypeError('a bug'), NOW)).toBeNull();
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(classifyFailure(thrown, NOW)).toBeNull();
        expect(isGone(thrown)).toBe(false);
      }),
    );
  });

  it('never waits for a negative or unbounded time, whatever the headers are', () => {
    fc.assert(
      fc.property(fc.constantFrom(403, 429, 503), fc.string(), fc.string(), (status, after, reset) => {
        const headers = { 'retry-after': after, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
        const wait = classifyFailure(httpError(status, headers), NOW)?.retryAfterMs ?? 0;
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(wait)).toBe(true);
      }),
    );
  });
});
