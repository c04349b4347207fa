/** Ends that come from outside: what was known until then is kept. */
import { expect, test } from '@jest/globals';
import { eventsOf, outcomes, runProject, type Session } from './session.ts';

const WAITING = `import time
def test_before(): pass
def test_waits(): time.sleep(60)
def test_after(): pass
`;

const inFlight = (session: Session): string[] =>
  eventsOf(session, 'start')
    .map(({ nodeid }) => nodeid)
    .filter((nodeid) => !(nodeid in outcomes(session)));

const whenWaiting: NonNullable<Parameters<typeof runProject>[1]>['onEvent'] = (event, signal) => {
  if (event.event === 'start' && event.nodeid.endsWith('::test_waits')) signal('INT');
};

test.each([[[]], [['-n', '1']]])(
  'SIGINT ends pytest politely: partial results and a closing event (%j)',
  async (pytest) => {
    const session = await runProject({ 'test_a.py': WAITING }, { header: { pytest }, onEvent: whenWaiting });
    expect(outcomes(session)).toEqual({ 'test_a.py::test_before': 'passed' });
    expect(inFlight(session)).toEqual(['test_a.py::test_waits']);
    expect(session.events.slice(-2)).toMatchObject([
      { event: 'end', exit_code: 2, collected: 3, results: 1 },
      { event: 'exit', status: 2 },
    ]);
  },
);

test('SIGINT during the build ends the run before any test', async () => {
  const session = await runProject(
    { 'setup.py': 'print("building")\nimport time\ntime.sleep(60)\n', 'test_a.py': WAITING },
    {
      onEvent: (event, signal) => {
        if (event.event === 'step' && event.step === 'build') signal('INT');
      },
    },
  );
  expect(session.events.at(-1)).toEqual({ event: 'exit', status: -2 });
  expect(eventsOf(session, 'step').map(({ step }) => step)).not.toContain('test');
});

test('A test that swallows the interrupt goes on until it is killed, and what was known is kept', async () => {
  const session = await runProject(
    {
      'test_a.py': `import time
def test_before(): pass
def test_waits():
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            open("/tmp/interrupted", "w").close()
`,
      'conftest.py': `import os, threading, time
def pytest_sessionstart():
    threading.Thread(target=kill_after_interrupt, daemon=True).start()
def kill_after_interrupt():
    while not os.path.exists("/tmp/interrupted"):
        time.sleep(0.01)
    os.kill(os.getpid(), 9)
`,
    },
    { onEvent: whenWaiting },
  );
  expect(outcomes(session)).toEqual({ 'test_a.py::test_before': 'passed' });
  expect(inFlight(session)).toEqual(['test_a.py::test_waits']);
  expect(eventsOf(session, 'end')).toEqual([]);
  expect(session.events.at(-1)).toEqual({ event: 'exit', status: -9 });
});

test('SIGKILL from the daemon leaves all events so far', async () => {
  const session = await runProject(
    { 'test_a.py': WAITING },
    {
      onEvent: (event, signal) => {
        if (event.event === 'start' && event.nodeid.endsWith('::test_waits')) signal('KILL');
      },
    },
  );
  expect(outcomes(session)).toEqual({ 'test_a.py::test_before': 'passed' });
  expect(inFlight(session)).toEqual(['test_a.py::test_waits']);
  expect(session.events.at(-1)?.event).toBe('start');
  expect(session.status).toBe(137);
});

test('Out of memory the tests are killed, and the runner tells of it', async () => {
  const session = await runProject(
    { 'test_a.py': 'def test_before(): pass\ndef test_grows():\n    data = bytearray(600 * 1024 * 1024)\n' },
    { limits: { memoryMb: 256 } },
  );
  expect(outcomes(session)).toEqual({ 'test_a.py::test_before': 'passed' });
  expect(inFlight(session)).toEqual(['test_a.py::test_grows']);
  expect(session.events.at(-1)).toEqual({ event: 'exit', status: -9 });
});

test('A crash of an xdist worker is the failure of its test; the others still run', async () => {
  const session = await runProject(
    {
      'test_a.py':
        'import os\ndef test_before(): pass\ndef test_crashes(): os._exit(3)\ndef test_after(): pass\n',
    },
    { header: { pytest: ['-n', '1'] } },
  );
  expect(outcomes(session)).toEqual({
    'test_a.py::test_before': 'passed',
    'test_a.py::test_crashes': 'failed',
    'test_a.py::test_after': 'passed',
  });
  expect(eventsOf(session, 'result')[1]?.message).toContain('crashed while running');
});
