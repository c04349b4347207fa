import { governanceProblems } from '../governance/rules.ts';
import type { Rule } from './rule.ts';

/** Drafts are a rule of their own, for bases that are not protected, too. */
export const governance: Rule = {
  code: 'governance',
  effect: 'block',
  owner: 'author',
  when: 'The base is protected, and the head branch or the title is not as governance asks.',
  evaluate: ({ pull, config }) =>
    governanceProblems(pull, config.governance)
      .filter(({ code }) => code !== 'draft')
      .map(({ what, next }) => ({ what, next })),
};
