"""Lets a build backend of the image read a pyproject.toml that is newer than it, for the time of a build.

Licence expressions and classifiers, and the hooks that put a readme together, come to nothing in a test run; but
a backend that does not know them, or lacks a plugin, refuses the whole file. The tests get the file as it was.
"""

import contextlib
import importlib.metadata
import json
import os
import subprocess

from metadata import read_pyproject

HATCH_HOOKS = (("metadata", "hooks"), ("build", "hooks"), ("build", "targets", "wheel", "hooks"))


@contextlib.contextmanager
def readable(directory, start):
    """Leaves out what a backend may refuse; gives whether there was any. `start` starts a process."""
    path = os.path.join(directory, "pyproject.toml")
    document = read_pyproject(directory)
    if not leave_out(document):
        yield False
        return
    with open(path, "rb") as file:
        original = file.read()
    # A version that comes from git must not tell of a changed file.
    in_repository = os.path.isdir(os.path.join(directory, ".git"))
    if in_repository:
        mark(directory, start, "--assume-unchanged")
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"{toml(key)} = {toml(value)}\n" for key, value in document.items())
        yield True
    finally:
        with open(path, "wb") as file:
            file.write(original)
        if in_repository:
            mark(directory, start, "--no-assume-unchanged")


def leave_out(document):
    """Takes out of the document, in place, what comes to nothing in tests; whether it did."""
    project = document.get("project", {})
    found = [key for key in ("classifiers", "license-files", "import-names", "import-namespaces") if key in project]
    for key in found:
        del project[key]
    if isinstance(project.get("license"), str):
        project["license"] = {"text": project["license"]}
        found.append("license")
    known = {point.name for point in importlib.metadata.entry_points(group="hatch")} | {"custom"}
    for path in HATCH_HOOKS:
        table = document.get("tool", {}).get("hatch", {})
        for key in path:
            table = table.get(key, {})
        for name in set(table) - known:
            del table[name]
            found.append(name)
    return bool(found)


def mark(directory, start, flag):
    argv = ["git", "-C", directory, "update-index", flag, "pyproject.toml"]
    start(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).wait()  # Fails where git does not track the file.


def toml(value):
    """A value as TOML has it in one line; JSON's strings are TOML's."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
