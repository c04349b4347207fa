"""What a project says about itself in static files, enough to install it without running a build backend.

Answers None whenever the files leave anything to a build: a version from git, a setup.py, compiled modules,
build hooks, a backend not listed here. Those go through pip (build.py).
"""

import configparser
import dataclasses
import os
import re
import subprocess

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.9 and 3.10
    from pip._vendor import tomli as tomllib
from layout import source_folder, usual_folder
from pip._vendor.packaging.version import InvalidVersion, Version

BACKENDS = ("setuptools", "flit_core", "hatchling", "poetry.core", "poetry.masonry", "pdm.backend", "uv_build")
HOOKS = {
    "setuptools": ("ext-modules", "cmdclass"),
    "hatch": ("hooks", "sources", "force-include"),
    "poetry": ("build",),
    "pdm": ("custom-hook", "run-setuptools"),
}
NAME = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"


@dataclasses.dataclass
class Project:
    """Name, version, entry points by group, requirements, and the folder its modules are in (relative)."""

    name: str
    version: str
    source: str
    entry_points: dict = dataclasses.field(default_factory=dict)
    requires: list = dataclasses.field(default_factory=list)
    extras: dict = dataclasses.field(default_factory=dict)
    requires_python: str = ""
    summary: str = ""


def is_project(directory):
    """Whether there is anything to install; a pyproject.toml or setup.cfg may hold settings of tools alone."""
    document = read_pyproject(directory)
    return (
        os.path.isfile(os.path.join(directory, "setup.py"))
        or "metadata" in read_config(directory)
        or "project" in document
        or "build-system" in document
        or "poetry" in document.get("tool", {})
    )


def static_project(directory):
    """The Project when its files say everything, else None."""
    if os.path.isfile(os.path.join(directory, "setup.py")):
        return None
    document = read_pyproject(directory)
    backend = document.get("build-system", {}).get("build-backend", "setuptools.build_meta")
    if not backend.startswith(BACKENDS) or "backend-path" in document.get("build-system", {}):
        return None
    tools = document.get("tool", {})
    if any(contains_key(tools.get(tool, {}), keys) for tool, keys in HOOKS.items()):
        return None
    source = source_folder(directory, document)
    if source is None:
        return None
    if "project" in document:
        project = from_project_table(document["project"], source)
    elif backend.startswith("poetry") and "poetry" in tools:
        project = from_poetry_table(tools["poetry"], source)
    else:
        project = None
    return project if project is not None and is_plain(project) else None


def stated_project(directory):
    """What the files say, for a project that no backend here can install; None when they do not say its name."""
    table = read_pyproject(directory).get("project", {})
    source = probable_folder(directory)
    version = table.get("version") or last_tag(directory) or "0"
    try:
        project = from_project_table({**table, "version": version, "dynamic": []}, source)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return project if is_plain(project) else None


def probable_folder(directory):
    """Where the modules are, as far as that can be told."""
    try:
        return source_folder(directory, read_pyproject(directory)) or usual_folder(directory)
    except (AttributeError, TypeError):
        return usual_folder(directory)


def last_tag(directory):
    """The version that the last tag names, where there is one."""
    argv = ["git", "-C", directory, "describe", "--tags", "--abbrev=0", "--match", "*[0-9]*"]
    tag = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    found = re.search(r"\d[\w.]*", tag)
    try:
        return found and str(Version(found.group()))
    except InvalidVersion:
        return None


def is_plain(project):
    """Whether name, version and entry points are what a backend would write as they stand."""
    references = [reference for entries in project.entry_points.values() for reference in entries.values()]
    return (
        re.fullmatch(NAME, project.name) is not None
        and re.fullmatch(r"[\w.+!]+", project.version) is not None
        and all(isinstance(reference, str) for reference in references)
    )


def from_project_table(table, source):
    dynamic = set(table.get("dynamic", []))
    if "version" not in table or dynamic & {"version", "scripts", "gui-scripts", "entry-points"}:
        return None
    points = {group: dict(entries) for group, entries in table.get("entry-points", {}).items()}
    points["console_scripts"] = dict(table.get("scripts", {}))
    points["gui_scripts"] = dict(table.get("gui-scripts", {}))
    return Project(
        name=table["name"],
        version=str(Version(table["version"])),
        source=source,
        entry_points=points,
        requires=list(table.get("dependencies", [])),
        extras=dict(table.get("optional-dependencies", {})),
        requires_python=table.get("requires-python", ""),
        summary=table.get("description", ""),
    )


def from_poetry_table(table, source):
    scripts = table.get("scripts", {})
    if "name" not in table or "version" not in table:
        return None
    points = {group: dict(entries) for group, entries in table.get("plugins", {}).items()}
    points["console_scripts"] = dict(scripts)
    return Project(table["name"], str(Version(table["version"])), source, points, summary=table.get("description", ""))


def contains_key(table, keys):
    """Whether one of `keys` stands anywhere inside a nested table."""
    if isinstance(table, list):
        return any(contains_key(value, keys) for value in table)
    if not isinstance(table, dict):
        return False
    return any(key in keys or contains_key(value, keys) for key, value in table.items())


def read_pyproject(directory):
    """pyproject.toml as a dict; {} when there is none or it cannot be read (pip then says why)."""
    try:
        with open(os.path.join(directory, "pyproject.toml"), "rb") as file:
            return tomllib.load(file)
    except (FileNotFoundError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def read_config(directory):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(os.path.join(directory, "setup.cfg"), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return {}
    return parser
