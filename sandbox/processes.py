"""The processes of a run's steps, and the signals that end them."""

import os
import signal
import subprocess


class Interrupted(Exception):
    """A signal asked for an end before the tests had begun."""


class Processes:
    """Starts the steps' processes one after the other, and ends the running one when a signal asks for an end.

    A polite one (the tests) first gets SIGINT, whichever signal came, since pytest then still tells what it
    knows; later signals reach it as they are. Any other is killed: nothing of an unfinished step is of use.
    """

    def __init__(self):
        self._current = None
        self._polite = False
        self._signals = 0
        self._told = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    @property
    def interrupted(self):
        return self._signals > 0

    def go_on(self):
        """Raises Interrupted when the next step is not to begin."""
        if self.interrupted:
            raise Interrupted

    def start(self, argv, polite=False, **options):
        self.go_on()
        child = subprocess.Popen(argv, start_new_session=True, **{"stderr": subprocess.STDOUT, **options})
        self._polite = polite
        self._current = child
        if self.interrupted and not self._told:
            self._end_current(signal.SIGINT)
        return child

    def _on_signal(self, number, _frame):
        self._signals += 1
        if self._current is not None and self._current.returncode is None:
            self._end_current(signal.SIGINT if self._signals == 1 else number)

    def _end_current(self, number):
        self._told = True
        try:
            os.killpg(self._current.pid, number if self._polite else signal.SIGKILL)
        except ProcessLookupError:
            pass  # It has just ended.
