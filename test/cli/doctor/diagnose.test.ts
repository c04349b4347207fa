import { describe, expect, test } from '@jest/globals';
import { diagnose } from '../../../src/cli/doctor/diagnose.ts';
import type { Facts } from '../../../src/cli/doctor/facts.ts';
import { wantedRulesets } from '../../../src/merge/governance/rulesets.ts';

const NOTHING = { permissions: {}, events: [] };
const ASKED = {
  permissions: { contents: 'write', checks: 'write', workflows: 'write' },
  events: ['pull_request', 'push'],
};
const APP = { id: 1, slug: 'codex', name: 'Codex', url: 'https://github.com/apps/codex', ...ASKED };
const WEBHOOK = {
  url: 'https://codex.example.com/webhooks/github',
  contentType: 'json',
  hasSecret: true,
  verifiesCertificate: true,
};
const INSTALLATION = {
  id: 9,
  suspendedAt: null,
  url: 'https://github.com/settings/installations/9',
  ...ASKED,
};
const COMPARISON = { changes: [], conflicts: [], mistakes: [], bypassShown: true };
const REPOSITORY = {
  name: 'acme/shop',
  installation: { value: INSTALLATION },
  rulesets: { value: COMPARISON },
};
const HEALTHY: Facts = {
  environment: [],
  manifest: ASKED,
  app: { value: { app: APP, webhook: WEBHOOK } },
  repository: REPOSITORY,
  docker: { value: { version: '20.10' } },
  image: { name: 'codex-sandbox', found: { value: { derived: true } } },
};

const found = (facts: Partial<Facts>) =>
  diagnose({ ...HEALTHY, ...facts }).map(({ about, what, fix }) => `${about}: ${what} → ${fix}`);
const withWebhook = (webhook: Partial<typeof WEBHOOK> | { url: null }) =>
  found({ app: { value: { app: APP, webhook: { ...WEBHOOK, ...webhook } } } });
const withRulesets = (comparison: object) =>
  found({ repository: { ...REPOSITORY, rulesets: { value: { ...COMPARISON, ...comparison } } } });

test('a healthy installation has no problem', () => {
  expect(diagnose(HEALTHY)).toEqual([]);
  expect(diagnose({ ...HEALTHY, app: null, repository: null, image: null })).toEqual([]);
});

describe('the App', () => {
  test('whose registration lacks what app.yml asks for', () => {
    const app = {
      ...APP,
      permissions: { contents: 'read', checks: 'write', workflows: 'write' },
      events: ['push'],
    };
    expect(found({ app: { value: { app, webhook: WEBHOOK } } })).toEqual([
      expect.stringMatching(
        /^permission contents: The App does not ask for contents: write\..*settings of the App/,
      ),
      expect.stringMatching(/^event pull_request: The App does not ask for the event pull_request\./),
    ]);
  });

  test('whose owner has not accepted what it asks for: told once, by the side that can mend it', () => {
    const value = { ...INSTALLATION, permissions: { contents: 'write' }, events: [] };
    const problems = found({ repository: { ...REPOSITORY, installation: { value } } });
    expect(problems).toHaveLength(4);
    expect(problems[0]).toBe(
      'permission checks: The installation does not grant checks: write. → Accept the new permissions: https://github.com/settings/installations/9',
    );
    const both = found({
      app: { value: { app: { ...APP, ...NOTHING }, webhook: WEBHOOK } },
      repository: { ...REPOSITORY, installation: { value: { ...INSTALLATION, ...NOTHING } } },
    });
    expect(both).toHaveLength(5);
  });

  test('without an optional permission works, with less', () => {
    const value = { ...INSTALLATION, permissions: { contents: 'write', checks: 'admin' } };
    expect(diagnose({ ...HEALTHY, repository: { ...REPOSITORY, installation: { value } } })).toEqual([
      expect.objectContaining({
        optional: true,
        what: 'The installation does not grant workflows: write. Pull requests that change .github/workflows cannot be merged.',
      }),
    ]);
  });

  test.each([
    [{ url: null }, 'has no webhook'],
    [
      { url: 'https://codex.example.com/hook' },
      'goes to https://codex.example.com/hook; Codex listens at /webhooks/github',
    ],
    [{ contentType: 'form' }, 'sends form, not json'],
    [{ hasSecret: false }, 'has no secret'],
    [{ verifiesCertificate: false }, "does not check the server's certificate"],
  ])('whose webhook is wrong: %j', (webhook, words) => {
    expect(withWebhook(webhook)).toEqual([expect.stringContaining(words)]);
  });

  test('may get webhooks by a development channel', () => {
    expect(withWebhook({ url: 'https://smee.io/abc' })).toEqual([]);
  });

  test('that is not there: what only it could look at is named', () => {
    const repository = { name: 'acme/shop', installation: null, rulesets: null };
    expect(found({ app: null, repository })).toEqual([
      expect.stringMatching(/^repository: acme\/shop was not looked at.* → Set APP_ID and PRIVATE_KEY/),
    ]);
  });

  test.each([[{ error: 'Bad credentials.' }, 'cannot be read from GitHub: Bad credentials.']])(
    'that GitHub does not know, told once: %j',
    (app, words) => {
      const repository = { ...REPOSITORY, installation: app, rulesets: null };
      expect(found({ app, repository })).toEqual([expect.stringContaining(words)]);
    },
  );

  test.each([
    [{ value: null }, 'is not installed on acme/shop'],
    [{ value: { ...INSTALLATION, suspendedAt: '2026-11-01T00:00:00Z' } }, 'suspended since 2026-11-01'],
    [{ error: 'No answer.' }, 'No answer.'],
  ])('whose installation does not work: %j', (installation, words) => {
    expect(found({ repository: { ...REPOSITORY, installation, rulesets: null } })).toEqual([
      expect.stringContaining(words),
    ]);
  });
});

