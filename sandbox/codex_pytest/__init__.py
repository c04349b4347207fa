"""Pytest plugin of the sandbox: says what happens in a test session, one JSON object a line.

The lines go to a file descriptor of their own, so nothing a test prints can be mistaken for them, and each is
written whole at once, so what was said survives a kill. The events are those of src/plan/events.ts.

Works with pytest 7 to 9, Python 3.9 and later. With xdist the controller speaks and the workers are silent.
"""

import pytest

from .channel import clean_environment, open_channel
from .describe import MESSAGE_LIMIT, cut, deepest_frame, error_message, error_traceback, name_of, unwrapped
from .placement import Placement
from .reporter import Reporter

_opened = open_channel()


@pytest.hookimpl(hookwrapper=True)
def pytest_load_initial_conftests():
    """A conftest that raises ends pytest before there is a session: say where."""
    outcome = yield
    if _opened is None or outcome.excinfo is None:
        return
    channel, settings = _opened
    error = unwrapped(outcome.excinfo[1])
    path, line = deepest_frame(error, settings["root"]) or (None, None)
    channel.say(
        "collect_error",
        nodeid=name_of(path or ""),
        path=path,
        line=line,
        message=cut(error_message(error), MESSAGE_LIMIT),
        traceback=error_traceback(error, settings["root"]),
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    global _opened
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        clean_environment()
        if "codex" in worker:
            config.pluginmanager.register(Placement(**worker["codex"]), "codex-placement")
    elif _opened is not None:
        channel, settings = _opened
        _opened = None  # A pytest that a test starts inside this process reports to nobody.
        if getattr(config.option, "dist", "no") == "no":
            clean_environment()  # xdist's workers still have to find the plugin, and clean up for themselves.
        config.pluginmanager.register(Placement(settings["only"], settings["root"]), "codex-placement")
        config.pluginmanager.register(Reporter(channel, settings, config), "codex-reporter")
