"""The files of a user that a change replaces: nothing that somebody saved since the change was planned is lost.

An editor may write into the file, or rename another over it, as git does. So ours and what stands there change places
in one step, what came out is read, and it is read once more when all is done: somebody may have had it open.
"""
from __future__ import annotations

import contextlib
import os
from typing import BinaryIO, Dict, Mapping

from scripts.checkout import anchor, files, swap
from scripts.checkout.store import Content
from scripts.refusal import Refusal

_TRIES = 100  # of somebody who saves as fast as we look


class Saved(Refusal):
    """A file was saved by another program in the meantime.

    Attributes:
        path: which; it is as it was saved.
    """

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: it was saved by another program just now and is as saved; nothing else was changed, "
                         "run this again")
        self.path = path


class Watched:
    """What stands in the way of one change, for a ``with``.

    Args:
        seen: path -> SHA-256 of the file that the change was planned for.
    """

    def __init__(self, root: str, seen: Mapping[str, str]) -> None:
        self._root, self._seen = root, seen
        self._replaced: Dict[str, BinaryIO] = {}

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *error: object) -> None:
        for file in self._replaced.values():
            file.close()

    def __contains__(self, path: str) -> bool:
        return path in self._seen

    def expect(self, path: str, found: bytes) -> None:
        """Raise `Saved` unless these bytes are what the change was planned for."""
        if path in self and files.digest(found) != self._seen[path]:
            raise Saved(path)

    def write(self, path: str, content: Content) -> None:
        """Put the new file in the place of the one that was seen.

        Raises:
            Saved: there is another one by now; it stays.
        """
        files.inside(self._root, path)
        with anchor.place_of(self._root, path) as at:
            waiting = files.write_beside(at, path, content.raw, content.mode, content.modified)
            files.step("rename", path)
            try:
                self._exchange(path, files.digest(content.raw), waiting, at)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(waiting.name, dir_fd=waiting.folder)

    def _exchange(self, path: str, ours: str, waiting: anchor.Place, at: anchor.Place) -> None:
        try:
            if not swap.exchanged(waiting, at):
                self._replace(path, waiting, at)
                return
        except FileNotFoundError:
            raise Saved(path) from None
        old = waiting.open("rb")
        if files.digest(old.read()) == self._seen[path]:
            self._replaced[path] = old
            return
        for _ in range(_TRIES):  # back: until what comes out is ours again, and no newer save
            old.close()
            swap.exchanged(waiting, at)
            old = waiting.open("rb")
            if files.digest(old.read()) == ours:
                break
        old.close()
        raise Saved(path)

    def _replace(self, path: str, waiting: anchor.Place, at: anchor.Place) -> None:
        """Where there is no exchange: look immediately before."""
        old = at.open("rb")
        self._replaced[path] = old
        now = at.status()
        if files.digest(old.read()) != self._seen[path] or not now or not os.path.samestat(now, os.fstat(old.fileno())):
            raise Saved(path)
        os.replace(waiting.name, at.name, src_dir_fd=at.folder, dst_dir_fd=at.folder)

    def saved(self) -> Dict[str, bytes]:
        """Path -> what somebody who had it open wrote into the file that we replaced."""
        found = {}
        for path, file in self._replaced.items():
            file.seek(0)
            raw = file.read()
            if files.digest(raw) != self._seen[path]:
                found[path] = raw
        return found
