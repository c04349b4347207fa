/** What the plugin says about the tests of an ordinary project. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventsOf, outcomes, resultOf, runProject, type Session } from './session.ts';

const CART = `def total(prices):
    return sum(prices) / len(prices)
`;

const TESTS = `import sys
import unittest
import warnings
import pytest
from cart import total

def test_passes():
    assert total([2]) == 2

def test_fails():
    found = 1
    assert found == 2, "not two"

def test_fails_in_the_source():
    total([])

def check(value):
    __tracebackhide__ = True
    assert value

def test_fails_in_a_hidden_helper():
    check(False)

def test_fails_in_a_library():
    import json
    json.loads("{")

@pytest.fixture
def broken():
    raise RuntimeError("no database")

def test_setup_raises(broken):
    pass

@pytest.fixture
def leaking():
    yield
    raise RuntimeError("still open")

def test_teardown_raises(leaking):
    pass

def test_fails_and_teardown_raises(leaking):
    assert False

@pytest.mark.skip(reason="not today")
def test_is_skipped():
    pass

@pytest.mark.xfail(reason="known bug")
def test_fails_as_expected():
    assert False

@pytest.mark.xfail
def test_passes_unexpectedly():
    pass

@pytest.mark.xfail(strict=True, reason="must fail")
def test_passes_against_a_strict_expectation():
    pass

def test_exits():
    sys.exit(0)

def test_warns():
    warnings.warn("old")

@pytest.mark.parametrize("text", ["é", "a\\nb", "日本", "\\ud800", "x" * 5000, "[/::]"])
def test_of_any_text(text):
    assert not text

class TestUnittest(unittest.TestCase):
    def test_fails(self):
        self.assertEqual(1, 2)

    @unittest.expectedFailure
    def test_fails_as_expected(self):
        self.assertEqual(1, 2)

    def test_with_subtests(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)

def test_with_subtests(subtests):
    for number in range(3):
        with subtests.test(number=number):
            assert number != 2

@pytest.mark.parametrize("size", [300_000])
def test_says_very_much(size):
    raise ValueError("🤖" * size)
`;

const FILES = {
  'cart.py': CART,
  'test_cart.py': TESTS,
  'documented.py': 'def one():\n    """\n    >>> one()\n    2\n    """\n    return 1\n',
};

const OUTCOMES = {
  test_passes: 'passed',
  test_fails: 'failed',
  test_fails_in_the_source: 'failed',
  test_fails_in_a_hidden_helper: 'failed',
  test_fails_in_a_library: 'failed',
  test_setup_raises: 'error',
  test_teardown_raises: 'error',
  test_fails_and_teardown_raises: 'failed',
  test_is_skipped: 'skipped',
  test_fails_as_expected: 'xfailed',
  test_passes_unexpectedly: 'xpassed',
  test_passes_against_a_strict_expectation: 'failed',
  test_exits: 'failed',
  test_warns: 'passed',
  'TestUnittest::test_fails': 'failed',
  'TestUnittest::test_fails_as_expected': 'xfailed',
  'TestUnittest::test_with_subtests': 'failed',
  test_with_subtests: 'failed',
};

/** pytest's own options for each way to run the same project. */
const WAYS: Record<string, string[]> = {
  'one process': ['--doctest-modules'],
  'two xdist workers': ['--doctest-modules', '-n', '2'],
};

