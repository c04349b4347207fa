/** What an operator and a trader see of rules and alerts: which rule matches, and what alerts came to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuditTrail, causeOf } from '../../src/alerts/audit.ts';
import { openDatabase } from '../../src/store/database.ts';
import { alertOf, NOW } from '../alerts/setup.ts';
import { codexctl } from '../support/codexctl.ts';

const RULES = `
alerts:
  - name: deep
    when: {strategy: "mean-*", alert: drawdown, values: {drawdown: ">= 10"}}
    then: [{issue: {}}, {freeze: {hours: 4}}]
  - when: {alert: flat}
    then: [{unfreeze: {}}]
  - when: {simbol: x, alert: flat}
    then: [{unfreeze: {}}]
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'codex-alerts-'));
  writeFileSync(join(directory, 'codex.yml'), RULES);
});
afterAll(() => rmSync(directory, { recursive: true }));

function run(...args: string[]) {
  return codexctl(args, { CODEX_DATA_DIR: directory }, directory);
}

function dryRun(message: string, ...more: string[]) {
  const file = join(directory, 'message');
  writeFileSync(file, message);
  return run('tradingview', 'rules', '--dry-run', file, '--config', 'codex.yml', ...more);
}

describe('codexctl tradingview rules', () => {
  test('says which rule matches, why the others do not, and which is left out', async () => {
    const message = { strategy: 'mean-reversion', alert: 'drawdown', drawdown: '12', timenow: '{{timenow}}' };
    expect((await dryRun(JSON.stringify(message))).stdout.split('\n')).toEqual([
      '.github/codex.yml, alerts: rule 3 is left out: when.simbol is not a known key: did you mean symbol?',
      'Rule 1 (deep): matches: issue, freeze',
      'Rule 2: does not match: alert is "drawdown", not flat',
    ]);
  });

  test('reads a text with the strategy beside it', async () => {
    const { stdout } = await dryRun('alert: flat', '--strategy', 'fast');
    expect(stdout).toContain('Rule 1 (deep): does not match: strategy is "fast", not mean-*');
    expect(stdout).toContain('Rule 2: matches: unfreeze');
  });

  test.each([
    ['{"alert": NaN}', 'The message is not JSON'],
    ['{"alert": "flat"}', 'The message does not name its strategy.'],
    ['strategy: mean-reversion', 'Say what happened'],
  ])('refuses %s in words', async (message, words) => {
    const { exitCode, stderr } = await dryRun(message);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('codexctl alerts', () => {
  test('says so where there was none', async () => {
    expect((await run('alerts')).stdout).toBe('No alert yet.');
  });

  test('lists what alerts came to, newest first, of one repository where it is named', async () => {
    const db = openDatabase(join(directory, 'codex.db'));
    const trail = new AuditTrail(db);
    const entry = { repositoryId: 7, topic: null, rule: 1, step: 1, action: 'freeze' };
    const cause = causeOf(alertOf());
    trail.add(cause, { ...entry, outcome: 'done', detail: 'Frozen.' }, NOW);
    const other = { ...cause, id: 'f'.repeat(32), repository: 'acme/other' };
    const unmatched = { ...entry, rule: 0, step: 0, action: null };
    trail.add(other, { ...unmatched, outcome: 'unmatched', detail: 'None.' }, NOW + 1000);
    db.close();
    const line = `2026-11-21 13:00:00  acme/bot  mean-reversion: drawdown  rule 1  freeze done  Frozen.  ${cause.id}`;
    expect((await run('alerts')).stdout.split('\n')).toEqual([
      `2026-11-21 13:00:01  acme/other  mean-reversion: drawdown  unmatched  None.  ${other.id}`,
      line,
    ]);
    expect((await run('alerts', '--repo', 'Acme/Bot')).stdout).toBe(line);
    expect((await run('alerts', '--alert', cause.id)).stdout).toBe(line);
  });
});
