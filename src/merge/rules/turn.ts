import { enumerated, quoted } from '../words.ts';
import { findingIf, type Rule } from './rule.ts';

export const notFirst: Rule = {
  code: 'not_first',
  effect: 'wait',
  owner: 'CI',
  when: 'Other merges into the same base go first.',
  evaluate: ({ ahead, request }) =>
    findingIf(ahead.length > 0, {
      what: `${enumerated(ahead.map((pull) => `\`#${pull}\``))} ${ahead.length === 1 ? 'goes' : 'go'} first into ${quoted(request.baseRef)}: position ${ahead.length + 1}.`,
      next: 'Nothing to do: merges into one base land one after the other.',
    }),
};
