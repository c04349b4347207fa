import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, verdictOn, type World } from '../support/codex.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const CALC = 'def add(a, b):\n    return a + b\n';
const TESTS =
  'from calc import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n\n\ndef test_zero():\n    assert add(0, 0) == 0\n';

test('/codex plan on a change that breaks a test → failure at its line, and one comment; the fix → success', async () => {
  const { github } = world;
  const repository = await github.createRepository('acme', 'calc', { private: true });
  await repository.push('main', { 'calc.py': CALC, 'test_calc.py': TESTS });
  const broken = await repository.push('feature', { 'calc.py': CALC.replace('+', '-') });
  const pull = await repository.openPull({ head: 'feature' });

  const asked = await repository.comment(pull, 'acme', '/codex plan');
  const run = await verdictOn(github, repository, broken);
  expect(run.conclusion).toBe('failure');
  expect(run.annotations.map(({ path, start_line }) => [path, start_line])).toEqual([['test_calc.py', 5]]);

  const fixed = await repository.push('feature', { 'calc.py': `${CALC}\n` });
  await repository.comment(pull, 'acme', '/codex plan');
  const second = await verdictOn(github, repository, fixed);
  expect(second.conclusion).toBe('success');
  await github.until('the last reaction', async () => (await repository.reactions(asked)).length >= 2);
  const ours = (await repository.comments(pull)).filter(({ user }) => user.login === github.botLogin);
  expect(ours).toHaveLength(1);
  console.log(
    run.output.title,
    '\n',
    run.output.summary,
    '\n',
    run.output.text,
    ours[0]?.body,
    second.output.summary,
  );
}, 90_000);
