/** What `.github/codex.yml` may say. Its JSON Schema is docs/codex.schema.json, for editors. */
import { z } from 'zod';
import { alertsSchema, strategiesSchema } from './alerts-schema.ts';
import { governanceSchema, mergeSchema } from './merge-schema.ts';
import { refusedWord } from './pytest-options.ts';
import { count, listOf, map, yesOrNo } from './words.ts';

const word = z
  .string('must be text: put it in quotes')
  .min(1, 'is empty')
  .max(4_096, 'is longer than 4096 characters')
  .regex(/^[^\p{Cc}]+$/u, 'has control characters');

const words = listOf(word, 'words, e.g. [python, -m, pytest]');

/** A program and its arguments; no shell reads them. */
const command = words.min(1, 'is empty');

const file = word.regex(
  /^(?![-/~@])(?!(?:.*\/)?\.\.(?:\/|$))[^\\]+$/,
  'must be a path inside the repository, e.g. requirements/test.txt',
);

/** What PEP 735 and PEP 685 allow for the names of groups and extras. */
const setName = z
  .string('must be text')
  .regex(/^[A-Za-z0-9](?:[\w.-]{0,98}[A-Za-z0-9])?$/, 'is not a name of a group or an extra');

/** Docker's grammar of references: host, path, tag, digest. */
const image = z
  .string('must be text')
  .max(512, 'is longer than 512 characters')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(?::\d{1,5}(?=\/))?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    'is not the name of an image, e.g. ghcr.io/octo-org/tests:2',
  );

const python = z
  .string('must be text: put it in quotes, or YAML reads 3.10 as 3.1')
  .regex(/^3\.\d{1,2}(?:\.\d{1,2})?$/, 'is not a version of Python 3, e.g. "3.12"');

/** Names that steer the sandbox itself: the interpreter, the loader, git, pytest's own arguments. */
const RESERVED =
  /^(?:PATH|HOME|SHELL|ENV|BASH_ENV|IFS|TMPDIR|VIRTUAL_ENV|(?:LD|GIT|CODEX|PYTEST|PIP|UV)_\w+)$/;
const PYTHON_OWN = /^PYTHON/;
const PYTHON_ALLOWED =
  /^PYTHON(?:_\w+|PATH|HASHSEED|UTF8|WARNINGS|DEVMODE|OPTIMIZE|ASYNCIODEBUG|IOENCODING)$/;

const variable = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]{0,99}$/, 'is not a name of capital letters, digits and underscores')
  .refine(
    (name) => !RESERVED.test(name) && (!PYTHON_OWN.test(name) || PYTHON_ALLOWED.test(name)),
    'is reserved: it would change how the sandbox itself works',
  );

const pytest = words.superRefine((given, context) => {
  const refused = refusedWord(given);
  if (refused !== null)
    context.addIssue({ code: 'custom', message: `"${refused}" is not an allowed argument` });
});

const limits = map({
  memory_mb: count('MiB', 128)
    .optional()
    .describe('Memory of the sandbox, in MiB. Its disk counts as memory.'),
  cpus: z.number('must be a number').min(0.1, 'must be at least 0.1').optional().describe('Processors.'),
  disk_mb: count('MiB', 64).optional().describe('Size of the work tree and all that tests write, in MiB.'),
  pids: count('processes', 16, 4096)
    .optional()
    .describe('Processes and threads at one time; 512 by default, at most 4096.'),
  timeout_seconds: count('seconds', 1).optional().describe('Longest time of the test phase.'),
  install_timeout_seconds: count('seconds', 1)
    .optional()
    .describe('Longest time of installing dependencies.'),
});

const dependency = z.union(
  [file, map({ group: setName }), map({ extra: setName })],
  'must be a requirements file, {group: NAME} or {extra: NAME}',
);

const plan = map({
  auto: yesOrNo.default(false).describe('Plan every new head, without a command.'),
  fail_on: z
    .enum(['any', 'new'], 'must be "any" or "new"')
    .default('any')
    .describe('`new`: tests that fail on the base branch too, and flaky ones, do not fail the check.'),
  image: image.optional().describe("The image that tests run in, in place of the operator's."),
  python: python.optional().describe('The version of Python that the project needs, e.g. "3.12".'),
  dependencies: listOf(dependency, 'files, groups and extras')
    .optional()
    .describe('What to install, in place of what Codex finds: requirements files, `{group}`, `{extra}`.'),
  install: z
    .array(command, 'must be a list of commands, each a list of words')
    .max(20, 'has more than 20 commands')
    .optional()
    .describe('Commands that install dependencies, in place of those Codex would run.'),
  command: command.optional().describe('What runs the tests, in place of `python -m pytest`.'),
  pytest: pytest.default([]).describe('Further arguments of pytest.'),
  environment: z
    .record(variable, word, 'must be a map of names and texts')
    .default({})
    .describe('Environment variables of the tests. Not for secrets: the tests can read them all.'),
  limits: limits.default({}).describe("What a plan may use; at most the operator's maxima."),
});

export const repositorySchema = map({
  plan: plan.prefault({}).describe('How `/codex plan` runs the tests.'),
  governance: governanceSchema.prefault({}).describe('What pull requests must be called and aim at.'),
  merge: mergeSchema.prefault({}).describe('How `/codex pr` merges.'),
  strategies: strategiesSchema.default({}).describe("The strategies that TradingView's alerts are about."),
  alerts: alertsSchema
    .default([])
    .describe('What alerts cause: the rules that [TradingView](tradingview.md) explains.'),
});
export type ConfigFile = z.output<typeof repositorySchema>;
