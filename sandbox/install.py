"""Installs what a project's tests need into a virtual environment at /env, inside the container with a network.

    python3 -I install.py       a JSON header line on stdin, then a git pack where there are `commands`

Events go to stderr (src/plan/sandbox/install-events.ts), each with the header's nonce; the environment, once
complete, goes to stdout as a tar. What the image already has is not installed again. Only wheels are installed:
no code of a package runs while there is a network.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from installed import InvalidRequirement, lacking  # noqa: E402
from unpack import UnpackError, unpack_pack  # noqa: E402

ENV = "/env"
WORK = "/work/tree"
DEFAULT_INDEX = "https://pypi.org/simple"
PROBE_SECONDS = 10
NOTHING_LACKS = {"missing": [], "mismatched": [], "refused": []}

SIGNS = (
    ("disk_full", r"No space left on device|Disk quota exceeded|File too large"),
    ("unreachable", r"NewConnectionError|ConnectTimeout|ReadTimeout|Name or service not known|Temporary failure in "
     r"name resolution|Connection refused|Max retries exceeded|ProxyError|SSLError|error sending request|dns error"),
    ("no_match", r"No matching distribution found|No solution found|not found in the package registry|"
     r"ResolutionImpossible|no usable wheels|conflicting dependencies"),
)


class Failure(Exception):
    def __init__(self, outcome, text):
        super().__init__(text)
        self.outcome = outcome


class Events:
    def __init__(self, nonce):
        self._nonce = nonce

    def say(self, event, **fields):
        line = json.dumps({"nonce": self._nonce, "event": event, **fields}) + "\n"
        sys.stderr.write(line)
        sys.stderr.flush()


def main():
    stream = sys.stdin.buffer
    header = json.loads(stream.readline())
    events = Events(header["nonce"])
    missing, mismatched, refused = [], [], []
    try:
        os.makedirs(os.environ["HOME"], exist_ok=True)
        if header["commands"]:
            run_commands(header, events, stream)
        else:
            missing, mismatched, refused = needed(header)
            if not missing and not mismatched:
                events.say("outcome", outcome="satisfied", text="", **NOTHING_LACKS)
                return 0
            install(header, events, [*missing, *(line.split()[0] for line in mismatched)])
        events.say("outcome", outcome="installed", text="", **NOTHING_LACKS)
        # Last: the reader trusts the tar only together with this process's good end.
        return subprocess.run(["tar", "-C", ENV, "-cf", "-", "."]).returncode
    except (Failure, UnpackError, OSError, InvalidRequirement) as error:
        outcome = getattr(error, "outcome", "disk_full" if getattr(error, "errno", 0) == 28 else "failed")
        lacks = {"missing": missing, "mismatched": mismatched, "refused": refused}
        events.say("outcome", outcome=outcome, text=str(error)[-4_000:], **lacks)
        return 1


def needed(header):
    """(names not installed, sentences about other versions, those that the project's own declarations refuse)."""
    if header["python"] and header["python"] != running():
        return sorted(re.match(r"[A-Za-z0-9._-]+", line).group() for line in header["requirements"]), [], []
    return *lacking(header["requirements"], header["constraints"]), lacking(header["runtime"], [])[1]


def running():
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def install(header, events, names):
    probe(header, names[0])
    create(header, events)
    write_lines("/tmp/requirements.txt", header["requirements"])
    write_lines("/tmp/constraints.txt", header["constraints"])
    tool = "uv" if shutil.which("uv") else "pip"
    events.say("step", step="install", tool=tool)
    status, output = run(install_command(tool, header), events, variables(header))
    if status != 0:
        kind = next((kind for kind, sign in SIGNS if re.search(sign, output)), "failed")
        raise Failure(kind, reason(output))


def install_command(tool, header):
    files = ["-r", "/tmp/requirements.txt", "-c", "/tmp/constraints.txt", "--only-binary", ":all:"]
    index = ["--index-url", index_of(header)]
    if tool == "uv":
        return ["uv", "pip", "install", "--python", f"{ENV}/bin/python", "--no-config", *files, *index]
    trusted = [word for host in trusted_hosts(header) for word in ("--trusted-host", host)]
    quiet = ["--no-input", "--no-cache-dir", "--disable-pip-version-check", "--progress-bar", "off"]
    patience = ["--retries", "2", "--timeout", "15"]
    pip = [sys.executable, "-m", "pip", "--python", f"{ENV}/bin/python", "install"]
    return [*pip, *quiet, *patience, *files, *index, *trusted]


def index_of(header):
    return header["index_url"] or DEFAULT_INDEX


def trusted_hosts(header):
    """pip takes nothing from an index without TLS unless it is told to; the operator's choice of one says so."""
    index = urllib.parse.urlsplit(index_of(header))
    return [index.netloc] if index.scheme == "http" else []


def create(header, events, with_pip=False):
    """An empty virtual environment of the wanted Python on top of the image's packages."""
    wanted = header["python"] or running()
    python = sys.executable if wanted == running() else shutil.which(f"python{wanted}")
    if python:
        command = [python, "-m", "venv", "--system-site-packages", "--without-pip", ENV]
        status, output = run(command, events, dict(os.environ))
    elif shutil.which("uv"):
        places = {**variables(header), "UV_PYTHON_INSTALL_DIR": f"{ENV}/python"}
        status, output = run(["uv", "venv", "--allow-existing", "--seed", "--python", wanted, ENV], events, places)
    else:
        raise Failure("failed", f"Python {wanted} is not in the image, which has Python {running()}.")
    if status != 0:
        raise Failure("failed", reason(output))
    if with_pip:
        add_pip()


def add_pip():
    """The image's pip as a command of the environment, in no time; a pip of its own takes seconds."""
    for path in (f"{ENV}/bin/pip", f"{ENV}/bin/pip3"):
        if not os.path.exists(path):
            write_lines(path, [f"#!{ENV}/bin/python", "import runpy", 'runpy.run_module("pip", run_name="__main__")'])
            os.chmod(path, 0o755)


def run_commands(header, events, stream):
    unpack_pack(stream, header, WORK, subprocess.Popen)
    create(header, events, with_pip=True)
    for command in header["commands"]:
        events.say("step", step="command", tool=command[0])
        status, output = run(command, events, variables(header), WORK)
        if status != 0:
            raise Failure("failed", f"{' '.join(command)} ended with {status}.\n{reason(output)}")


def variables(header):
    index = {"PIP_INDEX_URL": header["index_url"], "UV_DEFAULT_INDEX": header["index_url"]} if header["index_url"] else {}
    return {
        **os.environ,
        **index,
        "PIP_TRUSTED_HOST": " ".join(trusted_hosts(header)),
        "PATH": os.pathsep.join([f"{ENV}/bin", os.environ["PATH"]]),
        "VIRTUAL_ENV": ENV,
        "UV_CACHE_DIR": "/tmp/uv",
        "UV_LINK_MODE": "copy",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_CACHE_DIR": "1",
    }


def run(command, events, environment, directory="/tmp"):
    """(status, last output) of a process whose lines become events."""
    child = subprocess.Popen(
        command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    lines = []
    for line in iter(lambda: child.stdout.readline(8_000), b""):
        text = line.decode("utf-8", "backslashreplace")
        events.say("output", text=text)
        lines = [*lines[-200:], text]
    return child.wait(), "".join(lines)


def probe(header, name):
    """Any answer of the index will do: a tool's own words do not tell a missing index from a missing package."""
    try:
        urllib.request.urlopen(f"{index_of(header).rstrip('/')}/{urllib.parse.quote(name)}/", timeout=PROBE_SECONDS).close()
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise Failure("unreachable", f"The package index answers with {error.code}.") from None
    except (OSError, ValueError) as error:
        raise Failure("unreachable", f"The package index cannot be reached: {getattr(error, 'reason', error)}.") from None


def reason(output):
    """The lines that say why, else the last ones."""
    lines = output.strip().splitlines()
    errors = [line for line in lines if re.match(r"\s*(ERROR|error|×|╰)", line)]
    return "\n".join((errors or lines)[-20:])


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
