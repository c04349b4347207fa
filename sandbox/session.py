"""Starts the tests: with which command, in which environment, and how pytest's plugin comes to speak."""

import json
import os
import shlex
import subprocess
import threading

from environment import PLUGIN

WORK = "/work/tree"  # Not /work itself: a mount point is no folder like any other to a test.
HOME = "/tmp/home"
NO_SUCH_COMMAND = 127  # as a shell has it


def test_variables(header, environment):
    """The tests' environment: the container's own, a home, a CI's flag, and what the repository configured."""
    return {
        **os.environ,
        "HOME": HOME,
        "PATH": environment.search_path(),
        "VIRTUAL_ENV": environment.prefix,
        "CI": "true",
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        **header.get("environment", {}),
    }


def run_tests(header, events, environment, variables, processes):
    argv, variables = test_command(header, environment, variables, events.descriptor is not None)
    if events.descriptor is None:
        return processes.start(argv, polite=True, cwd=WORK, stdin=subprocess.DEVNULL, env=variables).wait()
    secret, writer = os.pipe()
    settings = {"nonce": events.nonce, "only": header["only"], "root": WORK}
    variables["CODEX_PYTEST_CHANNEL"] = f"{events.descriptor},{secret}"
    try:
        child = processes.start(
            argv,
            polite=True,
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
