import type { LocalRepository } from '../../../test/support/local-github/repository.ts';
import { AUTHOR, OWNER, REVIEWER, type Stage } from '../stage.ts';
import { aborted } from '../start-codex.ts';
import { Timeline } from '../timeline.ts';

/** The longest that a timer can wait. */
const FOREVER = 2 ** 31 - 1;
const BRANCH = 'feature/BOT-9-changes';

/** Leaves everything running with a pull request to play with, and tells what Codex does, until it is interrupted. */
export async function serve(stage: Stage, repository: LocalRepository): Promise<void> {
  const { github, codex, logFile, terminal, signal } = stage;
  await repository.push(BRANCH, { 'CHANGES.md': 'A threshold for crossovers.\n' }, { author: AUTHOR });
  const number = await repository.openPull({ head: BRANCH, title: 'Tell what has changed', author: AUTHOR });
  const api = `${github.url}/repos/${repository.fullName}`;
  const as = (login: string): string => `curl -H 'authorization: Bearer ${github.token(login)}'`;
  const comments = `${api}/issues/${number}/comments`;
  terminal.heading(`Everything stays, and ${AUTHOR} has opened #${number}. In another terminal:`);
  terminal.line(`${as(AUTHOR)} ${comments} -d '{"body": "/codex plan -k signals"}'`);
  terminal.line(`${as(AUTHOR)} ${comments} -d '{"body": "/codex pr"}'`);
  terminal.line(`${as(REVIEWER)} ${api}/pulls/${number}/reviews -d '{"event": "APPROVE"}'`);
  terminal.line(`${as(OWNER)} ${comments} -d '{"body": "/codex freeze release week"}'`);
  terminal.line(`${as(AUTHOR)} ${comments}`);
  terminal.line(`git clone -b ${BRANCH} ${repository.pushUrl(AUTHOR)}`);
  for (const command of alertCommands(stage)) terminal.line(command);
  terminal.line(`curl ${codex.url}/metrics`);
  terminal.line(`tail -f ${logFile}`);
  terminal.heading('What Codex does from now on (Ctrl-C stops everything):');
  const timeline = new Timeline(github, terminal);
  const tell = async (): Promise<null> => {
    await timeline.tell();
    return null;
  };
  await Promise.race([github.until('the end', tell, FOREVER), aborted(signal).catch(() => {})]);
  terminal.line('Stopping Codex, its containers and the local GitHub …');
}

/** How to print messages for the alert editor and to send alerts, where they are received. */
function alertCommands({ codex, environment }: Stage): readonly string[] {
  const name = 'CODEX_GATEWAY_TRADINGVIEW_WEBHOOK_SECRET';
  const secret = environment[name];
  if (secret === undefined) return [];
  const tradingview = 'npx codexctl tradingview';
  return [
    `export ${name}=${secret} PORT=${new URL(codex.url).port} CODEX_DATA_DIR=${environment.CODEX_DATA_DIR}`,
    `${tradingview} template acme/crossover crossover position_open | tee alert.json`,
    `${tradingview} send alert.json`,
    'npx codexctl alerts',
  ];
}
