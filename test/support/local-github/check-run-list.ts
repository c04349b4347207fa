/** `GET /repos/{owner}/{name}/commits/{ref}/check-runs`: emulate knows neither pages nor Apps. */
import { type ApiAnswer, type ApiRequest, isObject, objectAt } from './http.ts';
import { pageOf } from './pages.ts';

const PATH = /^\/repos\/[^/]+\/[^/]+\/commits\/.+\/check-runs$/;

/** The request for all check runs in its place; the same request where it is for something else. */
export function forAllRuns(request: ApiRequest): ApiRequest {
  if (!isList(request)) return request;
  return { ...request, url: `${request.path}?filter=all`, query: new URLSearchParams({ filter: 'all' }) };
}

/** Of all check runs those that the request is for: the latest of each App and name, page by page. */
export function selectRuns(request: ApiRequest, answer: ApiAnswer, origin: string): ApiAnswer {
  if (!isList(request) || answer.status !== 200 || !isObject(answer.body)) return answer;
  const { check_runs } = answer.body;
  const wanted = (Array.isArray(check_runs) ? check_runs : [])
    .filter((run) => isObject(run))
    .sort((a, b) => Number(b.id) - Number(a.id))
    .filter((run) => agrees(request, 'check_name', run.name) && agrees(request, 'status', run.status))
    .filter((run) => agrees(request, 'app_id', objectAt(run, 'app').id));
  const seen = new Set<string>();
  const isNewest = (run: (typeof wanted)[number]) => {
    const key = JSON.stringify([objectAt(run, 'app').id ?? null, run.name ?? '']);
    return !seen.has(key) && seen.add(key);
  };
  const runs = request.query.get('filter') === 'all' ? wanted : wanted.filter(isNewest);
  const { items, headers } = pageOf(runs, request, origin);
  return {
    ...answer,
    headers: { ...answer.headers, ...headers },
    body: { total_count: runs.length, check_runs: items },
  };
}

function isList({ method, path }: ApiRequest): boolean {
  return method === 'GET' && PATH.test(path);
}

function agrees({ query }: ApiRequest, name: string, value: unknown): boolean {
  const wanted = query.get(name);
  return wanted === null || wanted === String(value);
}
