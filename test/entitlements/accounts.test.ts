import { describe, expect, test } from '@jest/globals';
import { accountHandler, accountJob } from '../../src/entitlements/account-events.ts';
import { AccountStore } from '../../src/entitlements/accounts.ts';
import { createLog } from '../../src/log.ts';
import { open } from '../jobs/setup.ts';

const acme = { id: 4711, login: 'acme' };

function openAccounts() {
  const accounts = new AccountStore(open().db);
  const handler = accountHandler(accounts, createLog('silent'), () => 0);
  const receive = async (event: string, payload: unknown) => {
    const job = accountJob(event, payload, 'd');
    if (!job) throw new Error('the event changes no account');
    const running = {
      ...job,
      id: 'j',
      state: 'running' as const,
      attempt: 1,
      createdAt: 0,
      cancelReason: null,
    };
    await handler.run(running, new AbortController().signal);
  };
  const installation = (action: string, id: number, account = acme) =>
    receive('installation', { action, installation: { id, account } });
  return { accounts, receive, installation };
}

describe("an account follows GitHub's events", () => {
  test('installed: it is known by installation and by name, in whatever case', async () => {
    const { accounts, installation } = openAccounts();
    await installation('created', 3);
    expect(accounts.ofInstallation(3)).toBe(4711);
    expect(accounts.byLogin('ACME')).toEqual({ ...acme, installation: 3 });
  });

  test('uninstalled and installed again: the same account, so its subscription goes on', async () => {
    const { accounts, installation } = openAccounts();
    await installation('created', 3);
    await installation('deleted', 3);
    expect(accounts.ofInstallation(3)).toBeNull();
    expect(accounts.get(4711)).toEqual({ ...acme, installation: null });
    await installation('created', 8);
    expect(accounts.ofInstallation(8)).toBe(4711);
  });

  test('renamed: the new name is the same account', async () => {
    const { accounts, installation, receive } = openAccounts();
    await installation('created', 3);
    await receive('installation_target', { action: 'renamed', account: { id: 4711, login: 'acme-inc' } });
    expect(accounts.byLogin('acme-inc')?.id).toBe(4711);
    expect(accounts.byLogin('acme')).toBeNull();
  });

  test('transferred: an installation belongs to the account that was named last', async () => {
    const { accounts, installation } = openAccounts();
    await installation('created', 3);
    await installation('new_permissions_accepted', 3, { id: 5000, login: 'globex' });
    expect(accounts.ofInstallation(3)).toBe(5000);
    expect(accounts.get(4711)?.installation).toBeNull();
  });

  test('a name that another account had before is the one that was seen last', () => {
    const { accounts } = openAccounts();
    accounts.remember({ ...acme, installation: null }, 1);
    accounts.remember({ id: 9, login: 'acme', installation: 5 }, 2);
    expect(accounts.byLogin('acme')?.id).toBe(9);
  });

  test('other events, and payloads that are none, change nothing', () => {
    expect(accountJob('issue_comment', { action: 'created' }, 'd')).toBeNull();
    expect(accountJob('installation', { action: 'deleted', installation: { id: 'x' } }, 'd')).toBeNull();
    expect(accountJob('installation_target', null, 'd')).toBeNull();
  });
});
