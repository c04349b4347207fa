"""Runs one test session inside the container: unpack the work tree, install the project, run the tests.

    python3 -I runner.py                   a JSON header line and a git pack on stdin, events on stderr
    python3 -I runner.py --tar [--command JSON] [-- ARGS]
        a tar of the work tree on stdin; ARGS for pytest, or JSON's list of words in its place; their status as ours

What anything of the project prints goes to stdout. Stderr carries only events (src/plan/events.ts), each with
the header's nonce. The nonce is in no argument, variable or file: pytest's plugin gets it over a pipe.
"""

import fcntl
import json
import os
import signal
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from build import build  # noqa: E402
from environment import Environment  # noqa: E402
from processes import Interrupted, Processes  # noqa: E402
from session import HOME, WORK, run_tests, test_variables  # noqa: E402
from unpack import UnpackError, unpack_pack, unpack_tar  # noqa: E402

PREFIX = "/tmp/venv"
TAR_HEADER = {"pytest": [], "command": None, "only": None, "collect_only": False}


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
    for directory in (HOME, WORK):
        os.makedirs(directory, exist_ok=True)
    environment = Environment(PREFIX)
    variables = test_variables(header, environment)
    try:
        events.say("step", step="unpack")
        unpack(processes.start)
        environment.create()
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


def main(arguments):
    stream = sys.stdin.buffer
    if arguments[:1] == ["--tar"]:
        header = {**TAR_HEADER, **tar_options(arguments[1:])}
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


def tar_options(arguments):
    command = None
    if arguments[:1] == ["--command"]:
        command, arguments = json.loads(arguments[1]), arguments[2:]
    return {"command": command, "pytest": arguments[1:] if arguments[:1] == ["--"] else arguments}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
