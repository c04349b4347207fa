/** `codexctl billing link`: links for whoever pays for an account, as Codex gives them on pull requests. */
import { AccountStore } from '../entitlements/accounts.ts';
import { linkKey, linksTo } from '../entitlements/stripe/link.ts';
import { UserError } from '../errors.ts';
import { openData } from './data.ts';

/** Prints the links of an account by its login. Throws `UserError` where it is not known or nothing is sold. */
export function printLinks(owner: string): void {
  using data = openData();
  const { billing } = data.config.stripe;
  if (!billing) {
    throw new UserError('Billing is off.', 'Set CODEX_BILLING_STRIPE_API_KEY; see docs/billing.md.');
  }
  const account = new AccountStore(data.db).byLogin(owner);
  if (!account) {
    throw new UserError(
      `No account ${owner} has installed the App.`,
      'The server looks at its installations when it starts, and daily.',
    );
  }
  const linkFor = linksTo(billing.publicUrl, linkKey(billing.apiKey));
  const now = Date.now();
  process.stdout.write(`Subscribe: ${linkFor(account.id, 'checkout', now)}\n`);
  process.stdout.write(`Manage:    ${linkFor(account.id, 'portal', now)}\n`);
  process.stdout.write('Both work for one day, for whoever has them.\n');
}
