/**
 * The rulesets of a repository. Those of its organization or enterprise apply too and are listed with them; Codex
 * reads them and never writes them. Writing needs `administration: write`.
 */
import type { Octokit, RepositoryName } from './client.ts';
import {
  type NewRuleset,
  parseRuleset,
  parseSummaries,
  type Ruleset,
  type RulesetSummary,
  toGitHub,
} from './ruleset.ts';

/** All rulesets that may apply to the repository, without their rules. */
export async function listRulesets(octokit: Octokit, name: RepositoryName): Promise<RulesetSummary[]> {
  const data = await octokit.paginate(octokit.rest.repos.getRepoRulesets, {
    ...name,
    includes_parents: true,
    per_page: 100,
  });
  return parseSummaries(data);
}

export async function getRuleset(octokit: Octokit, name: RepositoryName, id: number): Promise<Ruleset> {
  const { data } = await octokit.rest.repos.getRepoRuleset({ ...name, ruleset_id: id });
  return parseRuleset(data);
}

/** Creates a ruleset of the repository's own. GitHub takes several of one name: look for it first. */
export async function createRuleset(
  octokit: Octokit,
  name: RepositoryName,
  wanted: NewRuleset,
): Promise<Ruleset> {
  const { data } = await octokit.rest.repos.createRepoRuleset({ ...name, ...toGitHub(wanted) });
  return parseRuleset(data);
}

/** Makes the repository's own ruleset `current` what is wanted; one of the organization is not touched but thrown. */
export async function updateRuleset(
  octokit: Octokit,
  name: RepositoryName,
  current: RulesetSummary,
  wanted: NewRuleset,
): Promise<Ruleset> {
  if (current.sourceType !== 'Repository') {
    throw new Error(`The ruleset ${current.name} belongs to ${current.source}, not to the repository.`);
  }
  const { data } = await octokit.rest.repos.updateRepoRuleset({
    ...name,
    ruleset_id: current.id,
    ...toGitHub(wanted),
  });
  return parseRuleset(data);
}
