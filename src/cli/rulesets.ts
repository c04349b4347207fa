/** The rulesets of a repository on GitHub beside those that its governance needs. */
import { UserError } from '../errors.ts';
import { readApp } from '../github/app.ts';
import { readPushingApps } from '../github/classic-protection.ts';
import { type Octokit, type RepositoryName, repositoryName } from '../github/client.ts';
import { readFile } from '../github/content.ts';
import { answerOf, classifyFailure } from '../github/failure.ts';
import { readRepository } from '../github/repository.ts';
import type { Ruleset } from '../github/ruleset.ts';
import { getRuleset, listRulesets } from '../github/rulesets.ts';
import { changeTo, type RulesetChange } from '../merge/governance/ruleset-changes.ts';
import { type Conflict, classicConflicts, conflictsOf } from '../merge/governance/ruleset-conflicts.ts';
import { REQUIREMENTS, UPDATES, wantedRulesets } from '../merge/governance/rulesets.ts';
import { CONFIG_FILE, type ParsedConfig, parseRepositoryConfig } from '../repository/config.ts';
import { connectAdministrator, connectApp, readConfig } from './github.ts';

const DEFAULT_APPROVALS = 1;

export interface Options {
  readonly approvals?: number;
}

export interface Comparison {
  readonly changes: readonly RulesetChange[];
  readonly conflicts: readonly Conflict[];
  /** Of `.github/codex.yml` on the default branch. */
  readonly mistakes: ParsedConfig['mistakes'];
  /** Who may bypass a ruleset is shown to administrators only; false: it was not compared. */
  readonly bypassShown: boolean;
}

/** What stands on GitHub, and what should: by the configuration of the default branch. */
export async function compareRulesets(repository: string, { approvals }: Options): Promise<Comparison> {
  const { github, maxima } = readConfig(process.env);
  const { appId, app, installed } = await connectApp(github);
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
  return {
    changes,
    mistakes,
    conflicts: [
      ...conflictsOf({ rulesets: others, appId, patterns, defaultBranch }),
      ...(await readClassicConflicts(octokit, name, patterns, (await readApp(app)).slug)),
    ],
    bypassShown: rulesets.every(
      ({ sourceType, bypassActors }) => sourceType !== 'Repository' || bypassActors !== null,
    ),
  };
}

/** Of the branches that the configuration names without a wildcard: GitHub has no list of classic protections. */
async function readClassicConflicts(
  octokit: Octokit,
  name: RepositoryName,
  patterns: readonly string[],
  slug: string,
): Promise<readonly Conflict[]> {
  const branches = patterns.filter((pattern) => !/[*?]/.test(pattern));
  const found = await Promise.all(
    branches.map(async (branch) => {
      try {
        return classicConflicts(branch, await readPushingApps(octokit, name, branch), slug);
      } catch (error) {
        if (classifyFailure(error, Date.now())?.kind !== 'forbidden') throw error;
        return [unreadProtection(branch)];
      }
    }),
  );
  return found.flat();
}

/** The App may do without the permission to see it. */
function unreadProtection(branch: string): Conflict {
  return {
    what: `The classic protection of ${branch} could not be read.`,
    next: 'Run this with the token of an administrator in GH_TOKEN, or grant the App administration: read.',
  };
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

/** A refusal is about the token, the plan or the repository: its words are for the person. */
export async function explained<Value>(
  work: Promise<Value>,
  { owner, repo }: RepositoryName,
): Promise<Value> {
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
