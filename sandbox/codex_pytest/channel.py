"""The descriptor that events are written to, and how the plugin comes by it.

The runner leaves two descriptors open for the command it starts: the channel, and a pipe with the settings,
among them the nonce that marks the lines as ours. The pipe is read to its end and closed before any code of
the project runs, so a second pytest (or a test) that looks for it finds nothing. The channel is then closed to
the tests' own processes.
"""

import json
import os

CHANNEL = "CODEX_PYTEST_CHANNEL"
RESTORED = ("PYTEST_ADDOPTS", "PYTHONPATH")


class Channel:
    """Where the events go. Falls silent in a forked child, and when the project closes or reuses the descriptor."""

    def __init__(self, descriptor, nonce):
        self._descriptor = descriptor
        self._nonce = nonce
        # As they are before any test puts others in their place, for as long as a session or for all modules.
        self._dumps, self._write, self._fstat, self._getpid = json.dumps, os.write, os.fstat, os.getpid
        self._owner = self._getpid()
        self._file = self._identity()

    def _identity(self):
        status = self._fstat(self._descriptor)
        return status.st_dev, status.st_ino

    def say(self, event, **fields):
        """Writes one event as one whole line."""
        line = self._dumps({"nonce": self._nonce, "event": event, **fields}).encode() + b"\n"
        try:
            if self._getpid() != self._owner or self._identity() != self._file:
                return
            while line:
                line = line[self._write(self._descriptor, line) :]
        except OSError:
            pass  # Closed by the project, or the reader is gone: without an `end` event nothing is a success.


def open_channel():
    """(Channel, settings) as the runner gave them, or None when another pytest took them or nobody listens."""
    place = os.environ.pop(CHANNEL, None)
    if place is None:
        return None
    events, secret = (int(number) for number in place.split(","))
    try:
        os.set_inheritable(events, False)
        with open(secret, "rb") as pipe:
            text = pipe.read()
    except OSError:
        return None  # Something between the runner and pytest (tox, uv) closed them.
    if not text:
        return None
    settings = json.loads(text)
    return Channel(events, settings["nonce"]), settings


def clean_environment():
    """Gives the tests' own processes the variables as they were before the runner added the plugin to them."""
    for name in RESTORED:
        before = os.environ.pop("CODEX_BEFORE_" + name, None)
        if before:
            os.environ[name] = before
        elif before == "":
            os.environ.pop(name, None)
