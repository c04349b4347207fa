import { RULES } from '../../src/merge/rules/rules.ts';
import { table } from './table.ts';

/** Every reason that keeps a pull request from being merged, in the order in which they are told. */
export function mergeRulesTable(): string {
  const rows = RULES.map(({ code, when, effect, owner }) => [`\`${code}\``, when, effect, owner]);
  return table(['Reason', 'When', 'Effect', 'Who mends it'], rows);
}
