/** The checks of `codexctl doctor`, with those of the machine that Codex runs on. Pure. */
import { app, granted, installation, registration, webhook } from './app-checks.ts';
import { type Facts, type Problem, problem } from './facts.ts';
import { configuration, conflicts, rulesets } from './repository-checks.ts';

type Check = (facts: Facts) => readonly Problem[];

const CHECKS: readonly Check[] = [
  environment,
  app,
  webhook,
  registration,
  installation,
  granted,
  rulesets,
  conflicts,
  configuration,
  docker,
  image,
];

/** Everything that is wrong, in the order in which it is best mended. */
export function diagnose(facts: Facts): readonly Problem[] {
  return CHECKS.flatMap((check) => check(facts));
}

function environment({ environment: mistakes }: Facts): Problem[] {
  return mistakes.map((mistake) =>
    problem('environment', `${mistake}.`, 'Set it as docs/environment.md says, and start Codex again.'),
  );
}

function docker({ docker: reading }: Facts): Problem[] {
  if ('value' in reading) return [];
  return [
    problem(
      'Docker',
      reading.error,
      'Start the Docker daemon, or set DOCKER_HOST to one that this user may reach.',
    ),
  ];
}

function image({ image: looked }: Facts): Problem[] {
  if (!looked) return [];
  const { name, found } = looked;
  const fix = 'Run `npm run setup` to build it, or name another in CODEX_WORKER_SANDBOX_IMAGE.';
  if ('error' in found) {
    return [
      problem('sandbox image', `${name} is not on the Docker host; the first plan tries to pull it.`, fix),
    ];
  }
  return found.value.derived
    ? []
    : [problem('sandbox image', `${name} was not made from the sandbox image: no test can run in it.`, fix)];
}
