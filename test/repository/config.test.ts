import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { describeMistake, parseRepositoryConfig } from '../../src/repository/config.ts';

const DEFAULTS = { auto: false, fail_on: 'any', pytest: [], environment: {}, limits: {} };
const GOVERNANCE = {
  protected: ['main', 'release/*'],
  branches: ['feature/{ticket}', 'feature/{ticket}-{slug}'],
  exempt_authors: [],
};
const MERGE = {
  block_labels: ['do-not-merge'],
  priority_labels: [],
  replan: true,
  max_plans: 5,
  expires_hours: 24,
  delete_branch: false,
  title: '{title} (#{number})',
  body: 'description',
};
const MAXIMA = { memoryMb: 2048, cpus: 4, timeoutSeconds: 900 };

const parse = (text: string | null) => parseRepositoryConfig(text, MAXIMA);
const planOf = (text: string) => parse(text).config.plan;
const mistakesIn = (text: string) => parse(text).mistakes.map(describeMistake);

describe('a configuration without mistakes', () => {
  test.each([null, '', '# only a comment\n', '{}', 'plan: {}'])('%j is all defaults', (text) => {
    expect(parse(text)).toEqual({
      config: { plan: DEFAULTS, governance: GOVERNANCE, merge: MERGE, strategies: {}, alerts: [] },
      mistakes: [],
    });
  });

  test('says everything there is to say', () => {
    const text = `
plan:
  auto: true
  fail_on: new
  image: ghcr.io/octo-org/tests:3.12@sha256:${'a'.repeat(64)}
  python: "3.12"
  dependencies: [requirements/test.txt, {group: dev}, {extra: tests}]
  install:
    - [pip, install, ".[test]"]
  command: [python, -m, pytest]
  pytest: [-x, -n, auto, --timeout=60, -m, not slow, -W, "error::DeprecationWarning"]
  environment: {DJANGO_SETTINGS_MODULE: shop.settings, PYTHONHASHSEED: "0"}
  limits: {memory_mb: 1024, cpus: 1.5, disk_mb: 512, pids: 100, timeout_seconds: 60, install_timeout_seconds: 30}
governance:
  protected: [trunk, "hotfix/**"]
  branches: ["{ticket}/{slug}"]
  exempt_authors: ["dependabot[bot]"]
  ticket_link: https://example.com/browse/{ticket}
merge:
  block_labels: [wip, "needs rebase"]
  priority_labels: [urgent]
  replan: false
  max_plans: 3
  expires_hours: 48
  delete_branch: true
  title: "{ticket}: {title}"
  body: commits
strategies:
  mean-reversion: {paths: [strategies/mean/], heartbeat_minutes: 60}
alerts:
  - name: drawdown
    when: {strategy: "mean-*", values: {drawdown: ">= 10"}}
    then:
      - issue: {about: drawdown, labels: [strategy]}
      - unfreeze:
`;
    expect(parse(text)).toEqual({
      mistakes: [],
      config: {
        plan: {
          auto: true,
          fail_on: 'new',
          image: `ghcr.io/octo-org/tests:3.12@sha256:${'a'.repeat(64)}`,
          python: '3.12',
          dependencies: ['requirements/test.txt', { group: 'dev' }, { extra: 'tests' }],
          install: [['pip', 'install', '.[test]']],
          command: ['python', '-m', 'pytest'],
          pytest: ['-x', '-n', 'auto', '--timeout=60', '-m', 'not slow', '-W', 'error::DeprecationWarning'],
          environment: { DJANGO_SETTINGS_MODULE: 'shop.settings', PYTHONHASHSEED: '0' },
          limits: {
            memoryMb: 1024,
            cpus: 1.5,
            diskMb: 512,
            pids: 100,
            timeoutSeconds: 60,
            installTimeoutSeconds: 30,
          },
        },
        governance: {
          protected: ['trunk', 'hotfix/**'],
          branches: ['{ticket}/{slug}'],
          exempt_authors: ['dependabot[bot]'],
          ticket_link: 'https://example.com/browse/{ticket}',
        },
        merge: {
          block_labels: ['wip', 'needs rebase'],
          priority_labels: ['urgent'],
          replan: false,
          max_plans: 3,
          expires_hours: 48,
          delete_branch: true,
          title: '{ticket}: {title}',
          body: 'commits',
        },
        strategies: { 'mean-reversion': { paths: ['strategies/mean/**'], heartbeat_minutes: 60 } },
        alerts: [
          {
            number: 1,
            name: 'drawdown',
            when: { strategy: 'mean-*', values: { drawdown: '>= 10' } },
            // biome-ignore lint/suspicious/noThenProperty: it is what the file says, and no promise.
            then: [{ issue: { about: 'drawdown', labels: ['strategy'], close: false } }, { unfreeze: null }],
          },
        ],
      },
    });
  });

  test.each([
    'python:3.12-slim',
    'localhost:5000/tests',
    'tests',
    'ghcr.io/octo-org/a/b:latest',
    'codex-base:probe',
  ])('takes the image %s', (image) => {
    expect(parse(stringify({ plan: { image } })).mistakes).toEqual([]);
  });
});

