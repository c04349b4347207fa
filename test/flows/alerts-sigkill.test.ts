/**
 * Codex is killed at every step of what an alert causes, and started again on the same data: one issue, one comment, one
 * freeze, one plan. A workflow may be dispatched once more than it was: GitHub takes no key that would tell it is the same.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuditTrail } from '../../src/alerts/audit.ts';
import { FreezeStore } from '../../src/merge/freezes.ts';
import { openDatabase } from '../../src/store/database.ts';
import { verdictOn } from '../support/codex.ts';
import { Containers } from '../support/containers.ts';
import { KilledCodex, type Moment } from '../support/kills.ts';
import type { LocalGitHub } from '../support/local-github/local-github.ts';
import { startLocalGitHub } from '../support/local-github/start.ts';
import { createWithRules, ENVIRONMENT, issuesOf, send } from './alerts-world.ts';

const RULES = `
strategies:
  mean: {paths: [strategies/mean/]}
alerts:
  - when: {alert: drawdown}
    then: [issue: {}, comment: {}, dispatch: {event: backtest}, freeze: {}, plan: {}]
`;

let github: LocalGitHub;
let dataDir: string;
let killed: KilledCodex;
let containers: Containers;
beforeAll(async () => {
  github = await startLocalGitHub({ users: ['acme', 'dev'], installedOn: ['acme'] });
  dataDir = await mkdtemp(join(tmpdir(), 'codex-alerts-sigkill-'));
  containers = new Containers(dataDir);
  killed = await KilledCodex.start(github, dataDir, ENVIRONMENT);
});
afterAll(async () => {
  await killed.codex.kill();
  await containers.close();
  await github.close();
  await rm(dataDir, { recursive: true });
});

/** What the database says. */
function stored(repositoryId: number, repository: string) {
  const db = openDatabase(join(dataDir, 'codex.db'));
  const freezes = new FreezeStore(db).standing(repositoryId, 'main', Date.now());
  const trail = new AuditTrail(db).latest({ repository, alert: null }, 100);
  db.close();
  return { freezes, trail };
}

const ISSUE = { method: 'POST', path: /\/issues$/ };
const COMMENT = { method: 'POST', path: /\/issues\/\d+\/comments$/ };
const DISPATCH = { method: 'POST', path: /\/dispatches$/ };

/** A drawdown of a repository of its own, with Codex killed at these moments; and all that came of it. */
async function actedOn(name: string, moments: readonly Moment[]) {
  const repository = `acme/${name}`;
  const bot = await createWithRules({ github, dataDir }, name, RULES);
  const merged = await bot.open({ files: { 'strategies/mean/a.py': 'a = 1\n' } });
  await bot.repository.pulls.merge(merged.number);
  const open = await bot.open({ files: { 'strategies/mean/b.py': 'b = 1\n' } });
  await killed.killAt(moments, () => send(killed.codex, repository, 'drawdown', { drawdown: 20 }));
  await verdictOn(github, bot.repository, open.head);
  expect(await issuesOf({ github }, repository)).toMatchObject([{ title: 'mean: drawdown' }]);
  expect(await bot.repository.comments(merged.number)).toHaveLength(1);
  expect(await open.checks()).toHaveLength(1);
  const { freezes, trail } = stored(bot.id, repository);
  expect(freezes).toMatchObject([{ source: 'alert', by: 'mean' }]);
  const done = trail.map(({ action, outcome }) => `${action} ${outcome}`);
  expect(done).toEqual(['plan done', 'freeze done', 'dispatch done', 'comment done', 'issue done']);
  const dispatched = github.requests.filter(
    ({ url, fault }) => url === `/repos/${repository}/dispatches` && fault?.answer !== 'hang',
  );
  return dispatched.map(({ body }) => body);
}

test('from the stored alert to the comment on what was merged', async () => {
  const dispatched = await actedOn('early', [
    killed.before('the configuration is read', { method: 'GET', path: /\/contents\// }),
    killed.before('the issue is opened', ISSUE),
    killed.after('the issue is opened', ISSUE),
    killed.before('the merged pull request is told', COMMENT),
  ]);
  expect(dispatched).toHaveLength(1);
});

test('from that comment to the plan: a workflow that may have been told is told again, of the same alert', async () => {
  const [first, ...more] = await actedOn('late', [
    killed.after('the merged pull request is told', COMMENT),
    killed.before('the workflow is dispatched', DISPATCH),
    killed.after('the workflow is dispatched', DISPATCH),
    killed.before('it is frozen, and open pull requests are listed', { method: 'GET', path: /\/pulls$/ }),
  ]);
  expect(more).toEqual([first]);
});
