"""Real paths of files, links resolved. Thousands of files lie in a few folders, so each folder is resolved once."""
from __future__ import annotations

import functools
import os


def real(path: str) -> str:
    """`os.path.realpath`; what was found of folders is kept until `forget`."""
    folder, name = os.path.split(path)
    is_plain = folder and name not in ("", os.curdir) and os.pardir not in path.split(os.sep) and not os.path.islink(
        path)
    return os.path.join(real_folder(folder), name) if is_plain else os.path.realpath(path)


@functools.lru_cache(maxsize=65536)
def real_folder(path: str) -> str:
    """The same of a folder."""
    return real(path)


def forget() -> None:
    """From now on links may lead elsewhere."""
    real_folder.cache_clear()
