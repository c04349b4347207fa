/** Which strategy of which repository an alert is about, as far as it is shown that the sender may say so. */
import type { KeyObject } from 'node:crypto';
import { repositoryName, strategyName } from '../alert.ts';
import type { Entries } from './message.ts';
import { readToken, type Subject } from './token.ts';

type Found = { readonly subject: Subject } | { readonly unauthorized: string } | { readonly mistake: string };

/** Of an alert with tokens: they bind it, whatever the message says. */
export function subjectOfTokens(
  keys: readonly KeyObject[],
  tokens: readonly string[],
  entries: Entries,
): Found {
  const [subject, ...others] = tokens.map((token) => readToken(keys, token));
  if (!subject) {
    return { unauthorized: 'The token is none of this server. `codexctl tradingview token` prints one.' };
  }
  const named = { repository: entries.get('repository'), strategy: entries.get('strategy') };
  if (others.every((other) => other && agrees(subject, other)) && agrees(subject, named)) return { subject };
  return { unauthorized: 'The token is of another repository or strategy.' };
}

/** Of a signed alert without a token: whoever signs may speak for every strategy. */
export function subjectOfEntries(entries: Entries): Found {
  const repository = repositoryName.safeParse(entries.get('repository')).data;
  const strategy = strategyName.safeParse(entries.get('strategy')).data;
  if (repository === undefined) return { mistake: '"repository" is not there, or not OWNER/REPO.' };
  if (strategy === undefined) return { mistake: '"strategy" is not there, or not a name.' };
  return { subject: { repository, strategy } };
}

/** GitHub's names are the same in capitals; what is not named agrees. */
function agrees(
  { repository, strategy }: Subject,
  named: { readonly [Name in keyof Subject]: string | number | undefined },
): boolean {
  const sameRepository = String(named.repository ?? repository).toLowerCase() === repository.toLowerCase();
  return sameRepository && String(named.strategy ?? strategy) === strategy;
}
