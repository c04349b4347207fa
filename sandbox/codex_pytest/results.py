"""Puts the reports of one test's setup, call and teardown (and its subtests) together into one result."""

import dataclasses
from typing import Any, Optional

from .describe import MESSAGE_LIMIT, TRACEBACK_LIMIT, cut, report_message, report_traceback

BAD = ("failed", "error")


@dataclasses.dataclass
class Result:
    """One test so far. `telling`: the reports that explain its outcome; `last`: the latest report."""

    outcome: Optional[str] = None
    seconds: float = 0.0
    telling: list = dataclasses.field(default_factory=list)
    last: Any = None

    def add(self, report):
        self.last = report
        self.seconds += getattr(report, "duration", 0.0)
        outcome = outcome_of(report)
        if outcome in BAD and self.outcome in BAD:
            self.telling.append(report)
        elif outcome is not None and self.outcome not in BAD:
            self.outcome = outcome
            self.telling = [report]

    def message(self):
        """What its first telling report says: the error, or the reason of a skip or xfail; '' for a pass."""
        if self.outcome == "passed" or not self.telling:
            return ""
        first = self.telling[0]
        if not first.failed and hasattr(first, "wasxfail"):
            return cut(str(first.wasxfail or "").removeprefix("reason: "), MESSAGE_LIMIT)
        return report_message(first).removeprefix("Skipped: ")

    def traceback(self):
        failures = [report_traceback(report) for report in self.telling if report.failed]
        return cut("\n\n".join(failures), TRACEBACK_LIMIT)


def outcome_of(report):
    """What one report says about its test, or None when it settles nothing: a setup that passed, a plugin's own word."""
    expected_failure = hasattr(report, "wasxfail")
    if report.failed:
        return "error" if report.when in ("setup", "teardown") else "failed"
    if report.when == "teardown":
        return None
    if report.skipped:
        return "xfailed" if expected_failure else "skipped"
    if report.passed and report.when == "call":
        return "xpassed" if expected_failure else "passed"
    return None


class Results:
    """The tests under way, by node id and (with xdist) worker."""

    def __init__(self):
        self._open = {}

    def add(self, report):
        """Takes one report; gives the test's Result when that was its last report, else None."""
        key = report.nodeid, id(getattr(report, "node", None))
        if report.outcome == "rerun":  # rerunfailures: the attempt does not count, another one follows
            self._open.pop(key, None)
            return None
        result = self._open.setdefault(key, Result())
        result.add(report)
        # Anything but setup and call ends a test: its teardown, or xdist's report that the worker crashed.
        return None if report.when in ("setup", "call") else self._open.pop(key)

    def failed_without_teardown(self):
        """Tests known to have failed although the session ended before their teardown was reported."""
        return [result for result in self._open.values() if result.outcome in BAD]
