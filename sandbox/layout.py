"""Where a project keeps its modules, as the tables of the build backends in pyproject.toml say it."""

import os


def source_folder(directory, document):
    """The one folder that makes the project's modules importable, or None when the layout is anything special."""
    tools = document.get("tool", {})
    setuptools = tools.get("setuptools", {})
    if set(setuptools.get("package-dir", {})) - {""} or any("to" in one for one in poetry_packages(tools)):
        return None
    find = setuptools.get("packages", {})
    wheel = tools.get("hatch", {}).get("build", {}).get("targets", {}).get("wheel", {})
    stated = {
        *setuptools.get("package-dir", {}).values(),
        *(find.get("find", {}).get("where", []) if isinstance(find, dict) else []),
        *(one.get("from", ".") for one in poetry_packages(tools)),
        *(os.path.dirname(package.rstrip("/")) or "." for package in wheel.get("packages", [])),
        *filter(None, [tools.get("pdm", {}).get("build", {}).get("package-dir")]),
        *filter(None, [tools.get("uv", {}).get("build-backend", {}).get("module-root")]),
    }
    if not stated:
        return usual_folder(directory)
    folder = stated.pop()
    return folder if not stated and os.path.isdir(os.path.join(directory, folder)) else None


def usual_folder(directory):
    return "src" if os.path.isdir(os.path.join(directory, "src")) else "."


def poetry_packages(tools):
    return tools.get("poetry", {}).get("packages", [])
