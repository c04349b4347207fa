/** The check runs of a merge and of governance as GitHub's events name them. */
export const MERGE_CHECK = 'codex/pr';
export const GOVERNANCE_CHECK = 'codex/governance';

/** The conclusion of codex/governance where nothing but a freeze is in the way, and never else. */
export const FROZEN = 'action_required';
