/** The words of a command as arguments of pytest (an allowlist, each its own argument, no shell), and for people. */
import type { PlanArguments } from './request-schema.ts';

/** What pytest gets after the options of the repository's configuration. */
export function pytestArguments(args: PlanArguments): string[] {
  return [
    ...(args.keyword === null ? [] : ['-k', args.keyword]),
    ...(args.marker === null ? [] : ['-m', args.marker]),
    ...(args.maxfail === null ? [] : [`--maxfail=${args.maxfail}`]),
    ...args.paths,
  ];
}

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
