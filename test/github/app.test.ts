import { afterAll, afterEach, beforeAll, describe, expect, it, test } from '@jest/globals';
import { listInstallations, readApp, readInstallation, readWebhookConfig } from '../../src/github/app.ts';
import type { Octokit } from '../../src/github/client.ts';
import { api, connectDocumented, disconnect, forget, name, repository } from './documented.ts';

const permissions = { checks: 'write', metadata: 'read' };
const events = ['issue_comment', 'push'];

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

describe('the App', () => {
  it('is read with what it asks for', async () => {
    const html_url = 'https://github.com/apps/codex';
    api().get('/app').reply(200, { id: 7, slug: 'codex', name: 'Codex', permissions, events, html_url });

    expect(await readApp(octokit)).toEqual({
      id: 7,
      slug: 'codex',
      name: 'Codex',
      permissions,
      events,
      url: html_url,
    });
  });

  it.each([null, '2026-11-21T10:00:00Z'])(
    'is read with what it was granted; suspended: %s',
    async (suspended_at) => {
      const html_url = 'https://github.com/settings/installations/9';
      repository().get('/installation').reply(200, { id: 9, permissions, events, suspended_at, html_url });

      expect(await readInstallation(octokit, name)).toEqual({
        id: 9,
        permissions,
        events,
        suspendedAt: suspended_at,
        url: html_url,
      });
    },
  );

  it('may not be installed on a repository', async () => {
    repository().get('/installation').reply(404, { message: 'Not Found' });
    expect(await readInstallation(octokit, name)).toBeNull();
  });
});

test('the accounts that have the App are users and organizations, not enterprises', async () => {
  api()
    .get('/app/installations')
    .query({ per_page: 100 })
    .reply(200, [
      { id: 9, account: { id: 1, login: 'acme' } },
      { id: 10, account: { id: 2, slug: 'acme-group', name: 'Acme Group' } },
    ]);
  expect(await listInstallations(octokit)).toEqual([{ id: 1, login: 'acme', installation: 9 }]);
});

describe("the App's webhook", () => {
  const url = 'https://codex.example.com/webhooks/github';

  it('is read without its secret', async () => {
    const answer = { content_type: 'json', insecure_ssl: '0', secret: '********', url };
    api().get('/app/hook/config').reply(200, answer);

    expect(await readWebhookConfig(octokit)).toEqual({
      url,
      contentType: 'json',
      hasSecret: true,
      verifiesCertificate: true,
    });
  });

  it('may have no secret, and trust any certificate', async () => {
    api().get('/app/hook/config').reply(200, { content_type: 'form', insecure_ssl: 1, url });
    expect(await readWebhookConfig(octokit)).toMatchObject({ hasSecret: false, verifiesCertificate: false });
  });
});