describe('a mistake is told with file, key and reason', () => {
  test('as a sentence with one end', () => {
    expect(mistakesIn('plan: {fial_on: new}')).toEqual([
      '`.github/codex.yml`, `plan.fial_on`: is not a known key: did you mean fail_on?',
    ]);
  });

  test.each<[string, string]>([
    ['plan: {auto: yes}', '`.github/codex.yml`, `plan.auto`: must be true or false.'],
    ['plan: {fail_on: never}', '`plan.fail_on`: must be "any" or "new"'],
    ['plan: {fial_on: new}', '`plan.fial_on`: is not a known key: did you mean fail_on?'],
    ['plans: {}', '`plans`: is not a known key: did you mean plan?'],
    ['deployment: {}', '`deployment`: is not a known key; known are plan'],
    ['plan:', '`plan`: must be a map of keys and values'],
    ['- plan', '`.github/codex.yml`: must be a map of keys and values.'],
    ['plan: {python: 3.10}', '`plan.python`: must be text: put it in quotes, or YAML reads 3.10 as 3.1'],
    ['plan: {python: "2.7"}', 'is not a version of Python 3'],
    ['plan: {image: --privileged}', '`plan.image`: is not the name of an image'],
    ['plan: {image: "a b"}', '`plan.image`: is not the name of an image'],
    ['plan: {command: pytest -x}', '`plan.command`: must be a list of words'],
    ['plan: {command: []}', '`plan.command`: is empty'],
    ['plan: {install: [pip install .]}', '`plan.install`: item 1: must be a list of words'],
    ['plan: {install: [[pip], [pip, 1]]}', '`plan.install`: item 2, item 2: must be text: put it in quotes'],
    [
      'plan: {dependencies: [../other.txt]}',
      '`plan.dependencies`: item 1: must be a path inside the repository',
    ],
    ['plan: {dependencies: [/etc/passwd]}', 'must be a path inside the repository'],
    ['plan: {dependencies: [--index-url=x]}', 'must be a path inside the repository'],
    ['plan: {dependencies: [{gruop: dev}]}', 'must be a requirements file, {group: NAME} or {extra: NAME}'],
    ['plan: {pytest: [-p, evil]}', '`plan.pytest`: "-p evil" is not an allowed argument'],
    ['plan: {pytest: [--rootdir=/]}', '"--rootdir=/" is not an allowed argument'],
    ['plan: {pytest: [tests]}', '"tests" is not an allowed argument'],
    ['plan: {pytest: [-n]}', '"-n" is not an allowed argument'],
    ['plan: {environment: {PATH: /x}}', '`plan.environment.PATH`: is reserved'],
    ['plan: {environment: {LD_PRELOAD: x}}', 'is reserved'],
    ['plan: {environment: {PYTEST_ADDOPTS: x}}', 'is reserved'],
    ['plan: {environment: {PYTHONSTARTUP: x}}', 'is reserved'],
    ['plan: {environment: {GIT_CONFIG_COUNT: x}}', 'is reserved'],
    ['plan: {environment: {lower: x}}', '`plan.environment.lower`: is not a name of capital letters'],
    ['plan: {environment: {DEBUG: 1}}', '`plan.environment.DEBUG`: must be text: put it in quotes'],
    ['plan: {limits: {pids: 1000000}}', '`plan.limits.pids`: must be at most 4096'],
    ['plan: {limits: {memory_mb: 4096}}', "`plan.limits.memory_mb`: is above 2048, the operator's maximum"],
    ['plan: {limits: {memory_mb: 1}}', '`plan.limits.memory_mb`: must be at least 128'],
    [
      'plan: {dependencies: [{group: a, extras: b}]}',
      'item 1, `extras`: is not a known key: did you mean extra?',
    ],
    ['strategies: {mean: {path: [a]}}', '`strategies.mean.path`: is not a known key: did you mean paths?'],
    ['plan: {limits: {memory: 512}}', '`plan.limits.memory`: is not a known key: did you mean memory_mb?'],
    ['plan: {limits: {timeout_seconds: 1.5}}', 'must be a whole number of seconds'],
    ['plan: [', '`.github/codex.yml`: is not YAML'],
    ['a: 1\na: 2', 'Map keys must be unique (line 2)'],
    ['a: !!js/function x', 'is not YAML: Unresolved tag'],
    ['--- 1\n--- 2', 'is not YAML'],
    [`# ${'x'.repeat(64 * 1024)}`, 'is larger than 64 KiB'],
    ['['.repeat(60_000), '`.github/codex.yml`: '],
  ])('%.60s', (text, sentence) => {
    expect(mistakesIn(text).join('\n')).toContain(sentence);
    expect(planOf(text)).toEqual(DEFAULTS);
  });

  test('and leaves what is beside it as it is', () => {
    const text =
      'plan: {auto: true, fail_on: sometimes, environment: {A: a, b: b}, limits: {cpus: 9, pids: 50}}';
    expect(planOf(text)).toEqual({ ...DEFAULTS, auto: true, environment: { A: 'a' }, limits: { pids: 50 } });
    expect(
      parse(text)
        .mistakes.map(({ key }) => key)
        .sort(),
    ).toEqual(['plan.environment.b', 'plan.fail_on', 'plan.limits.cpus']);
  });
});

