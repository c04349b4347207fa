import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { keepIssueOpen } from '../../src/github/issue-upkeep.ts';
import { api, connectDocumented, disconnect, forget, name, repository } from './documented.ts';

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

test('an issue that was moved to another repository is opened anew, and no other is written over', async () => {
  repository().get('/issues/5').reply(200, { number: 3, state: 'open' });
  api()
    .post('/graphql')
    .reply(200, { data: { viewer: { login: 'codex[bot]' } } });
  repository().get('/issues').query(true).reply(200, []);
  repository().post('/issues').reply(201, { number: 6 });

  const issue = { title: 'Drawdown', body: '<!-- codex:a -->', marker: '<!-- codex:a -->', labels: [] };
  expect(await keepIssueOpen(octokit, name, { ...issue, knownNumber: 5 })).toEqual({
    number: 6,
    did: 'opened',
  });
});
