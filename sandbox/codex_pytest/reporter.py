"""The hooks that speak: in a plain session, or in xdist's controller."""

import os

import pytest

from .describe import TRACEBACK_LIMIT, cut, line_number, name_of, relative, report_message
from .results import Results


class Reporter:
    """Turns pytest's hooks into events on the channel."""

    def __init__(self, channel, settings, config):
        self._channel = channel
        self._root = settings["root"]
        self._rootdir = str(config.rootpath)
        self._results = Results()
        self._collected = None
        self._finished = set()
        self._warnings = 0
        self._session = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session):
        self._session = session

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session):
        self._count_collected(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self._count_collected(ids)

    def _count_collected(self, nodeids):
        if self._collected is None:
            self._collected = len({name_of(nodeid) for nodeid in nodeids})
            self._channel.say("collected", count=self._collected)

    def pytest_collectreport(self, report):
        if report.passed:
            return
        path, line = getattr(report, "codex_place", None) or (report.nodeid.split("::")[0] or None, None)
        told = {"nodeid": name_of(report.nodeid or path or "."), "path": path, "line": line}  # The session has no name.
        if report.skipped:
            self._channel.say("collect_skip", message=report_message(report).removeprefix("Skipped: "), **told)
            return
        message = getattr(report, "codex_message", None) or report_message(report)
        self._channel.say("collect_error", message=message, traceback=cut(report.longreprtext, TRACEBACK_LIMIT), **told)

    def pytest_internalerror(self, excrepr):
        self._channel.say("note", text="pytest stopped with an internal error:\n" + cut(excrepr, TRACEBACK_LIMIT))

    def pytest_warning_recorded(self):
        self._warnings += 1

    def pytest_runtest_logstart(self, nodeid):
        self._channel.say("start", nodeid=name_of(nodeid))

    def pytest_runtest_logreport(self, report):
        result = self._results.add(report)
        if result is not None and result.outcome is not None:  # None: a plugin kept the call to itself, to repeat it
            self._say_result(result)

    def _say_result(self, result):
        name = name_of(result.last.nodeid)
        self._finished.add(name)
        path, line = self._place(result)
        self._channel.say(
            "result",
            nodeid=name,
            outcome=result.outcome,
            seconds=max(0.0, round(result.seconds, 6)),
            path=path,
            line=line,
            message=result.message(),
            traceback=result.traceback(),
        )

    def _place(self, result):
        """(path, line) of the error, else of the test's definition."""
        if result.outcome not in ("passed", "skipped"):
            for report in result.telling:
                if getattr(report, "codex_place", None) is not None:
                    return report.codex_place
        file, index, _ = result.last.location
        path = relative(os.path.join(self._rootdir, file), self._root)
        return path, None if path is None or not isinstance(index, int) else line_number(index + 1)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self):
        """The last hook of a session: every other plugin has had its say about the exit status."""
        if self._session is None:
            return
        for result in self._results.failed_without_teardown():
            self._say_result(result)
        self._channel.say(
            "end",
            exit_code=int(self._session.exitstatus),
            collected=self._collected or 0,
            results=len(self._finished),
            warnings=self._warnings,
        )
