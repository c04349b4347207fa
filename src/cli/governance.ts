/** `codexctl governance`: the rulesets that make governance true on GitHub, compared and written. */
import type { Command } from 'commander';
import { UserError } from '../errors.ts';
import { type Octokit, type RepositoryName, repositoryName } from '../github/client.ts';
import { createRuleset, updateRuleset } from '../github/rulesets.ts';
import type { RulesetChange } from '../merge/governance/ruleset-changes.ts';
import { describeMistake } from '../repository/config.ts';
import { repositoryArgument, wholeNumber } from './arguments.ts';
import { connectAdministrator, readConfig } from './github.ts';
import { printLines } from './output.ts';
import { type Comparison, compareRulesets, explained, type Options } from './rulesets.ts';

export function addGovernance(codexctl: Command): void {
  const governance = codexctl
    .command('governance')
    .description('Compares the rulesets of a repository with what its governance needs, and writes them.');
  const described = (name: string, description: string) =>
    governance
      .command(name)
      .description(description)
      .argument('<repository>', 'OWNER/REPO', repositoryArgument)
      .option(
        '--approvals <n>',
        'approvals that a pull request needs (default: as it is, else 1)',
        wholeNumber(0, 10),
      );
  described('check', 'Shows what `apply` would change. Exit code 1: something.').action(
    async (repository, options) => {
      const comparison = await compareRulesets(repository, options);
      print(comparison);
      process.exitCode = comparison.changes.every(({ type }) => type === 'none') ? 0 : 1;
    },
  );
  described('apply', 'Shows and makes the changes, with the token of an administrator in GH_TOKEN.').action(
    apply,
  );
}

async function apply(repository: string, options: Options): Promise<void> {
  const comparison = await compareRulesets(repository, options);
  print(comparison);
  if (comparison.changes.every(({ type }) => type === 'none')) return;
  if (comparison.changes.some(({ type }) => type === 'refused')) {
    throw new UserError('Nothing was changed.', 'Rename or mend the ruleset named above, then apply again.');
  }
  const { github } = readConfig(process.env);
  const octokit = await connectAdministrator(process.env, github.apiUrl);
  if (!octokit) {
    throw new UserError(
      'Nothing was changed: the App may not write rulesets, and should not.',
      'Set GH_TOKEN to the token of an administrator of the repository, e.g. GH_TOKEN="$(gh auth token)".',
    );
  }
  const name = repositoryName(repository);
  for (const change of comparison.changes) await explained(write(octokit, name, change), name);
  process.stdout.write('Done.\n');
}

async function write(octokit: Octokit, name: RepositoryName, change: RulesetChange): Promise<void> {
  if (change.type === 'create') await createRuleset(octokit, name, change.wanted);
  if (change.type === 'update') await updateRuleset(octokit, name, change.current, change.wanted);
}

function print({ changes, conflicts, mistakes }: Comparison): void {
  printLines([
    ...mistakes.map((mistake) => `Mistake: ${describeMistake(mistake)}`),
    ...changes.flatMap(linesOf),
    ...conflicts.flatMap(({ what, next }) => [`Warning: ${what}`, `  ${next}`]),
  ]);
}

function linesOf(change: RulesetChange): string[] {
  const { name } = change.wanted;
  if (change.type === 'none') return [`${name}: as it should be`];
  if (change.type === 'refused') return [`${name}: not touched: ${change.reason}`];
  const title = change.type === 'create' ? 'to be created' : 'to be changed';
  return [`${name}: ${title}`, ...change.differences.map((difference) => `  ${difference}`)];
}
