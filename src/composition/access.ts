/** Who may use a capability: people on a repository, as the entitlements are asked about them. */
import type { Asker, Effects } from '../commands/context.ts';
import { AccountStore } from '../entitlements/accounts.ts';
import type { Capability } from '../entitlements/capability.ts';
import type { Entitlements } from '../entitlements/entitlements.ts';
import type { Subject } from '../entitlements/subject.ts';
import { repositoryName } from '../github/client.ts';
import { readRepository } from '../github/repository.ts';
import type { Core } from './core.ts';

type AccessCore = Pick<Core, 'db' | 'installations' | 'now'>;

export function createAccess(
  core: AccessCore,
  entitlements: Pick<Entitlements, 'decide' | 'refusal'>,
): Effects['entitlement'] {
  const accounts = new AccountStore(core.db);
  return async (capability: Capability, asker: Asker) => {
    const subject = await subjectOf(asker, accounts, core);
    const decision = await entitlements.decide(capability, subject);
    const refusal = decision.allowed ? null : await entitlements.refusal(decision, subject);
    return { allowed: decision.allowed, reason: decision.reason, refusal };
  };
}

/**
 * The account that owns the repository pays; GitHub is asked for it once, but each time where a token stands in for the
 * App: nobody tells whose it is now.
 */
async function subjectOf(
  { installation, repository, user, member }: Asker,
  accounts: AccountStore,
  { installations, now }: AccessCore,
): Promise<Subject> {
  const known = accounts.ofInstallation(installation);
  const subject = { user, repository, installation, member };
  if (known !== null && installation !== 0) return { ...subject, accountId: known };
  const octokit = await installations.octokit(installation);
  const { owner } = await readRepository(octokit, repositoryName(repository));
  if (owner.id !== known) accounts.remember({ ...owner, installation }, now());
  return { ...subject, accountId: owner.id };
}
