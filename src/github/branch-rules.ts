import { isProtected } from './branch.ts';
import { combineRequirements, NO_REQUIREMENTS, type Requirements } from './branch-requirements.ts';
import { readRulesetRequirements } from './branch-ruleset-rules.ts';
import { readClassicRequirements } from './classic-protection.ts';
import type { Octokit, RepositoryName } from './client.ts';
import { answerOf, classifyFailure } from './failure.ts';

export interface BranchRules extends Requirements {
  /** Why a part could not be read, in words; null: all was. The rules may ask for more than this tells. */
  readonly unread: string | null;
}

interface Part {
  readonly requirements: Requirements;
  readonly unread: string | null;
}

/** What GitHub asks for before `branch` may change, of rulesets and classic protection together. */
export async function readBranchRules(
  octokit: Octokit,
  name: RepositoryName,
  branch: string,
): Promise<BranchRules> {
  const [rulesets, classic] = await Promise.all([
    unlessForbidden('The rules of rulesets', () => readRulesetRequirements(octokit, name, branch)),
    unlessForbidden('The classic branch protection', () => readClassicRequirements(octokit, name, branch)),
  ]);
  const needless = classic.unread !== null && !(await isProtected(octokit, name, branch));
  const unread = [rulesets.unread, needless ? null : classic.unread].filter((reason) => reason !== null);
  return {
    ...combineRequirements([rulesets.requirements, classic.requirements]),
    unread: unread.length > 0 ? unread.join(' ') : null,
  };
}

async function unlessForbidden(what: string, read: () => Promise<Requirements>): Promise<Part> {
  try {
    return { requirements: await read(), unread: null };
  } catch (error) {
    if (classifyFailure(error, Date.now())?.kind !== 'forbidden') throw error;
    const words = answerOf(error)?.message ?? '';
    const unread = isNotOffered(words) ? null : `${what} could not be read. GitHub says: ${words}`;
    return { requirements: NO_REQUIREMENTS, unread };
  }
}

/** A private repository of a free account has neither kind of rules: GitHub refuses to read what it does not offer. */
function isNotOffered(words: string): boolean {
  return words.startsWith('Upgrade to GitHub');
}
