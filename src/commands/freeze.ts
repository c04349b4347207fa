import { z } from 'zod';
import { UserError } from '../errors.ts';
import { defineCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { code } from './quote.ts';

const MAX_REASON = 500;

/** The option that `freeze` and `unfreeze` share. */
const REPOSITORY = {
  flag: '--repository',
  value: null,
  summary: 'all bases of the repository, in place of this pull request’s',
} as const;

export const freeze = defineCommand({
  name: 'freeze',
  capability: null,
  summary: 'Stops merges into the base of this pull request until `/codex unfreeze`; for maintainers.',
  positional: {
    key: 'reason',
    label: 'reason…',
    many: true,
    summary: 'shown on every pull request that waits',
  },
  options: { repository: REPOSITORY },
  examples: [
    { command: '/codex freeze release 2.4 is being cut', summary: 'nothing lands on this base' },
    { command: '/codex freeze --repository incident', summary: 'nothing lands on any base' },
  ],
  schema: z.object({ reason: z.array(z.string()), repository: z.boolean() }),
  async run(context, { reason, repository }) {
    const baseRef = await scopeOf(context, repository);
    const words = reason.join(' ').slice(0, MAX_REASON) || 'no reason was given';
    const { effects, pull, sender } = context;
    effects.merges.freeze({ pull, baseRef, reason: words, by: sender });
    return {
      answer: `Merges into ${nameOf(baseRef)} are frozen: ${code(words)}. \`${unfreezeOf(baseRef)}\` lifts it.`,
      reaction: '+1',
    };
  },
});

export const unfreeze = defineCommand({
  name: 'unfreeze',
  capability: null,
  summary: 'Lifts the freeze of the base of this pull request; for maintainers.',
  positional: null,
  options: { repository: REPOSITORY },
  examples: [{ command: '/codex unfreeze', summary: 'what waits for this base goes on' }],
  schema: z.object({ repository: z.boolean() }),
  async run(context, { repository }) {
    const baseRef = await scopeOf(context, repository);
    const { effects, pull, sender } = context;
    const lifted = effects.merges.unfreeze(pull, baseRef, sender);
    const other = baseRef === null ? [] : effects.merges.standing(pull, baseRef);
    const answer =
      lifted.length > 0 ? `Merges into ${nameOf(baseRef)} go on.` : `${nameOf(baseRef)} is not frozen.`;
    const rest =
      other.length > 0 ? ' The whole repository is: `/codex unfreeze --repository` lifts that.' : '';
    return { answer: `${answer}${rest}`, reaction: '+1' };
  },
});

/** The base that is meant; null: the whole repository. Refuses who is no maintainer. */
async function scopeOf(
  { github, pull, sender }: CommandContext,
  repository: boolean,
): Promise<string | null> {
  const role = await github.roleOf(sender);
  if (role !== 'admin' && role !== 'maintain') {
    throw new UserError(
      `Freezing takes the role maintain or admin; yours is ${role}.`,
      'Ask a maintainer of the repository.',
    );
  }
  return repository ? null : (await github.getPull(pull.number)).baseRef;
}

function nameOf(baseRef: string | null): string {
  return baseRef === null ? 'every base of this repository' : code(baseRef);
}

function unfreezeOf(baseRef: string | null): string {
  return baseRef === null ? '/codex unfreeze --repository' : '/codex unfreeze';
}
