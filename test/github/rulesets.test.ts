import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '../../src/github/client.ts';
import { createRuleset, getRuleset, listRulesets, updateRuleset } from '../../src/github/rulesets.ts';
import { answerInPages, connectDocumented, disconnect, forget, name, repository } from './documented.ts';

const own = {
  id: 42,
  name: 'codex: only through /codex pr',
  target: 'branch',
  source_type: 'Repository',
  source: 'acme/bot',
  enforcement: 'active',
};
const full = {
  ...own,
  bypass_actors: [{ actor_id: 7, actor_type: 'Integration', bypass_mode: 'always' }],
  conditions: { ref_name: { include: ['refs/heads/main', 'refs/heads/release/*'], exclude: [] } },
  rules: [{ type: 'update' }, { type: 'merge_queue', parameters: { merge_method: 'SQUASH' } }],
};
const summary = {
  id: 42,
  name: own.name,
  target: 'branch',
  sourceType: 'Repository',
  source: 'acme/bot',
  enforcement: 'active',
} as const;
const wanted = {
  name: own.name,
  enforcement: 'active',
  bypassApps: [7],
  include: ['refs/heads/main'],
  exclude: [],
  rules: [{ type: 'update' }, { type: 'required_status_checks', parameters: requiredChecks() }],
} as const;
const sent = {
  name: own.name,
  target: 'branch',
  enforcement: 'active',
  bypass_actors: [{ actor_id: 7, actor_type: 'Integration', bypass_mode: 'always' }],
  conditions: { ref_name: { include: ['refs/heads/main'], exclude: [] } },
  rules: [{ type: 'update' }, { type: 'required_status_checks', parameters: requiredChecks() }],
};

function requiredChecks() {
  return {
    required_status_checks: [{ context: 'codex/plan', integration_id: 7 }],
    strict_required_status_checks_policy: false,
  };
}

let octokit: Octokit;

beforeAll(async () => {
  octokit = await connectDocumented();
});
afterEach(forget);
afterAll(disconnect);

describe('rulesets', () => {
  it("are listed over all pages, the organization's too", async () => {
    const inherited = { ...own, id: 1, source_type: 'Organization', source: 'acme' };
    answerInPages('/rulesets', [...Array.from({ length: 120 }, () => inherited), own]);

    const listed = await listRulesets(octokit, name);

    expect(listed).toHaveLength(121);
    expect(listed.at(0)).toEqual({ ...summary, id: 1, sourceType: 'Organization', source: 'acme' });
    expect(listed.at(-1)).toEqual(summary);
  });

  it('are read with their rules and who may pass them by', async () => {
    repository().get('/rulesets/42').reply(200, full);
    expect(await getRuleset(octokit, name, 42)).toEqual({
      ...summary,
      bypassActors: [{ actorId: 7, actorType: 'Integration', mode: 'always' }],
      include: ['refs/heads/main', 'refs/heads/release/*'],
      exclude: [],
      rules: [
        { type: 'update', parameters: {} },
        { type: 'merge_queue', parameters: { merge_method: 'SQUASH' } },
      ],
    });
  });

  it('do not tell just anybody who may pass them by', async () => {
    const { bypass_actors: _, ...shown } = full;
    repository().get('/rulesets/42').reply(200, shown);
    expect(await getRuleset(octokit, name, 42)).toMatchObject({ bypassActors: null });
  });

  it('are created, and updated, as a whole', async () => {
    repository().post('/rulesets', sent).reply(201, full);
    repository().put('/rulesets/42', sent).reply(200, full);

    const created = await createRuleset(octokit, name, wanted);

    expect(created).toMatchObject(summary);
    expect(await updateRuleset(octokit, name, created, wanted)).toEqual(created);
  });

  it('of the organization are never written', async () => {
    const inherited = { ...summary, sourceType: 'Organization', source: 'acme' } as const;
    await expect(updateRuleset(octokit, name, inherited, wanted)).rejects.toThrow('belongs to acme');
  });
});
