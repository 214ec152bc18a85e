"""The checkout as a clone of git: asked through git alone, since nothing of ours looks into `.git`."""
from __future__ import annotations

import os
import subprocess
from typing import List, NamedTuple, Optional, Sequence, Set

from scripts.refusal import Refusal

_NO_GIT = 127  # what a shell answers, too
_IN_PROGRESS = {"merge": "MERGE_HEAD", "rebase": "REBASE_HEAD", "cherry-pick": "CHERRY_PICK_HEAD"}


class Pulled(NamedTuple):
    """What became of a pull.

    Attributes:
        before, after: the commits.
        failure: what git said, one line; empty where it worked.
    """

    before: str
    after: str
    failure: str


def commit_of(root: str) -> Optional[str]:
    """The short hash of the commit; None where the checkout is not the root of a clone."""
    done = _git(root, "rev-parse", "--show-toplevel", "--short=7", "HEAD")
    lines = done.stdout.decode(errors="surrogateescape").splitlines()
    return lines[1] if done.returncode == 0 and os.path.realpath(lines[0]) == root else None


def has_commit(root: str) -> bool:
    """Whether a folder lies in a clone that has a commit."""
    return _git(root, "rev-parse", "HEAD").returncode == 0


def committed(root: str, path: str) -> Optional[bytes]:
    """The bytes of a file as they are in the commit; None where it is not."""
    done = _git(root, "cat-file", "blob", f"HEAD:./{path}")
    return done.stdout if done.returncode == 0 else None


def changed(root: str, paths: Sequence[str]) -> Set[str]:
    """Those of these paths that git says were changed since the commit."""
    done = _git(root, "diff", "--name-only", "--relative", "-z", "HEAD", "--", *paths)
    return {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}


def expect_pullable(root: str) -> None:
    """Refuse what a pull could not begin in.

    Raises:
        Refusal: git is missing, this is not a clone, its branch has no upstream, or a merge or the like is in progress.
    """
    done = _git(root, "rev-parse", "HEAD")
    if done.returncode == _NO_GIT:
        raise Refusal(f"{root}: git is not installed; install it, or get the newer files your way, then install")
    if done.returncode:
        raise Refusal(f"{root}: this is not a git clone; get the newer files your way, then install")
    if _git(root, "rev-parse", "@{upstream}").returncode:
        raise Refusal(f"{root}: the branch has no upstream to pull from; git switch to a branch that has one, or get "
                      "the newer files your way, then install")
    for name in _in_progress(root):
        raise Refusal(f"{root}: a {name} is in progress; finish or abort it first")


def pull(root: str) -> Pulled:
    """`git pull`, as the user has configured it; what it began and could not finish is taken back."""
    before = _head(root)
    done = _git(root, "pull", "--no-edit")
    if done.returncode == 0:
        return Pulled(before, _head(root), "")
    for name in _in_progress(root):
        _git(root, name, "--abort")
    said = (done.stderr or done.stdout).decode(errors="replace").split("\n")
    lines = [" ".join(line.split()) for line in said if line.strip() and not line.startswith(("From ", "hint:"))]
    errors = [line for line in lines if line.startswith(("error:", "fatal:", "CONFLICT"))] or lines[-1:]
    listed = [line.strip() for line in said if line.startswith("\t")]
    told = ", ".join([*listed[:3], *[f"{len(listed) - 3} more"] * (len(listed) > 3)])
    failure = " ".join([*(error.rstrip(".") for error in errors[:1]), *[told] * bool(told)])
    return Pulled(before, _head(root), failure or f"exit status {done.returncode}")


def count(root: str, pulled: Pulled) -> int:
    """How many commits came."""
    return int(_git(root, "rev-list", "--count", f"{pulled.before}..{pulled.after}").stdout or b"0")


def _head(root: str) -> str:
    return _git(root, "rev-parse", "--short=7", "HEAD").stdout.decode().strip()


def _in_progress(root: str) -> List[str]:
    return [name for name, head in _IN_PROGRESS.items()
            if _git(root, "rev-parse", "-q", "--verify", head).returncode == 0]


def _git(root: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", "-C", root, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              env=dict(os.environ, GIT_EDITOR="true", GIT_MERGE_AUTOEDIT="no"))
    except FileNotFoundError:
        return subprocess.CompletedProcess([], _NO_GIT, b"", b"git is not installed")
