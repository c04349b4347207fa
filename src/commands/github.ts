import { type Installations, repositoryName } from '../github/client.ts';
import { readFile } from '../github/content.ts';
import { mayWrite, roleOf } from '../github/permission.ts';
import { getPull, pullsWithHead } from '../github/pull.ts';
import { react } from '../github/reaction.ts';
import type { Effects } from './context.ts';

/** The calls to GitHub that commands need, made as an installation on one repository (`owner/name`). */
export function repositoryAccess(installations: Installations): Effects['github'] {
  return async (installation, repository) => {
    const octokit = await installations.octokit(installation);
    const name = repositoryName(repository);
    return {
      roleOf: (login) => roleOf(octokit, name, login),
      mayWrite: (login) => mayWrite(octokit, name, login),
      getPull: (number) => getPull(octokit, name, number),
      pullsWithHead: (sha) => pullsWithHead(octokit, name, sha),
      readFile: (ref, path) => readFile(octokit, name, ref, path),
      react: (commentId, reaction) => react(octokit, name, commentId, reaction),
    };
  };
}
