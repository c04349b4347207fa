/** Whose account a decision is about. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createAccess } from '../../src/composition/access.ts';
import { AccountStore } from '../../src/entitlements/accounts.ts';
import type { MadeDecision } from '../../src/entitlements/entitlements.ts';
import type { Subject } from '../../src/entitlements/subject.ts';
import { openDatabase } from '../../src/store/database.ts';
import { connect } from '../github/connect.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';

const DECISION: MadeDecision = {
  ...{ id: 'd', capability: 'codex.plan', allowed: true, variant: 'on', reason: 'Allowed.', flagSet: 'v' },
  ...{ subscription: 'off', subscriptionEvent: null },
};

let github: LocalGitHub;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme'], installedOn: ['acme'] });
  await github.createRepository('acme', 'shop');
});
afterAll(() => github.close());

let accounts: AccountStore;
let ask: (installation: number) => Promise<Subject | undefined>;
beforeEach(async () => {
  const db = openDatabase(':memory:');
  accounts = new AccountStore(db);
  const octokit = await connect(github).installations.octokit(github.installation('acme'));
  const asked: Subject[] = [];
  const access = createAccess(
    {
      db,
      installations: { octokit: async () => octokit, token: async () => '' },
      now: () => 1,
    },
    {
      async decide(_capability, subject) {
        asked.push(subject);
        return DECISION;
      },
      refusal: () => Promise.reject(new Error('Nothing was denied.')),
    },
  );
  ask = async (installation) => {
    await access('codex.plan', { installation, repository: 'acme/shop', user: 'dev', member: null });
    return asked.at(-1);
  };
});

const lookUps = () => github.requests.filter(({ url }) => url === '/repos/acme/shop').length;

test('the owner of the repository is asked for once, and kept as the account of the installation', async () => {
  const before = lookUps();
  const [first, second] = [await ask(7), await ask(7)];
  expect(first).toEqual(second);
  expect(accounts.ofInstallation(7)).toBe(first?.accountId);
  expect(lookUps()).toBe(before + 1);
});

test("one installation's token has an account as well: what it uses is limited and metered", async () => {
  const subject = await ask(0);
  expect(accounts.ofInstallation(0)).toBe(subject?.accountId);
  expect(accounts.byLogin('acme')?.id).toBe(subject?.accountId);
});

test("a token that was replaced by another account's is of that account", async () => {
  accounts.remember({ id: 99, login: 'before', installation: 0 }, 0);
  const subject = await ask(0);
  expect(subject?.accountId).not.toBe(99);
  expect(accounts.ofInstallation(0)).toBe(subject?.accountId);
});
