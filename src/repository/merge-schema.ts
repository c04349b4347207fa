/** The sections `governance` and `merge` of `.github/codex.yml`: what may land, and how. */
import { z } from 'zod';
import { count, line, lines, listOf, map, yesOrNo } from './words.ts';

/** GitHub's own patterns of branches: `*` stops at a slash, `**` does not. */
const branchPattern = line.regex(/^[^\s~^:\\[\]{}]+$/, 'is not a pattern of branches, e.g. release/*');

const headTemplate = line.regex(
  /^(?=.*\{ticket\})(?!.*(\{ticket\}|\{slug\}).*\1)(?![-./])(?:[A-Za-z0-9._/-]|\{ticket\}|\{slug\})+$/,
  'must be a branch with one {ticket} and, if wanted, one {slug}, e.g. feature/{ticket}-{slug}',
);

const ticketLink = line.regex(
  /^https:\/\/[^\s{}]+\{ticket\}[^\s{}]*$/,
  'must be an https address with {ticket}, e.g. https://example.com/browse/{ticket}',
);

export const governanceSchema = map({
  protected: listOf(branchPattern, 'branch patterns')
    .min(1, 'is empty')
    .default(['main', 'release/*'])
    .describe('Base branches that change only through `/codex pr`.'),
  branches: listOf(headTemplate, 'branch templates')
    .min(1, 'is empty')
    .default(['feature/{ticket}', 'feature/{ticket}-{slug}'])
    .describe('What head branches may be called. A `{ticket}` is like ABC-123 or 123.'),
  exempt_authors: lines('logins')
    .default([])
    .describe('Logins whose head branches may have any name, e.g. `dependabot[bot]`.'),
  ticket_link: ticketLink.optional().describe('Where a ticket is found: an address with `{ticket}`.'),
});

export const mergeSchema = map({
  block_labels: lines('labels')
    .default(['do-not-merge'])
    .describe('Labels that keep a pull request from being merged; `*` for any label.'),
  priority_labels: lines('labels')
    .default([])
    .describe('Labels of pull requests that go before others into the same base.'),
  replan: yesOrNo.default(true).describe('Plan again by itself where the base has moved since the plan.'),
  max_plans: count('plans', 1, 50).default(5).describe('Plans that one `/codex pr` may cause.'),
  expires_hours: count('hours', 1, 720)
    .default(24)
    .describe('Hours after which a `/codex pr` that still waits is given up.'),
  delete_branch: yesOrNo
    .default(false)
    .describe('Delete the head branch once it is merged, where it is in this repository.'),
  title: line
    .default('{title} (#{number})')
    .describe('The commit’s title: `{title}`, `{number}`, `{ticket}`.'),
  body: z
    .enum(['description', 'commits', 'none'], 'must be "description", "commits" or "none"')
    .default('description')
    .describe('What the commit’s message says below its title, before the trailers.'),
});

/** What holds for a key with a mistake: the strictest it could have meant. Keys that loosen nothing have none. */
export const STRICTEST = {
  governance: { protected: ['**'], branches: ['feature/{ticket}'], exempt_authors: [] as string[] },
  merge: {
    block_labels: ['*'],
    priority_labels: [] as string[],
    replan: false,
    max_plans: 1,
    expires_hours: 1,
    delete_branch: false,
  },
};
