/** `codexctl governance`: the rulesets that make governance true on GitHub, compared and written. */
import type { Command } from 'commander';
import { UserError } from '../errors.ts';
import { type Octokit, type RepositoryName, repositoryName } from '../github/client.ts';
import { readFile } from '../github/content.ts';
import { answerOf } from '../github/failure.ts';
import { readRepository } from '../github/repository.ts';
import type { Ruleset } from '../github/ruleset.ts';
import { createRuleset, getRuleset, listRulesets, updateRuleset } from '../github/rulesets.ts';
import { visibleLine } from '../markdown/text.ts';
import { changeTo, type RulesetChange } from '../merge/governance/ruleset-changes.ts';
import { type Conflict, conflictsOf } from '../merge/governance/ruleset-conflicts.ts';
import { REQUIREMENTS, UPDATES, wantedRulesets } from '../merge/governance/rulesets.ts';
import {
  CONFIG_FILE,
  describeMistake,
  type ParsedConfig,
  parseRepositoryConfig,
} from '../repository/config.ts';
import { connectAdministrator, connectApp, readConfig } from './github.ts';

const DEFAULT_APPROVALS = 1;

interface Options {
  readonly approvals?: number;
}

interface Comparison {
  readonly changes: readonly RulesetChange[];
  readonly conflicts: readonly Conflict[];
  readonly mistakes: ParsedConfig['mistakes'];
}

export function addGovernance(codexctl: Command): void {
  const governance = codexctl
    .command('governance')
    .description('Compares the rulesets of a repository with what its governance needs, and writes them.');
  const described = (name: string, description: string) =>
    governance
      .command(name)
      .description(description)
      .argument('<repository>', 'owner/name')
      .option('--approvals <n>', 'approvals that a pull request needs (default: as it is, else 1)', Number);
  described('check', 'Shows what `apply` would change. Exit code 1: something.').action(
    async (repository, options) => {
      const comparison = await compare(repository, options);
      print(comparison);
      process.exitCode = comparison.changes.every(({ type }) => type === 'none') ? 0 : 1;
    },
  );
  described('apply', 'Shows and makes the changes, with the token of an administrator in GH_TOKEN.').action(
    apply,
  );
}

/** What stands on GitHub, and what should: by the configuration of the default branch. */
async function compare(repository: string, { approvals }: Options): Promise<Comparison> {
  if (approvals !== undefined && !(Number.isInteger(approvals) && approvals >= 0 && approvals <= 10)) {
    throw new UserError('--approvals is not a number.', 'Give a whole number from 0 to 10.');
  }
  const { github, maxima } = readConfig(process.env);
  const { appId, installed } = await connectApp(github);
  const name = repositoryName(repository);
  const asApp = await installed(name);
  const octokit = (await connectAdministrator(process.env, github.apiUrl)) ?? asApp;
  const { defaultBranch, fullName } = await readRepository(asApp, name);
  const text = await readFile(asApp, name, defaultBranch, CONFIG_FILE);
  const { config, mistakes } = parseRepositoryConfig(text, maxima);
  const rulesets = await readRulesets(octokit, name);
  const wishes = { config: config.governance, appId, approvals: approvals ?? approvalsOf(rulesets) };
  const changes = wantedRulesets(wishes).map((wanted) => changeTo(wanted, rulesets, fullName));
  const others = rulesets.filter(({ name, sourceType }) => sourceType !== 'Repository' || !isOurs(name));
  const patterns = config.governance.protected;
  return { changes, mistakes, conflicts: conflictsOf({ rulesets: others, appId, patterns, defaultBranch }) };
}

function isOurs(name: string): boolean {
  return name === UPDATES || name === REQUIREMENTS;
}

async function readRulesets(octokit: Octokit, name: RepositoryName): Promise<readonly Ruleset[]> {
  const listed = await explained(listRulesets(octokit, name), name);
  return Promise.all(listed.map(({ id }) => getRuleset(octokit, name, id)));
}

/** A number that somebody has raised stays. */
function approvalsOf(rulesets: readonly Ruleset[]): number {
  const ours = rulesets.find(({ name, sourceType }) => sourceType === 'Repository' && name === REQUIREMENTS);
  const rule = ours?.rules.find(({ type }) => type === 'pull_request');
  const count = rule?.parameters.required_approving_review_count;
  return typeof count === 'number' ? count : DEFAULT_APPROVALS;
}

async function apply(repository: string, options: Options): Promise<void> {
  const comparison = await compare(repository, options);
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

/** A refusal is about the token, the plan or the repository: its words are for the person. */
async function explained<Value>(work: Promise<Value>, { owner, repo }: RepositoryName): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    const answer = answerOf(error);
    if (!answer || answer.status < 400 || answer.status >= 500) throw error;
    throw new UserError(
      `GitHub refused: ${answer.message}`,
      `The token must be one of an administrator of ${owner}/${repo}; private repositories need a plan with rulesets.`,
      { cause: error },
    );
  }
}

function print({ changes, conflicts, mistakes }: Comparison): void {
  const lines = [
    ...mistakes.map((mistake) => `Mistake: ${describeMistake(mistake)}`),
    ...changes.flatMap(linesOf),
    ...conflicts.flatMap(({ what, next }) => [`Warning: ${what}`, `  ${next}`]),
  ];
  process.stdout.write(lines.map((line) => `${visibleLine(line)}\n`).join(''));
}

function linesOf(change: RulesetChange): string[] {
  const { name } = change.wanted;
  if (change.type === 'none') return [`${name}: as it should be`];
  if (change.type === 'refused') return [`${name}: not touched: ${change.reason}`];
  const title = change.type === 'create' ? 'to be created' : 'to be changed';
  return [`${name}: ${title}`, ...change.differences.map((difference) => `  ${difference}`)];
}
