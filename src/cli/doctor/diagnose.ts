/** The checks of `codexctl doctor`. Pure. */
import { app, granted, installation, registration, webhook } from './app-checks.ts';
import type { Facts } from './facts.ts';
import { docker, environment, image } from './machine-checks.ts';
import type { Problem } from './problem.ts';
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
