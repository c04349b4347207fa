/** Checks of a repository: its rulesets, the rules of others, its configuration. Pure. */
import { describeMistake } from '../../repository/config.ts';
import { type Facts, type Problem, problem } from './facts.ts';

export function rulesets({ repository }: Facts): Problem[] {
  const reading = repository?.rulesets;
  if (!repository || !reading) return [];
  const fix = `Run \`codexctl governance apply ${repository.name}\`: it shows what it changes.`;
  if ('error' in reading) return [problem('rulesets', reading.error, fix)];
  const { changes, bypassShown } = reading.value;
  const found = changes.flatMap((change): Problem[] => {
    const about = `ruleset ${change.wanted.name}`;
    if (change.type === 'none') return [];
    if (change.type === 'refused') {
      return [
        problem(
          about,
          `It cannot be used: ${change.reason}.`,
          'Rename it or take those rules out, then apply.',
        ),
      ];
    }
    if (change.type === 'create') return [problem(about, 'It is missing.', fix)];
    return [problem(about, `It is not as it should be: ${change.differences.join('; ')}.`, fix)];
  });
  return bypassShown ? found : [...found, UNSEEN_BYPASS];
}

const UNSEEN_BYPASS = problem(
  'bypass',
  'Who may bypass the rulesets is shown to administrators only, and was not compared.',
  'Run this with the token of an administrator in GH_TOKEN.',
  true,
);

export function conflicts({ repository }: Facts): Problem[] {
  const reading = repository?.rulesets;
  if (!reading || 'error' in reading) return [];
  return reading.value.conflicts.map(({ what, next }) => problem('rules of others', what, next));
}

export function configuration({ repository }: Facts): Problem[] {
  const reading = repository?.rulesets;
  if (!reading || 'error' in reading) return [];
  return reading.value.mistakes.map((mistake) =>
    problem(
      '.github/codex.yml',
      describeMistake(mistake),
      'Mend it on the default branch; docs/configuring.md has the keys.',
    ),
  );
}
