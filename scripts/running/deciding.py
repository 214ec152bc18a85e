"""What becomes of a file that may hold a logger: the hook asks, the answer is kept in the user's cache.

The same patches as for install, and its rule: all loggers of a framework are patched, or none, and what belongs to a
logger, such as a model's class, only beside one.
"""
from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

if __name__ == "__main__":
    sys.path[:1] = [str(Path(__file__).resolve().parents[2])]
from patches import Patch, discover, known
from scripts.checkout import finder
from scripts.checkout.files import Found, digest
from scripts.checkout.state import FOREIGN, File, examine
from scripts.running import overlay
from scripts.running.decision import Decision


def decide(path: str, raw: bytes, root: str, deep: bool) -> Dict[str, Decision]:
    """Decide on a file, and on those of its package that go with it; by their paths.

    Args:
        path: absolute, as Python has it.
        raw: its bytes.
        root: the folder of the package that it belongs to.
        deep: whether the folders in there belong to the package.
    """
    patches = [*discover(), *known()]
    file = _examine(path, raw, patches)
    if file is None or file.unreadable:
        return {path: Decision(raw)}
    family = [file, *_others(file, root, deep, patches)]
    return {one.path: _decision(one, [other for other in family if other is not one]) for one in family}


def _decision(file: File, others: Sequence[File]) -> Decision:
    if file.installed:
        return Decision(file.raw, installed=True)
    if file.state == FOREIGN:
        return Decision(file.raw, why=file.detail)
    if not file.patch.supported:  # it logs with a SummaryWriter, which is patched where it is imported
        return Decision(file.raw)
    loggers = [other for other in others if not other.companion and other.state != FOREIGN]
    unfit = [other for other in loggers if other.new is None and not other.installed]
    needs = {other.path: digest(other.raw) for other in loggers}
    if file.companion and (unfit or not loggers):
        return Decision(file.raw, needs=needs)  # of no logger, or of one that is not patched, which is said of that
    if file.new is None:
        return Decision(file.raw, why=file.detail, needs=needs)
    if unfit:
        return Decision(file.raw, why=f"{unfit[0].path}: {unfit[0].detail}", needs=needs)
    return Decision(file.raw, file.patch.name, needs=needs, form=file.new)


def _others(file: File, root: str, deep: bool, patches: Sequence[Patch]) -> Iterator[File]:
    """The other files of the same package that the patch is for."""
    if deep:
        names: List[str] = finder.search(root, file.patch.may_edit).candidates
    else:
        names = [name for name in sorted(os.listdir(root)) if name.endswith(".py")]
    for name in names:
        path = os.path.join(root, name)
        if path != file.path and os.path.isfile(path):
            raw = Path(path).read_bytes()
            found = _examine(path, raw, patches) if file.patch.may_edit(raw) else None
            if found and found.patch.name == file.patch.name and not found.unreadable:
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
    for place, decision in decide(path, Path(path).read_bytes(), root, "--deep" in arguments[3:]).items():
        overlay.keep(Path(folder), place, decision)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as failed:
        sys.exit(f"{failed.filename}: {failed.strerror}")
