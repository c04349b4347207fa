import { describe, expect, test } from '@jest/globals';
import { parseRuleset, toGitHub } from '../../../src/github/ruleset.ts';
import { changeTo } from '../../../src/merge/governance/ruleset-changes.ts';
import { conflictsOf } from '../../../src/merge/governance/ruleset-conflicts.ts';
import { wantedRulesets } from '../../../src/merge/governance/rulesets.ts';

const APP = 42;
const OWN = { id: 1, source_type: 'Repository', source: 'Acme/Shop' };
const wanted = (...patterns: string[]) =>
  wantedRulesets({ config: { protected: patterns }, appId: APP, approvals: 1 });
const [updates, requirements] = wanted('main', 'release/*');

/** As GitHub would answer with it. */
const onGitHub = (ruleset: Parameters<typeof toGitHub>[0] | undefined, changes: object = {}) =>
  parseRuleset({ ...OWN, ...(ruleset && toGitHub(ruleset)), ...changes });

describe('the two rulesets', () => {
  test('only the App may update; nobody may leave out the pull request and its checks', () => {
    expect(updates).toMatchObject({ bypassApps: [APP], rules: [{ type: 'update' }] });
    expect(requirements).toMatchObject({ bypassApps: [] });
    expect(requirements?.rules.map(({ type }) => type)).toEqual([
      'deletion',
      'non_fast_forward',
      'pull_request',
      'required_status_checks',
    ]);
  });

  test('the checks are the App’s own, and codex/pr is not among them: it would wait for itself', () => {
    expect(JSON.stringify(requirements)).toContain('{"context":"codex/plan","integration_id":42}');
    expect(JSON.stringify(requirements)).toContain('{"context":"codex/governance","integration_id":42}');
    expect(JSON.stringify(requirements)).not.toContain('codex/pr');
  });

  test.each([
    [
      ['main', 'release/*'],
      ['refs/heads/main', 'refs/heads/release/*'],
    ],
    [['**'], ['~ALL']],
    [['qa/**'], ['refs/heads/qa/**', 'refs/heads/qa/**/*']],
  ])('%j are %j to GitHub', (patterns, refs) => {
    for (const { include } of wanted(...patterns)) expect(include).toEqual(refs);
  });
});

describe('the difference', () => {
  const change = (...existing: ReturnType<typeof onGitHub>[]) =>
    requirements && changeTo(requirements, existing, 'acme/shop');

  test('is none where GitHub has what is wanted, with defaults and an order of its own', () => {
    const answer = onGitHub(requirements);
    const rules = answer.rules.map(({ type, parameters }) => ({
      type,
      parameters: { ...parameters, automatic_copilot_code_review_enabled: false },
    }));
    expect(change({ ...answer, rules: rules.reverse(), include: [...answer.include].reverse() })?.type).toBe(
      'none',
    );
  });

  test('does not guess who may bypass where GitHub does not show it', () => {
    expect(change({ ...onGitHub(requirements), bypassActors: null })?.type).toBe('none');
  });

  test.each([
    [
      'a bypass',
      { bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole' }] },
      '- may bypass: RepositoryRole 5 always',
    ],
    [
      'other branches',
      { conditions: { ref_name: { include: ['refs/heads/main'], exclude: [] } } },
      '- branches: refs/heads/main',
    ],
    [
      'branches left out',
      { conditions: { ref_name: { include: [], exclude: ['refs/heads/main'] } } },
      '- branches left out: refs/heads/main',
    ],
    ['no enforcement', { enforcement: 'evaluate' }, '- enforcement: evaluate'],
    ['a rule less', { rules: [{ type: 'deletion' }] }, '+ rule non_fast_forward: on'],
  ])('names %s', (_, changes, line) => {
    expect(change(onGitHub(requirements, changes))).toMatchObject({
      type: 'update',
      differences: expect.arrayContaining([line]),
    });
  });

  test('looks at no ruleset of the organization or for tags, whatever its name', () => {
    const theirs = onGitHub(requirements, { source_type: 'Organization', source: 'acme' });
    expect(change(theirs, onGitHub(requirements, { target: 'tag' }))?.type).toBe('create');
  });

  test.each([
    [
      'rules of somebody else',
      [onGitHub(requirements, { rules: [{ type: 'deletion' }, { type: 'creation' }] })],
    ],
    ['no rules', [onGitHub(requirements, { rules: [] })]],
    ['a namesake', [onGitHub(requirements), onGitHub(requirements, { id: 2 })]],
  ])('is refused where there is one with %s', (_, existing) => {
    expect(change(...existing)?.type).toBe('refused');
  });
});

describe('rules of others', () => {
  const conflicts = (changes: object) =>
    conflictsOf({
      rulesets: [onGitHub(updates, { name: 'Theirs', bypass_actors: [], ...changes })],
      appId: APP,
      patterns: ['main', 'release/*'],
      defaultBranch: 'main',
    }).map(({ what }) => what);
  const at = (...include: string[]) => ({ conditions: { ref_name: { include, exclude: [] } } });

  test.each([
    ['~ALL'],
    ['~DEFAULT_BRANCH'],
    ['refs/heads/main'],
    ['refs/heads/*'],
    ['refs/heads/release/1.2'],
  ])('for %s are about a protected branch', (ref) => {
    expect(conflicts(at(ref))).toEqual([
      'The ruleset "Theirs" restricts updates: Codex cannot merge unless its App may bypass that.',
    ]);
  });

  test.each([
    ['another branch', at('refs/heads/develop')],
    ['the App allowed', { bypass_actors: [{ actor_id: APP, actor_type: 'Integration' }] }],
    ['no enforcement', { enforcement: 'evaluate' }],
    [
      'nothing against squash merges',
      { rules: [{ type: 'pull_request', parameters: {} }, { type: 'deletion' }] },
    ],
  ])('with %s are no conflict', (_, changes) => {
    expect(conflicts(changes)).toEqual([]);
  });

  test.each([
    ['a merge queue', { rules: [{ type: 'merge_queue' }] }, 'asks for a merge queue'],
    [
      'no squash',
      { rules: [{ type: 'pull_request', parameters: { allowed_merge_methods: ['merge'] } }] },
      'does not allow squash merges',
    ],
    ['the organization', { source_type: 'Organization', source: 'acme' }, 'The ruleset "Theirs" of acme'],
  ])('with %s are named', (_, changes, words) => {
    expect(conflicts(changes)).toEqual([expect.stringContaining(words)]);
  });
});
