import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { combineRequirements, NO_REQUIREMENTS } from '../../src/github/branch-requirements.ts';
import { readBranchRules } from '../../src/github/branch-rules.ts';
import type { Octokit } from '../../src/github/client.ts';
import { answerInPages, connectDocumented, disconnect, forget, name, repository } from './documented.ts';

const BRANCH = '/branches/release%2F1';
const PROTECTION = `${BRANCH}/protection`;
const RULES = '/rules/branches/release%2F1';
const NONE = { ...NO_REQUIREMENTS, unread: null };

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

const read = () => readBranchRules(octokit, name, 'release/1');
const unprotected = () => repository().get(PROTECTION).reply(404, { message: 'Branch not protected' });

const reviewRule = {
  type: 'pull_request',
  ruleset_source_type: 'Organization',
  parameters: {
    required_approving_review_count: 1,
    require_code_owner_review: true,
    require_last_push_approval: false,
    dismiss_stale_reviews_on_push: false,
    required_review_thread_resolution: false,
    allowed_merge_methods: ['squash', 'rebase'],
  },
};
const checksRule = (checks: object[], strict = false) => ({
  type: 'required_status_checks',
  parameters: { required_status_checks: checks, strict_required_status_checks_policy: strict },
});
const classic = {
  required_status_checks: {
    strict: true,
    contexts: ['ci/lint', 'ci/old'],
    checks: [
      { context: 'ci/lint', app_id: 15368 },
      { context: 'ci/any', app_id: -1 },
      { context: 'ci/none', app_id: null },
    ],
  },
  required_pull_request_reviews: {
    dismiss_stale_reviews: true,
    require_code_owner_reviews: false,
    required_approving_review_count: 2,
    require_last_push_approval: true,
  },
  required_conversation_resolution: { enabled: true },
};

describe('the rules of a branch', () => {
  it('are none where there are none', async () => {
    answerInPages(RULES, []);
    unprotected();
    expect(await read()).toEqual(NONE);
  });

  it('are those of every ruleset, over all pages', async () => {
    const checks = Array.from({ length: 150 }, (_, n) => checksRule([{ context: `ci/${n}` }]));
    answerInPages(RULES, [
      reviewRule,
      { type: 'required_linear_history' },
      ...checks,
      { type: 'merge_queue' },
    ]);
    unprotected();

    const rules = await read();

    expect(rules).toMatchObject({ approvals: 1, unread: null });
    expect(rules.checks).toHaveLength(150);
  });

  it('bind a check to its App where one is named', async () => {
    answerInPages(RULES, [checksRule([{ context: 'a', integration_id: 15368 }, { context: 'b' }], true)]);
    unprotected();

    expect(await read()).toMatchObject({
      checks: [
        { context: 'a', appId: 15368 },
        { context: 'b', appId: null },
      ],
    });
  });

  it('of classic protection say with -1, null or nothing that any App may report', async () => {
    answerInPages(RULES, []);
    repository().get(PROTECTION).reply(200, classic);

    expect(await read()).toEqual({
      ...NONE,
      approvals: 2,
      dismissStale: true,
      threadResolution: true,
      checks: [
        { context: 'ci/lint', appId: 15368 },
        { context: 'ci/any', appId: null },
        { context: 'ci/none', appId: null },
        { context: 'ci/old', appId: null },
      ],
    });
  });

  it('that make no sense are an error, and not taken for none', async () => {
    answerInPages(RULES, [{ type: 'pull_request', parameters: { required_approving_review_count: '1' } }]);
    unprotected();
    await expect(read()).rejects.toThrow();
  });
});

describe('rules that may not be read', () => {
  const denied = () =>
    repository().get(PROTECTION).reply(403, { message: 'Resource not accessible by integration' });

  it('are said to be unread, and the others hold', async () => {
    answerInPages(RULES, [reviewRule]);
    denied();
    repository().get(BRANCH).reply(200, { name: 'release/1', protected: true });

    expect(await read()).toMatchObject({
      approvals: 1,
      unread: expect.stringMatching(/classic branch protection.*Resource not accessible by integration/),
    });
  });

  it('do not exist on a branch that GitHub lists as not protected', async () => {
    answerInPages(RULES, []);
    denied();
    repository().get(BRANCH).reply(200, { name: 'release/1', protected: false });

    expect(await read()).toEqual(NONE);
  });

  it('do not exist where the account has paid for none', async () => {
    const message = 'Upgrade to GitHub Pro or make this repository public to enable this feature.';
    repository().get(RULES).query(true).reply(403, { message });
    repository().get(PROTECTION).reply(403, { message });

    expect(await read()).toEqual(NONE);
  });

  it('because of an outage or a rate limit are an error', async () => {
    answerInPages(RULES, []);
    repository().get(PROTECTION).reply(403, { message: 'x' }, { 'retry-after': '60' });
    await expect(read()).rejects.toMatchObject({ status: 403 });
  });
});

describe('rules together', () => {
  const check = { context: 'ci', appId: 1 };
  const of = (some: Partial<typeof NO_REQUIREMENTS>) => ({ ...NO_REQUIREMENTS, ...some });

  it('ask for the most that any asks for, each check once', () => {
    const other = { context: 'ci', appId: null };
    const all = [of({ approvals: 2, checks: [check] }), of({ dismissStale: true, checks: [check, other] })];
    expect(combineRequirements(all)).toEqual(
      of({ approvals: 2, dismissStale: true, checks: [check, other] }),
    );
  });
});
