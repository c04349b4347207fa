/** The check run of a merge as GitHub's events name it. */
export const MERGE_CHECK = 'codex/pr';
