import { aborted } from '../codex-process.ts';
import { AUTHOR, type Stage } from '../stage.ts';
import { Timeline } from '../timeline.ts';
import type { PullRequest } from './open-pull-request.ts';

/** The longest that a timer can wait. */
const FOREVER = 2 ** 31 - 1;

/** Leaves everything running, and tells what Codex does, until the demo is interrupted. */
export async function serve(
  { github, codex, logFile, terminal, signal }: Stage,
  pull: PullRequest,
): Promise<void> {
  const { repository, number, branch } = pull;
  const comments = `${github.url}/repos/${repository.fullName}/issues/${number}/comments`;
  const authorization = `-H 'authorization: Bearer ${github.token(AUTHOR)}'`;
  terminal.heading('Everything stays. In another terminal:');
  terminal.line(`curl ${authorization} ${comments} -d '{"body": "/codex plan -k signals"}'`);
  terminal.line(`curl ${authorization} ${comments}`);
  terminal.line(`git clone -b ${branch} ${repository.pushUrl(AUTHOR)}`);
  terminal.line(`curl ${codex.url}/metrics`);
  terminal.line(`tail -f ${logFile}`);
  terminal.heading('What Codex does from now on (Ctrl-C stops everything):');
  const timeline = new Timeline(github, terminal);
  const tell = (): null => {
    timeline.tell();
    return null;
  };
  await Promise.race([github.until('the end', tell, FOREVER), aborted(signal).catch(() => {})]);
  terminal.line('Stopping Codex, its containers and the local GitHub …');
}
