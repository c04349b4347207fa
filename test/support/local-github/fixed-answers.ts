/** Answers of emulate that differ from GitHub's in more than missing fields. */
import { type ApiAnswer, type ApiRequest, isObject } from './http.ts';

/** GitHub's legacy names; the finer role is in `role_name`. */
const PERMISSION: Readonly<Record<string, string>> = {
  admin: 'admin',
  maintain: 'write',
  push: 'write',
  triage: 'read',
  pull: 'read',
};

const PERMISSION_PATH = /^\/repos\/[^/]+\/[^/]+\/collaborators\/([^/]+)\/permission$/;

/** `GET …/collaborators/{login}/permission`: GitHub answers for everybody it knows, collaborator or not. */
export function fixPermission(
  request: ApiRequest,
  answer: ApiAnswer,
  isUser: (login: string) => boolean,
): ApiAnswer {
  const login = decodeURIComponent(PERMISSION_PATH.exec(request.path)?.[1] ?? '');
  if (login === '') return answer;
  if (answer.status === 404 && isUser(login)) {
    return { status: 200, body: { permission: 'read', role_name: 'read', user: { login } } };
  }
  if (answer.status !== 200 || !isObject(answer.body)) return answer;
  const permission = PERMISSION[String(answer.body.permission)] ?? 'none';
  return { ...answer, body: { ...answer.body, permission } };
}

/** Writes to git that would leave the bare repository behind emulate: not modelled. Push instead. */
export function refuseUnmodelled(request: ApiRequest): ApiAnswer | null {
  if (request.method === 'GET') return null;
  if (!/^\/repos\/[^/]+\/[^/]+\/(contents\/|git\/|merges$|pulls\/\d+\/update-branch$)/.test(request.path))
    return null;
  return {
    status: 501,
    body: { message: `The local GitHub does not do ${request.method} ${request.path}.` },
  };
}
