import { UserError } from '../errors.ts';
import type { Decision } from './decide.ts';
import type { Standing } from './subject.ts';

/** Where a subscription, or paying for one, is what is missing. */
const MENDED_BY_SUBSCRIBING: ReadonlySet<Standing> = new Set([
  'none',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
  'incomplete_expired',
  'canceled',
]);

/** A denied decision as the person is told it. `link` is where the account subscribes; null: nowhere. */
export function refusal(decision: Decision, link: string | null): UserError {
  const what = `This needs \`${decision.capability}\`, which you do not have here. ${decision.reason}`;
  const subscribe = link !== null && MENDED_BY_SUBSCRIBING.has(decision.subscription);
  return new UserError(
    what,
    subscribe ? `[Subscribe, or mend the subscription](${link}).` : 'Ask whoever operates this Codex.',
  );
}
