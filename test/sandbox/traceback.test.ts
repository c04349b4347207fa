import { expect, test } from '@jest/globals';
import { resultOf, runProject } from './session.ts';

const TESTS = `def test_plain():
    assert 1 == 2

def test_with_fixture(tmp_path):
    assert not tmp_path
`;

test('the lines of a traceback stand below each other as in the source', async () => {
  const session = await runProject({ 'test_a.py': TESTS });
  expect(resultOf(session, 'test_plain')?.traceback).toMatch(
    /^ {4}def test_plain\(\):\n> {7}assert 1 == 2\nE {7}assert 1 == 2\n/,
  );
  expect(resultOf(session, 'test_with_fixture')?.traceback).toMatch(/^tmp_path = .*\n\n {4}def test_with/);
});
