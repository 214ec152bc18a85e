"""The hyper-parameters of a training that draws in TensorBoard: from a table, from files beside it, from the script."""
import ast
import json
import os
import sys

from ... import messages
from ...idioms import callers
from ...recording.cleaning import fields_of
from ...system import files, working_directory
from . import folder_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, List, Optional

TABLES = frozenset(("hyperparameters", "hparams", "config", "args"))
"""Tags of texts that are tables of them."""
_FILES = (("cfg.json", None), ("config.json", None), ("args.json", None), ("params.json", None), ("cfg.yaml", None),
          ("config.yaml", None), (os.path.join("params", "agent.yaml"), "agent"),
          (os.path.join("params", "env.yaml"), "env"))
"""Names of files in a training's folder, and under which name their entries go; None for those of the config itself."""
_NAMES = ("args", "cfg", "config", "hparams", "opt")
"""Names under which scripts, and objects that train, keep them."""
_LARGEST = 10 ** 6  # bytes
_OPTIMIZED = 1  # a flag of a function's code


def table(text: str) -> "Dict[str, Any]":
    """Name -> value, of a table in Markdown: ``|param|value|``, ``|-|-|``, ``|lr|0.001|``; or of a JSON object."""
    lines = text.strip().split("\n")
    found: "Dict[str, Any]" = {}
    if text.lstrip().startswith("{"):
        try:
            return dict(json.loads(text))
        except (ValueError, RecursionError):
            return found
    rows: "List[str]" = []
    for line in lines[2:] if len(lines) > 2 and set(lines[1].strip()) <= set("|-: ") else ():
        if rows and rows[-1].startswith("|") and not rows[-1].endswith("|") and not line.startswith("|"):
            rows[-1] += "\n" + line.rstrip()  # of a value of several lines
        else:
            rows.append(line.strip())
    for line in rows:
        name, bar, value = line[line.startswith("|"):len(line) - line.endswith("|")].partition("|")
        if bar and name.strip():
            found[name.strip()] = _value(value.strip())
    return found


def beside(folder: "Optional[str]", frame: "FrameType", is_told: bool) -> "Dict[str, Any]":
    """What stands in files beside a training's events; where there are none, and nobody tells, those of whoever writes.

    Args:
        folder: the training's.
        frame: that of the code that writes.
        is_told: whether hyper-parameters are known from elsewhere.
    """
    with messages.one_line_on_failure("the config beside the events was not read"):
        found = _in_files(folder)
        return found if found or is_told else _arguments(frame)
    return {}


def _value(text: str) -> "Any":
    """A truth, None, a list, or a number where Python shows it so; else a text, as ``1e5`` and ``0x1F`` are."""
    try:
        found = ast.literal_eval(text) if len(text) < 100 else text
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    if isinstance(found, (int, float)) and str(found) != text:
        return text
    return found if found is None or isinstance(found, (int, float, list, tuple)) else text


def _in_files(folder: "Optional[str]") -> "Dict[str, Any]":
    """Of the folder, and of those above it as far as their names say nothing: ``run/summaries``."""
    here = working_directory.current()
    found: "Dict[str, Any]" = {}
    while folder and "://" not in folder and os.path.basename(folder):
        if here is None or folder == here or (here + os.sep).startswith(folder + os.sep):
            break  # what lies there is the project's
        found = dict(_of(folder), **found)
        if not folder_names.says_nothing(os.path.basename(folder)):
            break
        folder = os.path.dirname(folder)
    return found


def _of(folder: str) -> "Dict[str, Any]":
    found: "Dict[str, Any]" = {}
    for name, key in _FILES:
        path = os.path.join(folder, name)
        with messages.one_line_on_failure("%s: the config was not read" % path):
            raw = _read(path)
            value = (_yaml if name.endswith(".yaml") else json.loads)(raw.decode("utf-8")) if raw else None
            if isinstance(value, dict):
                found.update(value if key is None else {key: value})
    return found


def _read(path: str) -> bytes:
    try:
        with files.open_to_read(path) as file:
            raw = file.read(_LARGEST + 1)
    except OSError:
        return b""
    return raw if len(raw) <= _LARGEST else b""


def _yaml(text: str) -> "Any":
    """What PyYAML makes of it, whatever tags it has; None where the training, which wrote it, has not imported that."""
    yaml: "Any" = sys.modules.get("yaml")
    if yaml is None:
        return None

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        pass

    def untagged(loader: "Any", suffix: str, node: "Any") -> "Any":
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("", untagged)
    return yaml.load(text, Loader)


def _arguments(frame: "Any") -> "Dict[str, Any]":
    """``args`` of the script, and what the object that writes has for its config, or one of its package that leads
    there; not one of what runs the script, as a notebook's."""
    own: "Dict[str, Any]" = {}
    of_script: "Dict[str, Any]" = {}
    packages = {"__main__", _package(frame)}
    while frame is not None and not (own and of_script):
        code = frame.f_code
        if not own and "self" in code.co_varnames[:1] and _package(frame) in packages:
            own = next((found for one in callers.values(frame, ("self",)) for found in map(_plain, _of_object(one))
                        if found), {})
        if not of_script and _package(frame) == "__main__" and code.co_flags & _OPTIMIZED:
            of_script = next(filter(None, map(_plain, callers.values(frame, _NAMES))), {})
        frame = frame.f_back
    if not of_script:
        script = vars(sys.modules.get("__main__", sys))
        of_script = next(filter(None, (_plain(script.get(name)) for name in _NAMES)), {})
    return dict(of_script, **own)


def _package(frame: "FrameType") -> str:
    return str(frame.f_globals.get("__name__")).partition(".")[0]


def _of_object(value: object) -> "List[Any]":
    """The object's attributes that have one of the names; no property is asked."""
    known = getattr(value, "__dict__", None)
    return [known.get(name) for name in _NAMES] if type(known) is dict else []


def _plain(args: "Any") -> "Dict[str, Any]":
    """The entries of a namespace, a dataclass or a mapping with names for keys; none of anything else."""
    known = None if isinstance(args, type) else fields_of(args)
    return dict(known) if known and all(type(name) is str for name in known) else {}
