"""Makes the work tree: a real repository from the header and one git pack, or plain files from a tar.

The pack holds the tested commit's files and the history's commits, but not old trees; the repository is told
so (a promisor remote), and git then tolerates what is missing. src/plan/source/pack.ts makes the other end.
"""

import os
import shutil
import subprocess

CONFIG = """\
[core]
\trepositoryformatversion = 1
\tfilemode = true
\tbare = false
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = /history-not-included
\tpromisor = true
\tfetch = +refs/heads/*:refs/remotes/origin/*
"""

# What running a project leaves behind is no change to it, also where the project has no .gitignore.
EXCLUDED = "__pycache__/\n*.egg-info/\n"


class UnpackError(Exception):
    """The stream did not hold what its header promised."""


def unpack_pack(stream, header, directory, start):
    """Checks out `header["commit"]` of the pack in `stream` (a buffered reader) into the empty `directory`.

    `start(argv, **popen options)` starts a process; the runner's own, so that a signal reaches it.
    """
    git_directory = os.path.join(directory, ".git")
    git(start, ["init", "-q", "--template=", directory])
    write(git_directory, "config", CONFIG)
    os.mkdir(os.path.join(git_directory, "info"))
    write(git_directory, "info/exclude", EXCLUDED)
    if header["shallow"]:
        write(git_directory, "shallow", "".join(f"{sha}\n" for sha in header["shallow"]))
    git(start, ["-C", directory, "index-pack", "--stdin", "--promisor"], stream)
    write(git_directory, "HEAD", f"ref: refs/heads/{header['branch']}\n")
    refs = sorted((name, sha) for name, sha in header["refs"].items())
    write(git_directory, "packed-refs", "".join(f"{sha} {name}\n" for name, sha in refs))
    git(start, ["-C", directory, "reset", "-q", "--hard"])
    head = git(start, ["-C", directory, "rev-parse", "HEAD"]).decode().strip()
    if head != header["commit"]:
        raise UnpackError(f"the pack holds {head}, not {header['commit']}")


def unpack_tar(stream, directory, start):
    """Lays out the plain tar in `stream` under the empty `directory`."""
    feed(start, ["tar", "-x", "-C", directory], stream)


def git(start, arguments, stream=None):
    return feed(start, ["git", *arguments], stream)


def feed(start, argv, stream):
    """Runs argv on what is left in `stream` (or on nothing), and gives its output."""
    source = subprocess.DEVNULL if stream is None else subprocess.PIPE
    environment = {**os.environ, "GIT_LFS_SKIP_SMUDGE": "1", "GIT_TERMINAL_PROMPT": "0"}
    child = start(argv, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    if stream is not None:
        try:
            with child.stdin:
                shutil.copyfileobj(stream, child.stdin, 1 << 20)
        except BrokenPipeError:
            pass  # It ended early, and its status and stderr say why.
        child.stdin = None
    output, errors = child.communicate()
    if child.returncode != 0:
        reason = errors.decode("utf-8", "backslashreplace").strip()
        raise UnpackError(f"{' '.join(argv[:4])} ended with {child.returncode}: {reason}")
    return output


def write(directory, name, text):
    with open(os.path.join(directory, name), "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        file.write(text)
