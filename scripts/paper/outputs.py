"""Files that commands write: whole or not at all."""
from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Iterator

from neptune_writer.system import files

from scripts.refusal import Refusal


def path_to_write(path: Path) -> None:
    """Refusal, before anything is read, where nothing can be written."""
    if path.is_dir():
        raise Refusal(f"-o {path}: this is a folder; name a file in it")
    if not path.parent.is_dir():
        raise Refusal(f"-o {path}: there is no folder {path.parent}")


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A file beside it that takes its place once all of it is written."""
    try:
        files.expect_ours(str(path))
        number, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    except OSError as error:
        raise Refusal(f"-o {path}: {error.strerror}; name a place where it may be written") from error
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        os.chmod(made, _mode(path))
        os.replace(made, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(made)
        raise


def _mode(path: Path) -> int:
    """That of the file that it replaces, else that of a new one."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