describe.each(Object.entries(WAYS))('A project in %s', (_way, pytest) => {
  let session: Session;
  beforeAll(async () => {
    session = await runProject(FILES, { header: { pytest } });
  });
  const lineOf = (text: string): number => TESTS.slice(0, TESTS.indexOf(text)).split('\n').length;

  test('every test has one result, with the outcome pytest gave it', () => {
    const byName = Object.fromEntries(
      Object.entries(OUTCOMES).map(([name, outcome]) => [`test_cart.py::${name}`, outcome]),
    );
    expect(outcomes(session)).toMatchObject(byName);
    expect(new Set(session.results.map(({ nodeid }) => nodeid)).size).toBe(session.results.length);
  });

  test('each test is announced before its result, and the session closes with what was counted', () => {
    const count = session.results.length;
    expect(eventsOf(session, 'collected')).toEqual([{ event: 'collected', count }]);
    expect(eventsOf(session, 'start')).toHaveLength(count);
    expect(session.events.slice(-2)).toEqual([
      { event: 'end', exit_code: 1, collected: count, results: count, warnings: 1 },
      { event: 'exit', status: 1 },
    ]);
    expect(session).toMatchObject({ status: 1, forged: 0 });
  });

  test('a failure stands at the deepest line inside the repository', () => {
    expect(resultOf(session, 'test_fails')).toMatchObject({
      path: 'test_cart.py',
      line: lineOf('assert found == 2'),
      message: 'AssertionError: not two\nassert 1 == 2',
      traceback: expect.stringContaining('assert found == 2'),
    });
    expect(resultOf(session, 'test_fails_in_the_source')).toMatchObject({ path: 'cart.py', line: 2 });
    expect(resultOf(session, 'test_fails_in_a_library')).toMatchObject({ line: lineOf('json.loads("{")') });
    expect(resultOf(session, 'test_fails_in_a_hidden_helper')).toMatchObject({
      line: lineOf('check(False)'),
    });
    expect(resultOf(session, 'test_setup_raises')).toMatchObject({
      line: lineOf('raise RuntimeError("no data'),
    });
    expect(resultOf(session, 'documented.one')).toMatchObject({
      outcome: 'failed',
      path: 'documented.py',
      line: 3,
    });
  });

  test('a result with no frame of its own stands at the definition of its test', () => {
    expect(resultOf(session, 'test_passes')?.line).toBe(lineOf('def test_passes()'));
    expect(resultOf(session, 'test_passes_against_a_strict_expectation')).toMatchObject({
      line: lineOf('@pytest.mark.xfail(strict=True'),
      message: '[XPASS(strict)] must fail',
    });
  });

  test('a skip and an expected failure give their reasons', () => {
    expect(resultOf(session, 'test_is_skipped')?.message).toBe('not today');
    expect(resultOf(session, 'test_fails_as_expected')?.message).toBe('known bug');
    expect(resultOf(session, 'test_passes')?.message).toBe('');
  });

  test('names and messages of any text arrive, within their limits', () => {
    const ids = session.results.map(({ nodeid }) => nodeid).filter((id) => id.includes('test_of_any_text'));
    expect(ids).toHaveLength(6);
    expect(ids.every((id) => id.length < 2_100 && id.isWellFormed())).toBe(true);
    const long = resultOf(session, 'test_says_very_much[300000]');
    expect(long?.message).toMatch(/characters left out/);
    expect(long?.traceback.length).toBeLessThan(50_000);
  });
});

test('Only the asked-for tests run, also by their shortened names; those that do not exist are passed over', async () => {
  const long = `test_a.py::test_text[${'x'.repeat(3_000)}]`;
  const files = {
    'test_a.py': `import pytest
def test_one(): pass
def test_two(): pass
@pytest.mark.parametrize("text", ["x" * 3000])
def test_text(text): pass
`,
  };
  const all = await runProject(files, { header: { collect_only: true } });
  expect(eventsOf(all, 'collected')).toEqual([{ event: 'collected', count: 3 }]);
  expect(all.results).toEqual([]);
  const first = await runProject(files);
  const name = first.results.map(({ nodeid }) => nodeid).find((id) => id.startsWith(long.slice(0, 100)));
  const some = await runProject(files, {
    header: { only: ['test_a.py::test_two', name ?? '', 'test_a.py::test_gone', 'gone.py::test'] },
  });
  expect(Object.keys(outcomes(some))).toEqual(['test_a.py::test_two', name]);
  expect(some.events).toContainEqual({ event: 'end', exit_code: 0, collected: 2, results: 2, warnings: 0 });
});

test('What a project does to Python is not taken for a lie, nor does it silence what is told', async () => {
  const session = await runProject({
    'conftest.py': `import json, os, pytest
@pytest.fixture(autouse=True, scope="session")
def elsewhere():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 7)
        patch.setattr(os, "write", lambda *_: 0)
        patch.setattr(os, "fstat", None)
        patch.setattr(json, "dumps", lambda *_: "{}")
        yield
class Thing(pytest.Item):
    def runtest(self): pass
    def reportinfo(self): return self.path, "seven", "a thing"
class Things(pytest.File):
    def collect(self): yield Thing.from_parent(self, name="thing")
def pytest_collect_file(file_path, parent):
    return Things.from_parent(parent, path=file_path) if file_path.suffix == ".thing" else None
`,
    'a.thing': '',
    'test_one.py': 'def test_one(): pass\ndef test_two(): pass\n',
    'test_template.py': 'def test_template(): raise SyntaxError("template", (__file__, "7", 1, ""))\n',
    'test_words.py': 'def test_words(): raise SyntaxError("template", (b"words", 10**30, 1, ""))\n',
  });
  expect(outcomes(session)).toEqual({
    'a.thing::thing': 'passed',
    'test_one.py::test_one': 'passed',
    'test_one.py::test_two': 'passed',
    'test_template.py::test_template': 'failed',
    'test_words.py::test_words': 'failed',
  });
  expect(resultOf(session, 'test_template')).toMatchObject({ path: 'test_template.py', line: null });
  expect(session.forged).toBe(0);
});

