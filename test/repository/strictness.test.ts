import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { describeMistake, parseRepositoryConfig } from '../../src/repository/config.ts';
import { STRICTEST } from '../../src/repository/merge-schema.ts';

const read = (text: string) => parseRepositoryConfig(text, {});
const governanceOf = (text: string) => read(text).config.governance;
const mergeOf = (text: string) => read(text).config.merge;

/** Each key where a mistake could loosen a rule, with a value that is loose and right. */
const LOOSE = {
  governance: { protected: ['trunk'], branches: ['{ticket}-{slug}'], exempt_authors: ['renovate[bot]'] },
  merge: {
    block_labels: ['hold'],
    priority_labels: ['urgent'],
    replan: true,
    max_plans: 50,
    expires_hours: 720,
    delete_branch: true,
  },
};
const SECTIONS = ['governance', 'merge'] as const;
const KEYS = SECTIONS.flatMap((section) => Object.keys(LOOSE[section]).map((key) => [section, key] as const));

function valueAt(config: object, section: string, key: string): unknown {
  return new Map(Object.entries(Object.fromEntries(Object.entries(config))[section])).get(key);
}

describe('each wrong form of each key is told with key and reason', () => {
  test.each<[string, string]>([
    ['governance: [main]', '`governance`: must be a map of keys and values'],
    ['governance: {protected: main}', '`governance.protected`: must be a list of branch patterns'],
    ['governance: {protected: []}', '`governance.protected`: is empty'],
    ['governance: {protected: [main, 1]}', '`governance.protected`: item 2: must be text: put it in quotes'],
    ['governance: {protected: ["a b"]}', 'item 1: is not a pattern of branches, e.g. release/*'],
    ['governance: {protected: ["{a,b}"]}', 'is not a pattern of branches'],
    ['governance: {protected: ["[ab]"]}', 'is not a pattern of branches'],
    ['governance: {protected: ["ma\\u202ein"]}', 'item 1: has control or invisible characters'],
    ['governance: {protect: [main]}', '`governance.protect`: is not a known key: did you mean protected?'],
    ['governance: {branches: feature}', '`governance.branches`: must be a list of branch templates'],
    ['governance: {branches: []}', '`governance.branches`: is empty'],
    ['governance: {branches: [feature/*]}', 'item 1: must be a branch with one {ticket}'],
    ['governance: {branches: ["{ticket}-{ticket}"]}', 'must be a branch with one {ticket}'],
    ['governance: {branches: ["{ticket}{slug}{slug}"]}', 'must be a branch with one {ticket}'],
    ['governance: {branches: ["{tiket}"]}', 'must be a branch with one {ticket}'],
    ['governance: {branches: ["-{ticket}"]}', 'must be a branch with one {ticket}'],
    ['governance: {branches: ["$(id)/{ticket}"]}', 'must be a branch with one {ticket}'],
    ['governance: {exempt_authors: bot}', '`governance.exempt_authors`: must be a list of logins'],
    ['governance: {exempt_authors: [""]}', 'item 1: is empty'],
    ['governance: {ticket_link: "http://x/{ticket}"}', '`governance.ticket_link`: must be an https address'],
    ['governance: {ticket_link: "javascript:{ticket}"}', 'must be an https address'],
    ['governance: {ticket_link: "https://x/browse"}', 'must be an https address with {ticket}'],
    ['merge: yes', '`merge`: must be a map of keys and values'],
    ['merge: {method: rebase}', '`merge.method`: is not a known key'],
    ['merge: {block_labels: hold}', '`merge.block_labels`: must be a list of labels'],
    ['merge: {priority_labels: [1]}', '`merge.priority_labels`: item 1: must be text'],
    ['merge: {replan: yes}', '`merge.replan`: must be true or false'],
    ['merge: {max_plans: 0}', '`merge.max_plans`: must be at least 1'],
    ['merge: {max_plans: 51}', '`merge.max_plans`: must be at most 50'],
    ['merge: {max_plans: 1.5}', '`merge.max_plans`: must be a whole number'],
    ['merge: {expires_hours: 721}', '`merge.expires_hours`: must be at most 720'],
    ['merge: {expires_hours: soon}', '`merge.expires_hours`: must be a whole number of hours'],
    ['merge: {delete_branch: 1}', '`merge.delete_branch`: must be true or false'],
    ['merge: {title: ""}', '`merge.title`: is empty'],
    ['merge: {body: all}', '`merge.body`: must be "description", "commits" or "none"'],
  ])('%.60s', (text, sentence) => {
    expect(read(text.replace('\\u202e', '\u202e')).mistakes.map(describeMistake).join('\n')).toContain(
      sentence,
    );
  });
});

describe('a mistake never loosens a rule', () => {
  test('a key that is wrong in two ways leaves its neighbours as they are', () => {
    const { config, mistakes } = read('merge: {block_labels: [hold], priority_labels: [1, 2]}');
    expect(mistakes).toHaveLength(2);
    expect(config.merge).toMatchObject({ block_labels: ['hold'], priority_labels: [] });
  });

  test.each(KEYS)('%s.%s: a wrong form is the strictest, and its neighbours stay', (section, key) => {
    const right = { ...LOOSE[section] };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { config, mistakes } = read(stringify({ [section]: { ...right, [key]: value } }));
        const wrong = mistakes.length > 0;
        expect(valueAt(config, section, key)).toEqual(wrong ? valueAt(STRICTEST, section, key) : value);
        for (const other of Object.keys(right).filter((name) => name !== key)) {
          expect(valueAt(config, section, other)).toEqual(valueAt(LOOSE, section, other));
        }
        for (const mistake of mistakes) expect(mistake.key).toBe(`${section}.${key}`);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['a key that is misspelt', 'governance: {protectde: [trunk], exempt_authors: [a]}'],
    ['no map', 'governance: main'],
    ['no YAML', 'governance: ['],
    ['a section that is misspelt', 'governence: {protected: [trunk]}\ngovernance: {exempt_authors: [a]}'],
    ['a file that is no map', '- governance'],
    ['a file too large', `# ${'x'.repeat(64 * 1024)}`],
  ])('%s: everything it could have been about is the strictest', (_, text) => {
    expect(governanceOf(text)).toMatchObject(STRICTEST.governance);
  });

  test('a misspelt key of merge lets no label pass and nothing be deleted', () => {
    expect(mergeOf('merge: {block_label: [hold], delete_branch: true}')).toMatchObject(STRICTEST.merge);
  });

  test('a mistake in what two places share through an alias is told of both, and leaves the rules as they are', () => {
    const { config, mistakes } = read(`
governance: {protected: [trunk]}
strategies:
  mean: &shared {path: [strategies/]}
  trend: *shared`);
    expect(mistakes.map(({ key }) => key)).toEqual(['strategies.mean.path', 'strategies.trend.path']);
    expect(config.governance.protected).toEqual(['trunk']);
  });

  test('a mistake in another section leaves the rules as they are', () => {
    for (const plan of ['{auto: sometimes}', '{dependencies: [{group: dev, extras: tests}]}']) {
      expect(governanceOf(`plan: ${plan}\ngovernance: {protected: [trunk]}`).protected).toEqual(['trunk']);
    }
  });
});
