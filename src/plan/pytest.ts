/** From the words of a command to the arguments of pytest: an allowlist, each its own argument, no shell. */
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
