"""Installs a project by its own build backend, which the image has to have, and without a network."""

import configparser
import glob
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import textwrap
import zipfile

import metadata
from readable import readable


def install_by_backend(directory, environment, start, variables):
    """Editable, else with its wheel's metadata; None, or why the first try failed."""
    ways = [install_editable, adopt_wheel] if may_be_editable(directory) else [adopt_wheel]
    failure = ways[0](directory, environment, start, variables)
    if failure is None:
        return forget_no_version(directory, environment)
    with readable(directory, start) as changed:
        for way in ways if changed else ways[1:]:
            if way(directory, environment, start, variables) is None:
                return forget_no_version(directory, environment)
    return failure


def forget_no_version(directory, environment):
    """Removes metadata that claim a version 0.0.0, as setuptools has it without the plugin that knows; says so."""
    dynamic = metadata.read_pyproject(directory).get("project", {}).get("dynamic", [])
    folders = glob.glob(os.path.join(environment.packages, "*-0.0.0.dist-info"))
    if "version" not in dynamic or not folders:
        return None
    for folder in folders:
        shutil.rmtree(folder)
    return "no version was found by the build backend, which may lack a plugin"


def may_be_editable(directory):
    """Hatchling's editable installs need one more package, which Debian 12 does not have."""
    backend = metadata.read_pyproject(directory).get("build-system", {}).get("build-backend", "")
    return not str(backend).startswith("hatchling") or importlib.util.find_spec("editables") is not None


def install_editable(directory, environment, start, variables):
    """None, or the reason when it failed."""
    return why_failed(*run_pip(["install", "--editable", directory], environment, start, variables))


def adopt_wheel(directory, environment, start, variables):
    """Metadata and commands out of a wheel, its modules left aside; None, or the reason when it failed."""
    with tempfile.TemporaryDirectory() as folder:
        failure = why_failed(*run_pip(["wheel", "--wheel-dir", folder, directory], environment, start, variables))
        if failure is not None:
            return failure
        [path] = glob.glob(os.path.join(folder, "*.whl"))
        with zipfile.ZipFile(path) as wheel:
            members = [name for name in wheel.namelist() if re.match(r"[^/]+\.dist-info/", name)]
            wheel.extractall(environment.packages, members)
    points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    points.optionxform = str
    points.read([os.path.join(environment.packages, name) for name in members if name.endswith("entry_points.txt")])
    environment.add_commands({group: dict(points[group]) for group in points.sections()})
    environment.add_paths([os.path.join(directory, metadata.probable_folder(directory))])
    return None


def why_failed(status, text):
    """None for a success; else the line of pip's output that tells most, and all of it in the log."""
    if status == 0:
        return None
    print(textwrap.indent(text, "  "), flush=True)  # What stands at the margin is pytest's.
    lines = [line.strip() for line in text.partition("[end of output]")[0].splitlines() if line.strip()]
    raised = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
    return (raised or lines or [f"exit status {status}"])[-1]


def run_pip(arguments, environment, start, variables):
    """(status, output) of pip, kept from every index and from making environments of its own."""
    options = ["--no-input", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
    pip = [environment.python, "-m", "pip", "--disable-pip-version-check"]
    argv = [*pip, arguments[0], *options, *arguments[1:]]
    child = start(argv, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=variables)
    output, _ = child.communicate()
    return child.returncode, output.decode("utf-8", "backslashreplace")
