import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { openIssueOnce } from '../../src/github/issue.ts';
import { Secret } from '../../src/redact.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { connect } from './connect.ts';

const name = { owner: 'acme', repo: 'bot' };

let github: LocalGitHub;
let octokit: Octokit;

beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  await github.createRepository('acme', 'bot');
  octokit = await connect(github).installations.octokit(github.installation('acme'));
});
afterEach(() => github.recover());
afterAll(() => github.close());

describe('an issue', () => {
  const issue = (marker: string) => ({
    title: 'What landed is not what was tested',
    body: `${marker}\nText`,
    marker,
    labels: ['codex'],
  });

  it('is opened once for each marker', async () => {
    const first = await openIssueOnce(octokit, name, issue('<!-- codex:1 -->'));
    const other = await openIssueOnce(octokit, name, issue('<!-- codex:2 -->'));

    expect(other).not.toBe(first);
    expect(await openIssueOnce(octokit, name, issue('<!-- codex:1 -->'))).toBe(first);
  });

  it('is not doubled when GitHub opened it and the answer was lost', async () => {
    github.fail({ method: 'POST', path: /\/issues$/, answer: 'lost' });
    await expect(openIssueOnce(octokit, name, issue('<!-- codex:3 -->'))).rejects.toThrow();

    const found = await openIssueOnce(octokit, name, issue('<!-- codex:3 -->'));
    expect(await openIssueOnce(octokit, name, issue('<!-- codex:3 -->'))).toBe(found);
  });

  it('is not one in which Codex quotes the marker', async () => {
    const marker = '<!-- codex:mismatch:5 -->';
    const quoting = { ...issue('<!-- codex:alert -->'), body: `<!-- codex:alert -->\n\`${marker}\`` };
    const other = await openIssueOnce(octokit, name, quoting);

    expect(await openIssueOnce(octokit, name, issue(marker))).not.toBe(other);
  });

  it('has no secret in its title', async () => {
    const secret = new Secret('correct-horse-battery').reveal();
    const number = await openIssueOnce(octokit, name, {
      ...issue('<!-- codex:6 -->'),
      title: `Lost ${secret}`,
    });
    const { data } = await octokit.rest.issues.get({ ...name, issue_number: number });
    expect(data.title).toBe('Lost [redacted]');
  });

  it('must begin with its marker', async () => {
    const unmarked = { ...issue('<!-- codex:4 -->'), body: 'Text\n<!-- codex:4 -->' };
    await expect(openIssueOnce(octokit, name, unmarked)).rejects.toThrow('marker');
  });
});
