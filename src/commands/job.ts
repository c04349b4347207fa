/**
 * Jobs of kind `command`: authorise, accept visibly, run, end visibly. People who may not give commands get a
 * reaction and no words: an answer would let anybody make Codex write.
 */
import type { Capability } from '../entitlements/capability.ts';
import { messageOf, UserError } from '../errors.ts';
import { isRefusal } from '../github/failure.ts';
import type { Reaction } from '../github/reaction.ts';
import type { Job, JobHandler } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import type { Result } from './command.ts';
import type { Effects, GitHubRepository, PullTarget } from './context.ts';
import { type CommandPayload, commandPayload } from './payload.ts';
import { code } from './quote.ts';
import { COMMANDS, prepareCommand } from './registry.ts';

interface Task {
  readonly job: Job;
  readonly payload: CommandPayload;
  readonly github: GitHubRepository;
  readonly effects: Effects;
}

export function commandHandler(effects: Effects, log: Log): JobHandler {
  return {
    kind: 'command',
    async run(job, signal) {
      const task = await open(job, effects);
      if (!(await mayCommand(task))) {
        log.info(
          { job: job.id, delivery: job.delivery, sender: task.payload.sender },
          'refused: may not write',
        );
        return;
      }
      for (const pull of await targetsOf(task)) {
        signal.throwIfAborted();
        await end(task, pull, await resultOn(task, pull));
      }
    },
    async abandon(job, reason) {
      try {
        await tellFailure(await open(job, effects), reason);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        log.warn({ job: job.id, reason, error: messageOf(error) }, 'a command failed and nobody can be told');
      }
    },
  };
}

async function open(job: Job, effects: Effects): Promise<Task> {
  const payload = ownRun(commandPayload.parse(job.payload), effects);
  return { job, payload, effects, github: await effects.github(job.installation, job.repository) };
}

/** A check run may name any run as its own: one of another repository counts as unknown. */
function ownRun(payload: CommandPayload, { runs }: Effects): CommandPayload {
  const { origin, repositoryId } = payload;
  if (origin.type !== 'check_run') return payload;
  const isOwn = runs.get(origin.runId)?.request.repositoryId === repositoryId;
  return isOwn ? payload : { ...payload, origin: { ...origin, runId: '' } };
}

/** Write permission, looked up now. Who has none gets a reaction. */
async function mayCommand(task: Task): Promise<boolean> {
  if (await task.github.mayWrite(task.payload.sender)) return true;
  await react(task, '-1');
  return false;
}

/** The pull requests a command is for. Payloads of checks name none that come from forks: the head does. */
async function targetsOf({ job, payload, github, effects }: Task): Promise<PullTarget[]> {
  const { origin, repositoryId } = payload;
  const { installation, repository } = job;
  const run = origin.type === 'check_run' ? effects.runs.get(origin.runId) : null;
  const known = job.pull ?? run?.request.pull ?? null;
  if (known !== null) return [{ installation, repositoryId, repository, number: known }];
  const numbers = origin.type === 'comment' ? [] : await github.pullsWithHead(origin.headSha);
  return numbers.map((number) => ({ installation, repositoryId, repository, number }));
}

/** What the command came to, or what its author can change. */
async function resultOn(task: Task, pull: PullTarget): Promise<Result> {
  const { job, payload, github, effects } = task;
  let reaction: Reaction = 'confused';
  try {
    const { capability, run } = prepareCommand(payload.command);
    reaction = '-1';
    if (job.cancelReason !== null) {
      throw new UserError(`${code(payload.command.text)} was not run: ${code(job.cancelReason)}.`, '');
    }
    await react(task, 'eyes');
    if (capability !== null) await requireCapability(capability, task);
    const { sender, origin } = payload;
    return await run({ pull, sender, origin, job, github, effects, commands: COMMANDS });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { answer: `${error.message} ${error.next}`.trim(), reaction };
  }
}

/** Throws what the person is told where they do not have the capability now. */
async function requireCapability(capability: Capability, { job, payload, effects }: Task): Promise<void> {
  const { sender, origin } = payload;
  const { refusal } = await effects.entitlement(capability, {
    installation: job.installation,
    repository: job.repository,
    user: sender,
    member: origin.type === 'comment' ? origin.member : null,
  });
  if (refusal) throw refusal;
}

async function end(task: Task, pull: PullTarget, { answer, reaction }: Result): Promise<void> {
  const { command, sender } = task.payload;
  if (answer !== null) {
    await task.effects.answer(pull, { asked: command.text, by: sender, markdown: answer });
  }
  if (reaction !== null) await react(task, reaction);
}

/** Buttons have nothing to react to. */
async function react({ payload, github }: Task, reaction: Reaction): Promise<void> {
  if (payload.origin.type === 'comment') await github.react(payload.origin.commentId, reaction);
}

/** The reaction is given also where GitHub refuses the answer for good. */
async function tellFailure(task: Task, reason: string): Promise<void> {
  if (!(await mayCommand(task))) return;
  const answer = `${code(task.payload.command.text)} could not be run: ${code(reason)}. Comment it again to retry.`;
  try {
    for (const pull of await targetsOf(task)) await end(task, pull, { answer, reaction: null });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await react(task, '-1');
    throw error;
  }
  await react(task, '-1');
}
