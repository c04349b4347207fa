import type { Rule } from './rule.ts';

export const governance: Rule = {
  code: 'governance',
  effect: 'block',
  owner: 'author',
  when: "The head branch or the title is not as the repository's governance asks.",
  evaluate: () => [],
};
