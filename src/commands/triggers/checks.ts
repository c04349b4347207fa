/** GitHub's buttons on checks, and heads that are new to a check suite → jobs. Pure. */
import type { z } from 'zod';
import type { NewJob } from '../../jobs/job.ts';
import { BUTTON, isPlanCheck } from '../../plan/check-names.ts';
import { commandJob, headJob } from '../event-jobs.ts';
import { checkRun, checkSuite } from '../events.ts';
import type { WrittenCommand } from '../parse.ts';

export function onCheckRun(payload: unknown, delivery: string): NewJob[] | string {
  const event = checkRun.parse(payload);
  const { name, head_sha: headSha, external_id: runId } = event.check_run;
  if (!isPlanCheck(name)) return `the check run is ${name}`;
  if (event.sender.type === 'Bot') return 'a bot pressed the button';
  const command = buttonCommand(event);
  if (command === null) return `the check run was ${event.action}`;
  return [
    commandJob(event, delivery, { origin: { type: 'check_run', runId: runId ?? '', headSha }, command }),
  ];
}

/** GitHub's buttons stand for commands. */
function buttonCommand({
  action,
  requested_action: button,
}: z.infer<typeof checkRun>): WrittenCommand | null {
  if (action === 'rerequested') return written('plan');
  if (action !== 'requested_action') return null;
  if (button?.identifier === BUTTON.rerunFailed) return written('plan', '--failed');
  return button?.identifier === BUTTON.cancel ? written('cancel') : null;
}

function written(name: string, ...words: string[]): WrittenCommand {
  return { text: ['/codex', name, ...words].join(' '), name, words, mistake: null };
}

export function onCheckSuite(payload: unknown, delivery: string): NewJob[] | string {
  const event = checkSuite.parse(payload);
  const { id, head_sha: headSha } = event.check_suite;
  if (event.action === 'requested') {
    return [headJob(event, delivery, { headSha, reopenedAt: null, dedupe: `check_suite:${id}:requested` })];
  }
  if (event.action !== 'rerequested') return `the check suite was ${event.action}`;
  if (event.sender.type === 'Bot') return 'a bot pressed the button';
  return [
    commandJob(event, delivery, { origin: { type: 'check_suite', headSha }, command: written('plan') }),
  ];
}
