"""Makes the project in the work tree importable, with its metadata and commands, and without a network.

A project whose files say everything gets its metadata written straight into the run's environment, which takes
milliseconds. Any other is installed by pip, editable, with the build backends that the image has; where these
cannot, the files' own words are the metadata.
"""

import os
import re

import metadata
from backend import install_by_backend
from pip._vendor.packaging.specifiers import InvalidSpecifier, SpecifierSet


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
        return other_python(project, environment)
    failure = install_by_backend(directory, environment, start, variables)
    if failure is None:
        return None
    project = metadata.stated_project(directory)
    if project is not None:
        install_static(project, directory, environment)
    else:
        environment.add_paths([os.path.join(directory, metadata.probable_folder(directory))])
    return f"The project could not be installed, its modules are used from the work tree as they are. The build said: {failure}"


def other_python(project, environment):
    """A note where the project says that it does not work with this Python; its tests may tell otherwise."""
    try:
        wanted = SpecifierSet(project.requires_python)
    except InvalidSpecifier:
        return None
    if wanted.contains(f"{environment.version}.99"):  # The last release there may be: only the 3.x is compared.
        return None
    return f"The project asks for Python {wanted}, and the tests ran with {environment.version} (`plan.python`)."


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
    environment.add_commands(points)


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
