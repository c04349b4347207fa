/** What emulate does not do when somebody reviews: bind the review to the head of now, and forbid one's own approval. */
import type { Actor } from './credentials.ts';
import { type ApiAnswer, type ApiRequest, isObject } from './http.ts';
import type { Pulls } from './pulls.ts';

const PATH = /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)\/reviews$/;

/** The request with the head's SHA as its commit; GitHub's refusal; or the same request where it is no review. */
export function asReview(request: ApiRequest, actor: Actor | null, pulls: Pulls): ApiRequest | ApiAnswer {
  const [, repository = '', number] = request.method === 'POST' ? (PATH.exec(request.path) ?? []) : [];
  const pull = pulls.get(repository, Number(number));
  if (!pull || !isObject(request.body)) return request;
  const { event } = request.body;
  if (pull.author.login === actor?.login && (event === 'APPROVE' || event === 'REQUEST_CHANGES')) {
    const verb = event === 'APPROVE' ? 'approve' : 'request changes on';
    return { status: 422, body: { message: `Can not ${verb} your own pull request` } };
  }
  return { ...request, body: { commit_id: pull.headSha, ...request.body } };
}
