"""The Python environment tests run in: a virtual environment made anew for each run, in milliseconds.

It stands on top of the installed dependencies (/env, read-only and shared between runs) and the image's own
packages, and is the place for what belongs to this run alone: the project itself, its metadata and its scripts.
Being a real virtual environment, it holds in every process that a test starts, and its .pth file gives the work
tree precedence over a copy of the project that /env may hold.
"""

import glob
import os
import re
import sys

DEPENDENCIES = "/env"
PLUGIN = "/opt/codex/plugin"
CONSOLE_SCRIPT = """\
#!{python}
import sys
from {module} import {attribute}
if __name__ == "__main__":
    sys.exit({function}())
"""


class Environment:
    """Paths of a virtual environment under `prefix`. `bin` and `packages` are its folders, `version` is like "3.12"."""

    def __init__(self, prefix, dependencies=DEPENDENCIES):
        home, version = interpreter(dependencies)
        self.prefix = prefix
        self.bin = os.path.join(prefix, "bin")
        self.python = os.path.join(self.bin, "python")
        self.packages = os.path.join(prefix, "lib", f"python{version}", "site-packages")
        self._home = home
        self.version = version
        self._dependencies = dependencies

    def create(self):
        os.makedirs(self.bin)
        os.makedirs(self.packages)
        write(
            os.path.join(self.prefix, "pyvenv.cfg"),
            f"home = {self._home}\ninclude-system-site-packages = true\nversion = {self.version}\n",
        )
        base = os.path.join(self._home, f"python{self.version}")
        for name in ("python", "python3", f"python{self.version}"):
            os.symlink(base, os.path.join(self.bin, name))
        self.add_script("pytest", "pytest:console_main")
        self._adopt_scripts()
        self.add_paths([])

    def add_paths(self, directories):
        """Makes modules in `directories` importable, before those of the installed dependencies."""
        installed = os.path.join(self._dependencies, "lib", f"python{self.version}", "site-packages")
        lines = [*directories, PLUGIN]
        if os.path.isdir(installed):
            lines.append(f"import site; site.addsitedir({installed!r})")
        write(os.path.join(self.packages, "codex.pth"), "\n".join(lines) + "\n")

    def add_script(self, name, reference):
        """Writes the command `name` that calls `reference` ("package.module:object.attribute")."""
        module, _, function = reference.partition(":")
        function = function.split("[")[0].strip()
        attribute = function.split(".")[0]
        text = CONSOLE_SCRIPT.format(
            python=self.python, module=module.strip(), attribute=attribute, function=function
        )
        self._write_script(name, text)

    def add_commands(self, points):
        """Writes a script for each command among the entry points, given as {group: {name: reference}}."""
        for group in ("console_scripts", "gui_scripts"):
            for command, reference in points.get(group, {}).items():
                self.add_script(command, reference)

    def _adopt_scripts(self):
        """Commands of the installed dependencies, run by this environment's Python so that they see the project."""
        for path in glob.glob(os.path.join(self._dependencies, "bin", "*")):
            name = os.path.basename(path)
            with open(path, "rb") as file:
                by_python = re.match(rb"#!.*/bin/python[0-9.]*$", file.readline(1_000).rstrip())
                if by_python and not os.path.lexists(os.path.join(self.bin, name)):
                    self._write_script(name, f"#!{self.python}\n" + file.read().decode("utf-8", "surrogateescape"))

    def _write_script(self, name, text):
        path = os.path.join(self.bin, name)
        write(path, text)
        os.chmod(path, 0o755)

    def search_path(self):
        """The PATH that finds this environment's commands first."""
        return os.pathsep.join([self.bin, os.path.join(self._dependencies, "bin"), os.environ.get("PATH", os.defpath)])


def interpreter(dependencies):
    """(folder of the base interpreter, "3.12") of the installed dependencies' environment, else the runner's own."""
    try:
        with open(os.path.join(dependencies, "pyvenv.cfg"), encoding="utf-8") as file:
            settings = dict(re.split(r"\s*=\s*", line.strip(), maxsplit=1) for line in file if "=" in line)
    except FileNotFoundError:
        settings = {}
    version = re.match(r"3\.\d+", settings.get("version", settings.get("version_info", "")))
    if version and "home" in settings:
        return settings["home"], version.group()
    executable = os.path.realpath(sys.executable)
    return os.path.dirname(executable), f"{sys.version_info[0]}.{sys.version_info[1]}"


def write(path, text):
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
