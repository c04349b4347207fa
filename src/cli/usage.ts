/** `codexctl usage`: the sandbox minutes of a month by account. */
import { inWords } from '../duration.ts';
import { type AccountUsage, UsageLedger } from '../entitlements/usage/ledger.ts';
import { monthOf } from '../entitlements/usage/limits.ts';
import { UserError } from '../errors.ts';
import { plural } from '../plan/report/words.ts';
import { openData } from './data.ts';
import { printRows } from './output.ts';

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** Prints one account a line, the largest first. `month`: `YYYY-MM`; undefined: this one. Throws `UserError`. */
export function printUsage(month: string | undefined): void {
  const since = month === undefined ? monthOf(Date.now()) : parseMonth(month);
  const start = new Date(since);
  const until = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
  using data = openData();
  const accounts = new UsageLedger(data.db).byAccount(since, until);
  printRows(accounts.map(rowOf), 'No run finished in this month.');
}

function parseMonth(text: string): number {
  const [, year, month] = MONTH.exec(text) ?? [];
  if (year === undefined) throw new UserError(`${text} is not a month.`, 'Write it as 2026-11.');
  return Date.UTC(Number(year), Number(month) - 1);
}

function rowOf({ account, login, runs, installSeconds, testSeconds, unreported }: AccountUsage): string[] {
  return [
    login ?? (account === null ? 'no account' : `account ${account}`),
    plural(runs, 'run'),
    `${inWords(installSeconds)} installing`,
    `${inWords(testSeconds)} testing`,
    `${unreported} not reported`,
  ];
}
