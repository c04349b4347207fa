"""The hooks that need the items and exceptions themselves; with xdist they run in the workers.

What they find travels to the reporter as an attribute of pytest's report, which xdist carries along.
"""

import pytest

from .describe import MESSAGE_LIMIT, cut, deepest_frame, doctest_place, error_message, name_of, unwrapped


class Placement:
    """Selects the asked-for tests, and notes where in the work tree each error happened."""

    def __init__(self, only, root):
        self.only = None if only is None else frozenset(only)
        self.root = root

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config, items):
        if self.only is None:
            return
        others = [item for item in items if name_of(item.nodeid) not in self.only]
        if others:
            items[:] = [item for item in items if name_of(item.nodeid) in self.only]
            config.hook.pytest_deselected(items=others)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node):
        """xdist: what a worker needs to make a Placement of its own."""
        only = None if self.only is None else sorted(self.only)
        node.workerinput["codex"] = {"only": only, "root": self.root}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, call):
        outcome = yield
        if call.excinfo is not None and outcome.excinfo is None:
            report = outcome.get_result()
            report.codex_place = deepest_frame(call.excinfo.value, self.root) or doctest_place(report, self.root)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self):
        outcome = yield
        if outcome.excinfo is not None:
            return
        report = outcome.get_result()
        call = getattr(report, "call", None)
        if call is not None and call.excinfo is not None:
            error = unwrapped(call.excinfo.value)
            report.codex_place = deepest_frame(error, self.root)
            report.codex_message = cut(error_message(error), MESSAGE_LIMIT)