describe('a repository', () => {
  const [wanted] = wantedRulesets({ config: { protected: ['main'] }, appId: 1, approvals: 1 });

  test.each([
    [{ type: 'create', differences: [] }, 'It is missing. → Run `codexctl governance apply acme/shop`'],
    [
      { type: 'update', differences: ['- enforcement: disabled', '+ enforcement: active'] },
      'enforcement: disabled; +',
    ],
    [
      { type: 'refused', reason: 'there are several of this name' },
      'cannot be used: there are several of this name',
    ],
  ])('whose ruleset is not right: %j', (change, words) => {
    expect(withRulesets({ changes: [{ ...change, wanted }] })).toEqual([expect.stringContaining(words)]);
  });

  test('whose bypasses are not shown is noted', () => {
    expect(withRulesets({ bypassShown: false })).toEqual([expect.stringContaining('GH_TOKEN')]);
  });

  test('with rules of others and mistakes in its file', () => {
    expect(
      withRulesets({
        conflicts: [{ what: 'Theirs blocks.', next: 'Ask them.' }],
        mistakes: [{ key: 'merge.body', reason: 'must be text' }],
      }),
    ).toEqual([
      'rules of others: Theirs blocks. → Ask them.',
      expect.stringContaining('`.github/codex.yml`, `merge.body`: must be text.'),
    ]);
  });

  test('whose rulesets cannot be read', () => {
    expect(found({ repository: { ...REPOSITORY, rulesets: { error: 'GitHub refused.' } } })).toEqual([
      expect.stringContaining('rulesets: GitHub refused.'),
    ]);
  });
});

describe('the machine', () => {
  test('with every mistake of the environment', () => {
    expect(found({ environment: ['APP_ID: is required', 'PORT: is not a number'] })).toEqual([
      expect.stringContaining('APP_ID: is required.'),
      expect.stringContaining('PORT: is not a number.'),
    ]);
  });

  test('without Docker, without the image, or with another one', () => {
    expect(found({ docker: { error: 'No daemon.' }, image: null })).toEqual([
      expect.stringContaining('No daemon.'),
    ]);
    expect(found({ image: { name: 'x', found: { error: 'no such image' } } })).toEqual([
      expect.stringContaining('x is not on the Docker host'),
    ]);
    expect(found({ image: { name: 'x', found: { value: { derived: false } } } })).toEqual([
      expect.stringContaining('was not made from the sandbox image'),
    ]);
  });
});
