"""Changes to a checkout that happen wholly or not at all, whatever fails or kills them.

A change first copies what it is about to overwrite to `undo/` and writes `intent.json`; only then
it touches the tree. Removing `intent.json` completes it. Whoever finds one takes the change back.
"""
from __future__ import annotations

import contextlib
import json
import os
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence

from scripts.checkout import anchor, errors, exclusion, files
from scripts.checkout.saved import Saved, Watched
from scripts.checkout.store import FORMAT, HIDDEN, PACKAGE, Changes, check_path, damaged, dump
from scripts.refusal import Refusal

INTENT = f"{HIDDEN}/intent.json"
UNCHANGED = "; nothing was changed"


@contextlib.contextmanager
def exclusively(say: Callable[[str], None], is_dry: bool = False) -> Iterator[Callable[[str], None]]:
    """Yields what makes a folder `exclusive` until the end; not so where nothing is going to be changed."""
    held: List[str] = []

    def enter(root: str) -> None:
        if not is_dry:
            stack.enter_context(exclusive(root, say, held))
            held.append(root)

    with contextlib.ExitStack() as stack:
        yield enter


@contextlib.contextmanager
def exclusive(root: str, say: Callable[[str], None], held: Sequence[str] = ()) -> Iterator[None]:
    """Only one command at a time changes a checkout, and none starts on one that is half changed.

    Args:
        held: folders above that are exclusive to this command already.

    Raises:
        Refusal: another one is at work.
    """
    with exclusion.locked(root, held):
        if recover(root):
            say("took back what an interrupted command had left half done")
        yield


def is_interrupted(root: str) -> bool:
    """Whether an earlier change was cut short."""
    return files.read(root, INTENT) is not None


def change(root: str, changes: Changes, seen: Mapping[str, str]) -> None:
    """Make all changes in their order, or none: an error half-way takes back what was done.

    Args:
        changes: path -> what it is to hold, None to remove it.
        seen: path -> SHA-256 of the user's files that they were planned for.

    Raises:
        Saved: another program has saved one of these since.
        Refusal: it cannot be done.
    """
    with Watched(root, seen) as watched:
        try:
            _prepare(root, changes, watched)
            _make(root, changes, watched)
        except BaseException as error:
            try:
                recover(root, error.path if isinstance(error, Saved) else None)
                for path, raw in watched.saved().items():
                    files.write(root, path, raw)
            except OSError as second:
                raise Refusal(f"{error}; taking it back failed as well: {second}; run the same command "
                              "again once there is room and permission") from None
            if isinstance(error, OSError):
                raise Refusal(errors.one_line(error, root, UNCHANGED)) from None
            raise
    with contextlib.suppress(OSError, KeyboardInterrupt):
        clean(root)  # it is done already; what is left over goes next time


def _make(root: str, changes: Changes, watched: Watched) -> None:
    for path, content in changes.items():
        if content is None:
            files.remove(root, path)
        elif path in watched:
            watched.write(path, content)
        else:
            files.make_folder(root, os.path.dirname(path))
            files.write(root, path, content.raw, content.mode, content.modified)
    _remove_empty(root, [path for path, content in changes.items() if content is None])
    for path in watched.saved():
        raise Saved(path)
    files.remove(root, INTENT)


def _prepare(root: str, changes: Changes, watched: Watched) -> None:
    """Keep what is going to be overwritten, then say what is going to be done."""
    for path in changes:
        if not files.clear(root, path):
            raise files.planted(path)
    files.make_folder(root, HIDDEN)
    if files.read(root, f"{HIDDEN}/.gitignore") is None:
        files.write(root, f"{HIDDEN}/.gitignore", b"*\n")
    entries = []
    for number, (path, content) in enumerate(changes.items()):
        old = files.read(root, path)
        watched.expect(path, old.raw if old else b"")
        if old is not None:
            files.make_folder(root, f"{HIDDEN}/undo")
            files.write(root, f"{HIDDEN}/undo/{number}", old.raw, old.mode & 0o777)
        entries.append({
            "path": path, "before": files.digest(old.raw) if old else None,
            "mode": f"{old.mode:04o}" if old else None, "modified_ns": old.modified if old else None,
            "after": files.digest(content.raw) if content else None})
    files.write(root, INTENT, dump({"format": FORMAT, "changes": entries}))


def recover(root: str, spared: Optional[str] = None) -> bool:
    """Take back a change that was cut short; whether there was one.

    Args:
        spared: a path that is not to be touched.

    Raises:
        Refusal: the record of it is damaged, or a file was changed since.
    """
    found = files.read(root, INTENT)
    if found is None:
        clean(root)
        return False
    try:
        entries = json.loads(found.raw)["changes"]
        for entry in entries:
            check_path(root, INTENT, entry["path"])
        for number, entry in reversed(list(enumerate(entries))):
            if entry["path"] != spared:
                _take_back(root, number, entry)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(INTENT, repr(error)) from None
    _remove_empty(root, [entry["path"] for entry in entries if entry["before"] is None])
    files.remove(root, INTENT)
    clean(root)
    return True


def _take_back(root: str, number: int, entry: Dict[str, Any]) -> None:
    path, before, after = entry["path"], entry["before"], entry["after"]
    files.clear(root, path)
    now = files.read(root, path)
    current = files.digest(now.raw) if now else None
    if current == before:
        return
    if current != after:
        raise Refusal(f"{path}: changed since a command was interrupted there; put it back by hand "
                      f"({HIDDEN}/undo/{number} has what it was), remove {INTENT}, then run this again")
    if before is None:
        files.remove(root, path)
        return
    old = files.read(root, f"{HIDDEN}/undo/{number}")
    if old is None or files.digest(old.raw) != before:
        raise damaged(INTENT, f"{HIDDEN}/undo/{number} is not {path}'s old content")
    files.make_folder(root, os.path.dirname(path))
    files.write(root, path, old.raw, int(entry["mode"], 8) & 0o7777, entry.get("modified_ns"))


def clean(root: str) -> None:
    """Remove from the hidden folder what no change needs any more, and the folder once empty."""
    hidden = files.inside(root, HIDDEN)
    if not files.is_folder(hidden):
        return
    for folder, _, names in files.below(root, HIDDEN):
        path = os.path.relpath(folder, root).replace(os.sep, "/")
        for name in names:
            if path == f"{HIDDEN}/undo" or name.endswith(files.TEMPORARY):
                files.remove(root, f"{path}/{name}")
        if path != HIDDEN:
            files.remove_folder(root, path)
    if set(os.listdir(hidden)) <= {".gitignore"}:
        files.remove(root, f"{HIDDEN}/.gitignore")
        files.remove_folder(root, HIDDEN)


def remove_emptied(root: str, paths: List[str]) -> None:
    """Remove the folders that these files were in, as far as nothing is left in them, the checkout itself included.

    pip leaves the folders of a package behind where something of ours was in them.
    """
    with contextlib.suppress(OSError):
        for path in paths:
            folder = os.path.dirname(path)
            while folder:
                files.remove_folder(root, folder)
                folder = os.path.dirname(folder)
        if paths and not os.listdir(root):
            with anchor.place_of(*os.path.split(root)) as at:
                os.rmdir(at.name, dir_fd=at.folder)


def _remove_empty(root: str, paths: List[str]) -> None:
    """Remove the folders of ours that removing these files left empty."""
    for folder in sorted({os.path.dirname(path) for path in paths}, key=len, reverse=True):
        while PACKAGE in folder.split("/"):
            files.remove_folder(root, folder)
            folder = os.path.dirname(folder)