describe('hostile files', () => {
  test('an alias bomb is refused', () => {
    const levels = [...'bcdefghi'].map((name, index) => {
      const alias = `*${'abcdefgh'[index]}`;
      return `${name}: &${name} [${Array(9).fill(alias).join(', ')}]`;
    });
    expect(mistakesIn(`a: &a [x, x]\n${levels.join('\n')}`).join()).toContain('Excessive alias count');
  });

  test('a map that holds itself is not read', () => {
    expect(mistakesIn('plan: &a {environment: {X: *a}}').join()).toContain('cannot be read: Converting');
  });

  test('thousands of unknown keys are told in a moment', () => {
    const strategies = Array.from({ length: 4_000 }, (_, index) => `s${index}: {x: 1}`).join(', ');
    const before = performance.now();
    expect(mistakesIn(`strategies: {${strategies}}`)).toHaveLength(4_000);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('prototypes stay untouched', () => {
    parse('__proto__: {auto: true}\nplan: {__proto__: {auto: true}, environment: {__proto__: x}}');
    expect(({} as { auto?: boolean }).auto).toBeUndefined();
    expect(planOf('plan: {__proto__: {auto: true}}')).toEqual(DEFAULTS);
  });

  test('whatever the text or the data, the answer is a configuration', () => {
    const key = fc.constantFrom(
      'plan',
      'auto',
      'limits',
      'cpus',
      'environment',
      'pytest',
      'install',
      '__proto__',
      'A',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.dictionary(key, tie('tree')), fc.array(tie('tree'))),
    }));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      tree.map((data) => stringify({ plan: data })),
    );
    fc.assert(
      fc.property(text, (source) => {
        const { config, mistakes } = parse(source);
        expect(
          parseRepositoryConfig(stringify({ plan: { ...config.plan, limits: {} } }), {}).mistakes,
        ).toEqual([]);
        for (const mistake of mistakes) expect(describeMistake(mistake)).toMatch(/^`\.github\/codex\.yml`/);
      }),
      { numRuns: 300 },
    );
  });
});
