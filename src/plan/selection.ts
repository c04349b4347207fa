import type { PlanArguments } from './request-schema.ts';

/** A sentence for the report where a plan was not about all tests: its success says nothing of the others. */
export function selectionInWords({ failed, keyword, marker, paths }: PlanArguments): string | null {
  const words = [
    ...(failed ? ['--failed'] : []),
    ...(keyword === null ? [] : [`-k "${keyword}"`]),
    ...(marker === null ? [] : [`-m "${marker}"`]),
    ...paths,
  ];
  return words.length === 0 ? null : `Only some of the tests were asked for: \`${words.join(' ')}\`.`;
}
