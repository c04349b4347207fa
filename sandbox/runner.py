"""Runs one test session inside the container: unpack the work tree, install the project, run the tests.

    python3 -I runner.py                   a JSON header line and a git pack on stdin, events on stderr
    python3 -I runner.py --tar [-- ARGS]   a tar of the work tree on stdin; ARGS for pytest, its status as ours

What anything of the project prints goes to stdout. Stderr carries only events (src/plan/events.ts), each with
the header's nonce. The nonce is in no argument, variable or file: pytest's plugin gets it over a pipe.
"""

import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from build import build  # noqa: E402
from environment import PLUGIN, Environment  # noqa: E402
from unpack import UnpackError, unpack_pack, unpack_tar  # noqa: E402

WORK = "/work"
HOME = "/tmp/home"
PREFIX = "/tmp/venv"
NO_SUCH_COMMAND = 127  # as a shell has it
TAR_HEADER = {"pytest": [], "command": None, "only": None, "collect_only": False, "build": True}


class Interrupted(Exception):
    """A signal asked for an end before the tests had begun."""


class Processes:
    """Starts the steps' processes one after the other, and passes signals on to the one that runs.

    The first signal reaches it as SIGINT, whichever it was, since pytest then still tells what it knows.
    """

    def __init__(self):
        self._current = None
        self._signals = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._pass_on)

    @property
    def interrupted(self):
        return self._signals > 0

    def go_on(self):
        """Raises Interrupted when the next step is not to begin."""
        if self.interrupted:
            raise Interrupted

    def start(self, argv, **options):
        self.go_on()
        child = subprocess.Popen(argv, start_new_session=True, **{"stderr": subprocess.STDOUT, **options})
        self._current = child
        if self.interrupted:
            child.send_signal(signal.SIGINT)
        return child

    def _pass_on(self, number, _frame):
        self._signals += 1
        if self._current is not None and self._current.returncode is None:
            try:
                os.killpg(self._current.pid, signal.SIGINT if self._signals == 1 else number)
            except ProcessLookupError:
                pass  # It has just ended.


class Events:
    """Writes the runner's own events; or nothing, in tar mode."""

    def __init__(self, descriptor, nonce):
        self.descriptor = descriptor
        self.nonce = nonce

    def say(self, event, **fields):
        if self.descriptor is not None:
            line = json.dumps({"nonce": self.nonce, "event": event, **fields}) + "\n"
            os.write(self.descriptor, line.encode())


def run(header, events, unpack):
    """All steps; pytest's exit status, negative for a signal."""
    processes = Processes()
    os.makedirs(HOME, exist_ok=True)
    environment = Environment(PREFIX)
    variables = test_variables(header, environment)
    try:
        events.say("step", step="unpack")
        unpack(processes.start)
        environment.create()
        if header["build"]:
            events.say("step", step="build")
            note = build(WORK, environment, processes.start, variables)
            if note is not None:
                events.say("note", text=note[:10_000])
        processes.go_on()
        events.say("step", step="test")
        return run_tests(header, events, environment, variables, processes)
    except (Interrupted, UnpackError):
        if not processes.interrupted:
            raise
        return -signal.SIGINT


def test_variables(header, environment):
    """The tests' environment: the container's own, a home, a CI's flag, and what the repository configured."""
    variables = {
        **os.environ,
        "HOME": HOME,
        "PATH": environment.search_path(),
        "VIRTUAL_ENV": environment.prefix,
        "CI": "true",
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        **header.get("environment", {}),
    }
    paths = [os.path.join(WORK, path) for path in header.get("python_path", [])]
    if paths:
        variables["PYTHONPATH"] = os.pathsep.join([*paths, *filter(None, [variables.get("PYTHONPATH")])])
    return variables


def run_tests(header, events, environment, variables, processes):
    argv, variables = test_command(header, environment, variables, events.descriptor is not None)
    if events.descriptor is None:
        return processes.start(argv, cwd=WORK, stdin=subprocess.DEVNULL, env=variables).wait()
    secret, writer = os.pipe()
    settings = {"nonce": events.nonce, "only": header["only"], "root": WORK}
    variables["CODEX_PYTEST_CHANNEL"] = f"{events.descriptor},{secret}"
    try:
        child = processes.start(
            argv,
            cwd=WORK,
            stdin=subprocess.DEVNULL,
            env=variables,
            pass_fds=(events.descriptor, secret),
            preexec_fn=prefer_as_victim,
        )
    except OSError as error:
        events.say("note", text=f"{argv[0]} could not be started: {error.strerror}")
        return NO_SUCH_COMMAND
    os.close(secret)
    # In a thread: a long list of tests fills the pipe, and a command without our plugin never reads it.
    threading.Thread(target=hand_over, args=(writer, settings), daemon=True).start()
    return child.wait()


def test_command(header, environment, variables, reports):
    """(argv, variables) of the tests, with the plugin when someone reads its events."""
    options = [*header["pytest"], *(["--collect-only", "-q"] if header["collect_only"] else [])]
    plugin = ["-p", "codex_pytest"] if reports else []
    if header["command"] is None:
        return [environment.python, "-m", "pytest", *plugin, *options], dict(variables)
    before = {name: variables.get(name, "") for name in ("PYTEST_ADDOPTS", "PYTHONPATH")}
    added = {
        "PYTEST_ADDOPTS": shlex.join([*shlex.split(before["PYTEST_ADDOPTS"]), *plugin, *options]),
        "PYTHONPATH": os.pathsep.join(filter(None, [before["PYTHONPATH"], PLUGIN])),
        **{f"CODEX_BEFORE_{name}": value for name, value in before.items()},
    }
    return header["command"], {**variables, **added}


def hand_over(writer, settings):
    try:
        with open(writer, "wb") as pipe:
            pipe.write(json.dumps(settings).encode())
    except BrokenPipeError:
        pass  # The command ended without reading it.


def prefer_as_victim():
    """Out of memory, the kernel is to end the tests, not this process, which tells of it."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def main(arguments):
    stream = sys.stdin.buffer
    if arguments[:1] == ["--tar"]:
        header = {**TAR_HEADER, "pytest": arguments[2:] if arguments[1:2] == ["--"] else arguments[1:]}
        status = run(header, Events(None, None), lambda start: unpack_tar(stream, WORK, start))
        return status if status >= 0 else 128 - status
    descriptor = fcntl.fcntl(2, fcntl.F_DUPFD_CLOEXEC, 100)
    os.dup2(1, 2)
    header = json.loads(stream.readline())
    events = Events(descriptor, header["nonce"])
    try:
        status = run(header, events, lambda start: stream.peek(1) and unpack_pack(stream, header, WORK, start))
    except UnpackError as error:
        events.say("note", text=f"The work tree could not be laid out: {error}"[:10_000])
        return 70
    except Exception:
        events.say("note", text=f"Codex's runner failed:\n{traceback.format_exc()}"[:10_000])
        return 70
    events.say("exit", status=status)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
