"""The processes of a run's steps, and the signals that end them."""

import os
import signal
import subprocess


class Interrupted(Exception):
    """A signal asked for an end before the tests had begun."""


class Processes:
    """Starts the steps' processes one after the other, and passes signals on to the one that runs.

    The first signal reaches it as SIGINT, whichever it was, since pytest then still tells what it knows.
    """

    def __init__(self):
        self._current = None
        self._signals = 0
        self._told = False
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
        if self.interrupted and not self._told:
            self._tell(signal.SIGINT)
        return child

    def _pass_on(self, number, _frame):
        self._signals += 1
        if self._current is not None and self._current.returncode is None:
            self._tell(signal.SIGINT if self._signals == 1 else number)

    def _tell(self, number):
        self._told = True
        try:
            os.killpg(self._current.pid, number)
        except ProcessLookupError:
            pass  # It has just ended.
