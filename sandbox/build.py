"""Makes the project in the work tree importable, with its metadata and commands, and without a network.

A project whose files say everything gets its metadata written straight into the run's environment, which takes
milliseconds. Any other is installed by pip, editable, with the build backends that the image has.
"""

import configparser
import glob
import os
import re
import subprocess
import tempfile
import zipfile

import metadata


def build(directory, environment, start, variables):
    """Installs the project in `directory`; a note for the reader when that was not possible, else None.

    `start(argv, **popen options)` starts a process; `variables` is the environment the tests will have.
    """
    try:
        if not metadata.is_project(directory):
            return None
        project = metadata.static_project(directory)
    except (AttributeError, KeyError, TypeError, ValueError):
        project = None  # Not what the format's standard says: the build backend knows how to complain.
    if project is not None:
        install_static(project, directory, environment)
        return None
    failure = install_editable(directory, environment, start, variables)
    if failure is None:
        return None
    source = os.path.join(directory, "src")
    environment.add_paths([source if os.path.isdir(source) else directory])
    if adopt_wheel_metadata(directory, environment, start, variables):
        return None
    return f"The project could not be installed, its modules are used from the work tree as they are. pip said: {failure}"


def install_static(project, directory, environment):
    environment.add_paths([os.path.normpath(os.path.join(directory, project.source))])
    name = re.sub(r"[-_.]+", "_", project.name)
    folder = os.path.join(environment.packages, f"{name}-{project.version}.dist-info")
    os.makedirs(folder)
    points = {group: entries for group, entries in project.entry_points.items() if entries}
    files = {
        "METADATA": core_metadata(project),
        "INSTALLER": "codex\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: codex\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": "".join(
            f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items()) + "\n"
            for group, entries in points.items()
        ),
    }
    files["RECORD"] = "".join(f"{os.path.basename(folder)}/{file},,\n" for file in [*files, "RECORD"])
    for file, text in files.items():
        with open(os.path.join(folder, file), "w", encoding="utf-8") as target:
            target.write(text)
    add_commands(points, environment)


def add_commands(points, environment):
    """Writes a script for each command among the entry points, given as {group: {name: reference}}."""
    for group in ("console_scripts", "gui_scripts"):
        for command, reference in points.get(group, {}).items():
            environment.add_script(command, reference)


def core_metadata(project):
    lines = ["Metadata-Version: 2.1", f"Name: {project.name}", f"Version: {project.version}"]
    if project.summary:
        lines.append("Summary: " + " ".join(project.summary.split()))
    if project.requires_python:
        lines.append(f"Requires-Python: {project.requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in project.requires]
    for extra, requirements in project.extras.items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {with_extra(requirement, extra)}" for requirement in requirements]
    return "\n".join(lines) + "\n"


def with_extra(requirement, extra):
    """The requirement under the condition that `extra` was asked for, beside any condition of its own."""
    name, _, condition = requirement.partition(";")
    own = f"({condition.strip()}) and " if condition.strip() else ""
    return f"{name.strip()} ; {own}extra == '{extra}'"


def install_editable(directory, environment, start, variables):
    """Runs pip; None, or the reason when it failed, with all of its output in the log."""
    status, text = run_pip(["install", "--editable", directory], environment, start, variables)
    if status == 0:
        return None
    print(text, flush=True)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for index, line in enumerate(lines):
        if line == "[end of output]":
            return lines[index - 1]
    return lines[-1] if lines else f"exit status {status}"


def adopt_wheel_metadata(directory, environment, start, variables):
    """Metadata and commands out of a wheel, its modules left aside; for backends that can only make a wheel here.

    Hatchling's editable installs need one more package (editables), which Debian 12 does not have.
    """
    with tempfile.TemporaryDirectory() as folder:
        status, _ = run_pip(["wheel", "--wheel-dir", folder, directory], environment, start, variables)
        wheels = glob.glob(os.path.join(folder, "*.whl"))
        if status != 0 or not wheels:
            return False
        with zipfile.ZipFile(wheels[0]) as wheel:
            members = [name for name in wheel.namelist() if re.match(r"[^/]+\.dist-info/", name)]
            wheel.extractall(environment.packages, members)
    points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    points.optionxform = str
    points.read([os.path.join(environment.packages, name) for name in members if name.endswith("entry_points.txt")])
    add_commands({group: dict(points[group]) for group in points.sections()}, environment)
    return True


def run_pip(arguments, environment, start, variables):
    """(status, output) of pip, kept from every index and from making environments of its own."""
    options = ["--no-input", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
    pip = [environment.python, "-m", "pip", "--disable-pip-version-check"]
    argv = [*pip, arguments[0], *options, *arguments[1:]]
    child = start(argv, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=variables)
    output, _ = child.communicate()
    return child.returncode, output.decode("utf-8", "backslashreplace")
