/** A comparison with a number, such as `>= 10`: the only arithmetic that rules about alerts know. */
import { z } from 'zod';

const COMPARISON = /^\s*(>=|<=|==|!=|>|<)\s*([+-]?\d{1,15}(?:\.\d{1,15})?)\s*$/;

const HOLDS: ReadonlyMap<string, (value: number, limit: number) => boolean> = new Map([
  ['>=', (value: number, limit: number) => value >= limit],
  ['<=', (value: number, limit: number) => value <= limit],
  ['==', (value: number, limit: number) => value === limit],
  ['!=', (value: number, limit: number) => value !== limit],
  ['>', (value: number, limit: number) => value > limit],
  ['<', (value: number, limit: number) => value < limit],
]);

export const comparison = z
  .string('must be a comparison in quotes, e.g. ">= 10"')
  .max(60, 'is longer than 60 characters')
  .regex(COMPARISON, 'must be a comparison, e.g. ">= 10"');

/** Whether `value` is as `written`, which `comparison` has taken; what it would not take never holds. */
export function holds(written: string, value: number): boolean {
  const [, operator = '', limit = ''] = COMPARISON.exec(written) ?? [];
  return HOLDS.get(operator)?.(value, Number(limit)) ?? false;
}