test('An outcome that only a plugin knows is no pass, and a reason of an xfail that is none harms nobody', async () => {
  const session = await runProject({
    'conftest.py': `import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.when == "call" and item.name == "test_odd": report.outcome = "inconclusive"
    if item.name == "test_expected": report.wasxfail = None
`,
    'test_a.py': 'def test_odd(): pass\ndef test_expected(): pass\ndef test_plain(): pass\n',
  });
  expect(outcomes(session)).toEqual({
    'test_a.py::test_expected': 'xpassed',
    'test_a.py::test_plain': 'passed',
  });
});

test('Two tests that look alike outside stay two', async () => {
  const session = await runProject({
    'pytest.ini':
      '[pytest]\ndisable_test_id_escaping_and_forfeit_all_rights_to_community_support = true\naddopts = -p no:cacheprovider\n',
    'test_a.py': `import pytest
@pytest.mark.parametrize("text", ["\\ud800", "\\\\ud800"])
def test_text(text): pass
`,
  });
  expect(new Set(session.results.map(({ nodeid }) => nodeid)).size).toBe(2);
  expect(eventsOf(session, 'collected')).toEqual([{ event: 'collected', count: 2 }]);
});

test('What a project drops after its collection is not waited for', async () => {
  const session = await runProject({
    'conftest.py': 'def pytest_collection_finish(session): del session.items[1:]\n',
    'test_a.py': 'def test_one(): pass\ndef test_two(): pass\n',
  });
  expect(session.events).toContainEqual({
    event: 'end',
    exit_code: 0,
    collected: 1,
    results: 1,
    warnings: 0,
  });
});

test('A file that skips itself is told of, with its reason and line', async () => {
  const session = await runProject({
    'test_a.py': 'import pytest\npytest.importorskip("nowhere_to_be_found")\ndef test_a(): pass\n',
    'test_b.py': 'def test_b(): pass\n',
  });
  expect(eventsOf(session, 'collect_skip')).toEqual([
    {
      event: 'collect_skip',
      nodeid: 'test_a.py',
      path: 'test_a.py',
      line: 2,
      message: "could not import 'nowhere_to_be_found': No module named 'nowhere_to_be_found'",
    },
  ]);
});

describe('What cannot be collected', () => {
  test('a module that cannot be imported is reported at the line at fault', async () => {
    const session = await runProject({
      'lib.py': 'import os\nimport nowhere_to_be_found\n',
      'test_import.py': 'import lib\n',
      'test_syntax.py': 'def test_a():\n    pass\ndef (\n',
      'test_fine.py': 'def test_fine(): pass\n',
      'test_marked.py': 'import pytest\n@pytest.mark.parametrize("a", [1])\ndef test_b(): pass\n',
    });
    const errors = eventsOf(session, 'collect_error');
    expect(errors.map(({ nodeid, path, line }) => [nodeid, path, line])).toEqual([
      ['test_import.py', 'lib.py', 2],
      ['test_marked.py', 'test_marked.py', null],
      ['test_syntax.py', 'test_syntax.py', 3],
    ]);
    expect(errors[0]?.message).toBe("ModuleNotFoundError: No module named 'nowhere_to_be_found'");
    expect(errors[2]?.message).toContain('SyntaxError: invalid syntax');
    expect(session.events.slice(-2)).toMatchObject([{ event: 'end', exit_code: 2 }, { status: 2 }]);
  });

  test('a conftest that raises, at the top or further down', async () => {
    const conftest = 'import pytest\nraise RuntimeError("no settings")\n';
    const top = await runProject({ 'conftest.py': conftest, 'test_a.py': 'def test_a(): pass\n' });
    expect(eventsOf(top, 'collect_error')).toMatchObject([
      { nodeid: 'conftest.py', path: 'conftest.py', line: 2, message: 'RuntimeError: no settings' },
    ]);
    expect(eventsOf(top, 'collect_error')[0]?.traceback).toMatch(
      /^Traceback.*\n {2}File "\/work\/tree\/conftest.py"/,
    );
    expect(top.events.at(-1)).toEqual({ event: 'exit', status: 4 });
    const collecting = 'def pytest_collect_file(file_path):\n    raise RuntimeError("no files")\n';
    const session = await runProject({ 'conftest.py': collecting, 'test_a.py': '' });
    expect(eventsOf(session, 'collect_error')).toMatchObject([
      { nodeid: 'conftest.py', path: 'conftest.py' },
    ]);
    const below = await runProject({ 'deep/er/conftest.py': conftest, 'deep/er/test_a.py': '' });
    expect(eventsOf(below, 'collect_error')).toMatchObject([{ path: 'deep/er/conftest.py', line: 2 }]);
  });
});
