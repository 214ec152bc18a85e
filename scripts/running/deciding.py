"""What becomes of one file that may hold a logger: the hook asks, the answer is kept in the user's cache.

The same patches as for install, and its rule: all loggers of a framework are patched, or none, and what belongs to a
logger, such as a model's class, only beside one.
"""
from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence

if __name__ == "__main__":
    sys.path[:1] = [str(Path(__file__).resolve().parents[2])]
from patches import Patch, discover, known, may_edit  # noqa: E402
from scripts.checkout import finder  # noqa: E402
from scripts.checkout.files import Found, digest  # noqa: E402
from scripts.checkout.state import FOREIGN, File, examine  # noqa: E402
from scripts.running import overlay  # noqa: E402


class Decision(NamedTuple):
    """See `hook/neptune_run_hook/kept.py`, which reads it; ``form``: the patched form."""

    patch: Optional[str] = None
    why: str = ""
    installed: bool = False
    needs: Dict[str, str] = {}
    form: Optional[bytes] = None


def decide(path: str, raw: bytes, root: str, deep: bool) -> Decision:
    """Decide on a file.

    Args:
        path: absolute, as Python has it.
        raw: its bytes.
        root: the folder of the package that it belongs to.
        deep: whether the folders in there belong to the package.
    """
    file = _examine(path, raw, [*discover(), *known()])
    if file is None or file.unreadable:
        return Decision()
    if file.installed:
        return Decision(installed=True)
    if file.state == FOREIGN:
        return Decision(why=file.detail)
    others = list(_others(path, root, deep, file.patch))
    loggers = [other for other in others if not other.companion and other.state != FOREIGN]
    unfit = [other for other in loggers if other.new is None and not other.installed]
    needs = {other.path: digest(other.raw) for other in loggers}
    if file.companion and len(loggers) == len(unfit):
        return Decision(needs=needs)  # it belongs to no logger, or to one that is not patched, which is said of that
    if file.new is None:
        return Decision(why=file.detail, needs=needs)
    if unfit:
        return Decision(why=f"{unfit[0].path}: {unfit[0].detail}", needs=needs)
    return Decision(file.patch.name, needs=needs, form=file.new)


def _others(path: str, root: str, deep: bool, patch: Patch) -> Iterator[File]:
    """The other files of the same package that the patch is for."""
    test = may_edit([patch])
    if deep:
        names: List[str] = finder.search(root, test).candidates
    else:
        names = [name for name in sorted(os.listdir(root)) if name.endswith(".py")]
    for name in names:
        other = os.path.join(root, name)
        if other != path and os.path.isfile(other):
            raw = Path(other).read_bytes()
            found = _examine(other, raw, [patch]) if test(raw) else None
            if found and not found.unreadable:
                yield found


def _examine(path: str, raw: bytes, patches: Sequence[Patch]) -> Optional[File]:
    for patch in patches:
        if patch.may_edit(raw):
            file = examine(path, patch, Found(raw, 0), None, None)
            if file:
                return file
    return None


def main(arguments: Sequence[str]) -> int:
    """FOLDER PATH ROOT [--deep]: decide on a file, and keep that in the folder."""
    folder, path, root = arguments[:3]
    raw = Path(path).read_bytes()
    decision = decide(path, raw, root, "--deep" in arguments[3:])
    overlay.keep(Path(folder), path, raw, decision)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as failed:
        sys.exit(f"{failed.filename}: {failed.strerror}")
