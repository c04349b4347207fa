/** What the pull request itself says against its merge. */
import { governanceProblems } from '../governance/rules.ts';
import type { Snapshot } from '../snapshot.ts';
import { enumerated, quoted } from '../words.ts';
import { type Finding, findingIf, type Rule } from './rule.ts';

/** In `merge.block_labels`: any label blocks. */
const ANY = '*';

export const baseGone: Rule = {
  code: 'base_gone',
  effect: 'block',
  owner: 'operator',
  when: 'The base branch does not exist.',
  evaluate: ({ baseSha, request }) =>
    findingIf(baseSha === null, {
      what: `The base branch ${quoted(request.baseRef)} does not exist any more.`,
      next: 'Restore it, or change the base and comment `/codex pr` again.',
    }),
};

export const draft: Rule = {
  code: 'draft',
  effect: 'block',
  owner: 'author',
  when: 'The pull request is a draft.',
  evaluate: ({ pull }) =>
    findingIf(pull.draft, {
      what: 'The pull request is a draft.',
      next: 'Mark it as ready for review.',
    }),
};

/** Drafts are a rule of their own, for bases that are not protected, too. */
export const governance: Rule = {
  code: 'governance',
  effect: 'block',
  owner: 'author',
  when: 'The base is protected, and the head branch or the title is not as governance asks.',
  evaluate: ({ pull, config }) =>
    governanceProblems(pull, config.governance)
      .filter(({ code }) => code !== 'draft')
      .map(({ what, next }) => ({ what, next })),
};

export const blockingLabel: Rule = {
  code: 'blocking_label',
  effect: 'block',
  owner: 'author',
  when: 'It has a label of `merge.block_labels`.',
  evaluate: (snapshot) => blockingLabels(snapshot).map(blockedBy),
};

/** GitHub tells labels apart without regard to case. */
function blockingLabels({ pull, config }: Snapshot): readonly string[] {
  const blocking = new Set(config.merge.block_labels.map((label) => label.toLowerCase()));
  return blocking.has(ANY) ? pull.labels : pull.labels.filter((label) => blocking.has(label.toLowerCase()));
}

function blockedBy(label: string): Finding {
  return {
    what: `The label ${quoted(label)} keeps it from being merged.`,
    next: 'Remove the label once its cause is gone.',
  };
}

const WORKFLOWS = '.github/workflows/';

export const workflowFiles: Rule = {
  code: 'workflow_files',
  effect: 'block',
  owner: 'operator',
  when: 'It changes workflows, and Codex has no permission to write them.',
  evaluate: ({ files, mayWriteWorkflows }) => {
    const workflows = files.paths.filter((path) => path.startsWith(WORKFLOWS));
    return findingIf(workflows.length > 0 && !mayWriteWorkflows, {
      what: `It changes ${enumerated(workflows.map(quoted))}, and the App may not write workflows.`,
      next: 'Give the App the permission `workflows: write` and accept it for this installation.',
    });
  },
};

export const filesUnlisted: Rule = {
  code: 'files_unlisted',
  effect: 'block',
  owner: 'operator',
  when: 'GitHub does not list all of its files, and Codex has no permission to write workflows.',
  evaluate: ({ files, mayWriteWorkflows }) =>
    findingIf(!files.complete && !mayWriteWorkflows, {
      what: 'It changes more files than GitHub lists, so there may be workflows among them, which the App may not write.',
      next: 'Give the App the permission `workflows: write`, or split the pull request.',
    }),
};
