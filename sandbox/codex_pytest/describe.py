"""Errors in words and places: messages, cut texts, and the deepest frame inside the work tree."""

import functools
import hashlib
import os
import traceback

MESSAGE_LIMIT = 2_000
TRACEBACK_LIMIT = 20_000
NODEID_LIMIT = 2_000
INSTALLED = ("site-packages", "dist-packages")


def printable(text):
    """Valid Unicode: a lone surrogate becomes its escape."""
    return str(text).encode("utf-8", "backslashreplace").decode("utf-8")


def cut(text, limit):
    """About `limit` characters at most: the first quarter, and the end, where an error tells most."""
    text = printable(text)
    if len(text) <= limit:
        return text
    head = limit // 4
    left_out = len(text) - limit
    return f"{text[:head]}\n[{left_out} characters left out]\n{text[head + left_out :]}"


def name_of(nodeid):
    """The node id as it is known outside: itself, or, very long or no valid Unicode, its start and its digest."""
    name = printable(nodeid)
    if name == nodeid and len(name) <= NODEID_LIMIT:
        return name
    digest = hashlib.sha256(nodeid.encode("utf-8", "surrogatepass")).hexdigest()
    return name[:NODEID_LIMIT] + "…" + digest[:16]


@functools.lru_cache(maxsize=10_000)
def relative(path, root):
    """`path` relative to the work tree, or None when it is outside of it or installed inside it."""
    if not os.path.isabs(path):
        return None
    inside = os.path.relpath(path, root)
    parts = inside.split(os.sep)
    if parts[0] == os.pardir or any(name in parts for name in INSTALLED):
        return None
    return printable(inside)


def deepest_frame(error, root):
    """(path, line) of the last frame of the error's traceback inside the work tree, 1-based, or None."""
    if isinstance(error, SyntaxError) and isinstance(error.filename, str):
        path = relative(error.filename, root)
        if path is not None:
            return path, line_number(error.lineno)
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = relative(frame.f_code.co_filename, root)
        if path is not None and not is_hidden(frame):
            found = path, line
    return found


def line_number(value):
    """`value`, or None where it is no line: projects that raise a SyntaxError or collect items write what they like."""
    return value if isinstance(value, int) and 0 < value < 2**31 else None


def is_hidden(frame):
    """Whether pytest leaves the frame out of tracebacks, as assertion helpers ask for."""
    name = "__tracebackhide__"
    return name in frame.f_code.co_varnames and frame.f_locals.get(name) is True


def doctest_place(report, root):
    """(path, line) of a failed doctest example, which has no frame of its own, or None."""
    for place, _ in getattr(report.longrepr, "reprlocation_lines", None) or []:
        path = relative(os.path.abspath(place.path), root)
        if path is not None:
            return path, place.lineno
    return None


def unwrapped(error):
    """The project's own error, where pytest wraps it in one that says "this could not be imported"."""
    wrapped = type(error).__module__.startswith("_pytest.") and error.__cause__ is not None
    return error.__cause__ if wrapped else error


def error_message(error):
    return "".join(traceback.format_exception_only(type(error), error)).strip()


def error_traceback(error, root):
    """The traceback from the first frame of the work tree on: what stands above is pytest's import machinery."""
    step = error.__traceback__
    while step is not None and relative(step.tb_frame.f_code.co_filename, root) is None:
        step = step.tb_next
    return cut("".join(traceback.format_exception(type(error), error, step)), TRACEBACK_LIMIT)


def report_message(report):
    """What went wrong, from pytest's report: its crash message, else the lines it marks as the error."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return cut(crash.message, MESSAGE_LIMIT)
    if isinstance(report.longrepr, tuple):
        return cut(report.longrepr[2], MESSAGE_LIMIT)
    lines = [line for line in report.longreprtext.splitlines() if line.strip()]
    marked = [line[1:].strip() for line in lines if line.startswith("E  ")]
    return cut("\n".join(marked or lines[-1:]), MESSAGE_LIMIT)


def report_traceback(report):
    """pytest's text of a failure, with the indentation of its first line, which pytest strips."""
    text = report.longreprtext
    entries = getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", None) or []
    first = next((entry.lines[0] for entry in entries[:1] if getattr(entry, "lines", None)), "")
    bare = first.lstrip(" ")
    return first[: len(first) - len(bare)] + text if bare and text.startswith(bare) else text
