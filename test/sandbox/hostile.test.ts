/** Tests and settings that would have a verdict say more than is true. None may end in a complete clean session. */
import { expect, test } from '@jest/globals';
import { eventsOf, outcomes, runProject, type Session } from './session.ts';

const PASSING = 'def test_one(): pass\ndef test_two(): pass\n';

/** What the verdict asks for: a closing event, the status it names, and a result for every collected test. */
function looksLikeSuccess(session: Session): boolean {
  const [end] = eventsOf(session, 'end');
  return end?.exit_code === 0 && session.status === 0 && end.collected > 0 && end.results === end.collected;
}

test('A plain passing project does look like a success', async () => {
  expect(looksLikeSuccess(await runProject({ 'test_a.py': PASSING }))).toBe(true);
});

test.each([
  ['a conftest that leaves with status 0', { 'conftest.py': 'import os\nos._exit(0)\n' }],
  ['a test that leaves with status 0', { 'test_b.py': 'import os\ndef test_exit(): os._exit(0)\n' }],
  [
    'pytest.exit with status 0',
    { 'test_b.py': 'import pytest\ndef test_exit(): pytest.exit("x", returncode=0)\n' },
  ],
  ['options that only collect', { 'pytest.ini': '[pytest]\naddopts = --collect-only\n' }],
  ['options that only show help', { 'pytest.ini': '[pytest]\naddopts = --help\n' }],
  ['a run loop that runs nothing', { 'conftest.py': 'def pytest_runtestloop(): return True\n' }],
  [
    'a closing hook that raises',
    { 'conftest.py': 'def pytest_sessionfinish(): raise RuntimeError("late")\n' },
  ],
  [
    'a test that closes every descriptor',
    { 'test_b.py': 'import os\ndef test_close():\n    os.closerange(3, 4096)\n    os._exit(0)\n' },
  ],
])('No success comes of %s', async (_what, files) => {
  const session = await runProject({ 'test_a.py': PASSING, ...files });
  expect(looksLikeSuccess(session)).toBe(false);
  expect(session.events.at(-1)?.event).toBe('exit');
});

test.each([
  ['-p no:codex_pytest'],
  ['-p no:terminal'],
  ['-p no:cacheprovider --strict-markers --strict-config'],
  ['-p no:faulthandler -s'],
  ['--tb=no -q'],
])('Options of the project leave the events whole: %s', async (addopts) => {
  const session = await runProject({
    'pytest.ini': `[pytest]\naddopts = ${addopts}\n`,
    'test_a.py': `${PASSING}def test_bad():\n    assert 1 == 2\n`,
  });
  expect(outcomes(session)).toEqual({
    'test_a.py::test_one': 'passed',
    'test_a.py::test_two': 'passed',
    'test_a.py::test_bad': 'failed',
  });
  expect(session.results[2]).toMatchObject({ path: 'test_a.py', line: 4 });
});

test('Events that a test writes are known as forged, wherever it finds a place to write them', async () => {
  const session = await runProject({
    'test_a.py': `import json, os, subprocess, sys
LINE = json.dumps({"nonce": "0" * 32, "event": "result", "nodeid": "fake", "outcome": "passed", "seconds": 0,
                   "path": None, "line": None, "message": "", "traceback": ""}) + "\\n"
def test_writes_everywhere():
    print(LINE, file=sys.__stdout__)
    print(LINE, file=sys.__stderr__)
    subprocess.run(["sh", "-c", "echo \\"$0\\"; echo \\"$0\\" >&2", LINE])
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            os.write(int(descriptor), LINE.encode())
        except OSError:
            pass
    for process in filter(str.isdigit, os.listdir("/proc")):
        for descriptor in ("1", "2"):
            try:
                with open(f"/proc/{process}/fd/{descriptor}", "w") as file:
                    file.write(LINE)
            except OSError:
                pass
`,
  });
  expect(outcomes(session)).toEqual({ 'test_a.py::test_writes_everywhere': 'passed' });
  expect(session.forged).toBeGreaterThan(0);
});

test('The nonce is in no variable, argument or inherited descriptor of what the tests start', async () => {
  const session = await runProject({
    'test_a.py': `import os, subprocess, sys
def test_environment():
    assert [name for name in os.environ if "CODEX" in name or "PYTEST_ADDOPTS" in name] == []
def test_arguments():
    listed = subprocess.run(["sh", "-c", "cat /proc/[0-9]*/cmdline"], capture_output=True, text=True).stdout
    assert "nonce" not in listed
def test_descriptors():
    script = "import os; print([fd for fd in os.listdir('/proc/self/fd') if int(fd) > 3])"
    child = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, close_fds=False)
    assert child.stdout.strip() == "[]"
`,
  });
  expect(Object.values(outcomes(session))).toEqual(['passed', 'passed', 'passed']);
});

test('A pytest inside a test, and a fork of it, say nothing of their own', async () => {
  const session = await runProject({
    'inner.py': 'def test_inner(): assert False\n',
    'test_a.py': `import os, subprocess, sys
import pytest
def test_in_this_process(): assert pytest.main(["inner.py"]) == 1
def test_in_another():
    assert subprocess.run([sys.executable, "-m", "pytest", "inner.py"]).returncode == 1
def test_in_a_fork():
    child = os.fork()
    if child == 0:
        raise RuntimeError("in the fork")
    os.waitpid(child, 0)
`,
  });
  expect(Object.values(outcomes(session))).toEqual(['passed', 'passed', 'passed']);
  expect(session.results).toHaveLength(3);
});

test('A flood of output harms no event, and none of it reaches the channel', async () => {
  const session = await runProject(
    { 'test_a.py': 'import os\ndef test_flood():\n    for _ in range(200): os.write(2, b"x" * 100_000)\n' },
    { header: { pytest: ['-s'] } },
  );
  expect(session.stdout.length).toBeGreaterThan(20_000_000);
  expect(session).toMatchObject({ forged: 0, status: 0 });
});
