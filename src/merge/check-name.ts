/** The check runs of a merge and of governance as GitHub's events name them. */
export const MERGE_CHECK = 'codex/pr';
export const GOVERNANCE_CHECK = 'codex/governance';
