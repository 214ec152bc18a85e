"""Clones of a small upstream repository, with the real git, and what the tests ask about them."""
import json
import os

from small_checkout import call, git, make, snapshot

from scripts import status

PLACE = "small/logx.py"


class Clones:
    """An upstream repository and a clone of it, both with a commit of the small framework."""

    def __init__(self, folder):
        self.upstream, self.clone = make(folder / "upstream"), folder / "clone"
        git(self.upstream, "init", "-q", "-b", "main")
        self.commit()
        git(folder, "clone", "-q", "upstream", "clone")
        git(self.clone, "config", "user.name", "t")
        git(self.clone, "config", "user.email", "t@t")

    def commit(self, content=None):
        """A commit of upstream; path -> text, None for one that goes."""
        for path, text in (content or {}).items():
            make(self.upstream, {path: text or ""})
            if text is None:
                (self.upstream / path).unlink()
        git(self.upstream, "add", "-A")
        git(self.upstream, "commit", "-qm", "upstream")

    def git(self, *arguments):
        """What git says in the clone."""
        return git(self.clone, *arguments).stdout.decode()


def files(folder):
    """What is in the clone, without `.git`."""
    return {path: found for path, found in snapshot(folder).items() if not path.startswith(".git" + os.sep)}


def states(folder, capsys):
    """Path -> state."""
    capsys.readouterr()
    call(status, folder, "--json")
    return {file["path"]: file["state"] for file in json.loads(capsys.readouterr().out)["files"]}
