import { UserError } from '../errors.ts';
import type { Decision } from './decide.ts';
import type { Standing } from './subject.ts';

/** Who can do what about a denied decision. `subscribe`: there is nothing that a new subscription would stand beside. */
type Remedy = 'subscribe' | 'settle' | 'ask';

const REMEDIES: Readonly<Record<Standing, Remedy>> = {
  off: 'ask',
  none: 'subscribe',
  trialing: 'ask',
  active: 'ask',
  past_due: 'settle',
  unpaid: 'settle',
  paused: 'settle',
  incomplete: 'subscribe',
  incomplete_expired: 'subscribe',
  canceled: 'subscribe',
  unknown: 'ask',
};

export interface Selling {
  /** The login of the account that pays. */
  readonly owner: string;
  /** Where that account subscribes. */
  readonly link: string;
}

/** A denied decision as the person is told it. `selling`: null where nothing is sold that would help. */
export function refusal(decision: Decision, selling: Selling | null): UserError {
  const what = `This needs \`${decision.capability}\`, which you do not have here. ${decision.reason}`;
  return new UserError(what, selling ? nextStep(REMEDIES[decision.subscription], selling) : ASK);
}

const ASK = 'Ask whoever operates this Codex.';

function nextStep(remedy: Remedy, { owner, link }: Selling): string {
  switch (remedy) {
    case 'subscribe':
      return `[Subscribe for \`${owner}\`](${link}), then give the command again.`;
    case 'settle':
      return `Whoever pays for \`${owner}\` settles that in Stripe's portal; whoever operates this Codex has the link to it (\`codexctl billing link ${owner}\`).`;
    case 'ask':
      return ASK;
  }
}
