"""Where a Python has a package: what `--python PYTHON NAME` stands for."""
from __future__ import annotations

import json
import os
import subprocess
from typing import Any, Dict, List

from scripts.refusal import Refusal

_SECONDS = 60
_PROBE = """if True:
    import importlib.util, json, sys
    if sys.path[:1] == [""]:
        del sys.path[0]  # this working directory is not the training's
    found = importlib.util.find_spec(sys.argv[1])
    places = list(found.submodule_search_locations or []) if found else []
    near = []
    if found is None:
        try:
            from importlib import metadata
            near = (metadata.distribution(sys.argv[2]).read_text("top_level.txt") or "").split()
            files = metadata.files(sys.argv[2])
            near = near or sorted({path.parts[0] for path in files if path.name == "__init__.py"})
            near.sort(key=lambda name: name != sys.argv[2].lower())
        except Exception:  # there is none of that name, or Python is too old
            import difflib, pkgutil
            names = sorted({one.name for one in pkgutil.iter_modules()})
            near = difflib.get_close_matches(sys.argv[2].lower(), names)
    print(json.dumps({"found": found is not None, "places": places, "near": near}))"""


def folder_of(python: str, name: str) -> str:
    """The folder of the package that this Python imports under a name.

    Args:
        name: as it is imported, or as pip calls it where the two differ by dashes only.

    Raises:
        Refusal: it imports none, or this is not a Python.
    """
    if not name or os.sep in name:
        what = "this is a path" if name else "the name is empty"
        raise Refusal(f"{name or repr(name)}: {what}, and --python takes the name of a package that {python} imports; "
                      "leave it out to name a folder")
    module = name.replace("-", "_").split(".")[0]
    found = _ask(python, module, name)
    if not found["found"]:
        near = f" (did you mean {' or '.join(found['near'][:2])}?)" if found["near"] else ""
        raise Refusal(f"{name}: {python} imports no package of that name{near}; name the framework's folder, or the "
                      "Python that trains")
    places: List[str] = [place for place in found["places"] if os.path.isdir(place)]
    if len(places) != 1:
        raise Refusal(f"{name}: in {python} this is not a package in one folder, but "
                      f"{', '.join(places) or 'a single module'}; name the framework's folder")
    return places[0]


def _ask(python: str, module: str, name: str) -> Dict[str, Any]:
    try:
        done = subprocess.run([python, "-c", _PROBE, module, name], capture_output=True, text=True, timeout=_SECONDS,
                              stdin=subprocess.DEVNULL)
        found: Dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except FileNotFoundError:
        reason = "there is no such file or command"
    except OSError as error:
        reason = error.strerror or str(error)
    except subprocess.TimeoutExpired:
        reason = f"no answer in {_SECONDS} s"
    except (ValueError, IndexError):
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
    else:
        return found
    raise Refusal(f"{python or repr(python)}: not a Python 3 ({reason}); name one, such as .venv/bin/python")
