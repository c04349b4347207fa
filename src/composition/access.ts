/** Who may use a capability: people on a repository, as the entitlements are asked about them. */
import type { Asker, Effects } from '../commands/context.ts';
import { AccountStore } from '../entitlements/accounts.ts';
import type { Capability } from '../entitlements/capability.ts';
import type { Entitlements } from '../entitlements/entitlements.ts';
import type { Subject } from '../entitlements/subject.ts';
import { repositoryName } from '../github/client.ts';
import { readOwner } from '../github/owner.ts';
import type { Core } from './core.ts';

export function createAccess(core: Core, entitlements: Entitlements): Effects['entitlement'] {
  const accounts = new AccountStore(core.db);
  return async (capability: Capability, asker: Asker) => {
    const subject = await subjectOf(asker, accounts, core);
    const decision = await entitlements.decide(capability, subject);
    const refusal = decision.allowed ? null : await entitlements.refusal(decision, subject);
    return { allowed: decision.allowed, reason: decision.reason, refusal };
  };
}

/** The account that owns the repository pays; GitHub is asked for it once. */
async function subjectOf(
  { installation, repository, user, member }: Asker,
  accounts: AccountStore,
  { installations, now }: Core,
): Promise<Subject> {
  const known = installation === 0 ? null : accounts.ofInstallation(installation);
  const subject = { user, repository, installation, member };
  if (known !== null) return { ...subject, accountId: known };
  const octokit = await installations.octokit(installation);
  const owner = await readOwner(octokit, repositoryName(repository));
  if (installation !== 0) accounts.remember({ ...owner, installation }, now());
  return { ...subject, accountId: owner.id };
}
