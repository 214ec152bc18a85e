"""The hyper-parameters of a training that draws in TensorBoard: from a table, from files beside it, from the script."""
import ast
import json
import os
import sys

from ... import messages
from ...system import files, working_directory
from . import folder_names

TABLES = frozenset(("hyperparameters", "hparams", "config", "args"))
"""Tags of texts that are tables of them."""
_FILES = (("cfg.json", None), ("config.json", None), ("args.json", None), ("params.json", None), ("cfg.yaml", None),
          ("config.yaml", None), (os.path.join("params", "agent.yaml"), "agent"),
          (os.path.join("params", "env.yaml"), "env"))
"""Names of files in a training's folder, and under which name their entries go; None for those of the config itself."""
_LARGEST = 10 ** 6  # bytes
_OPTIMIZED = 1  # a flag of a function's code


def table(text):
    """Name -> value, of a table in Markdown: ``|param|value|``, ``|-|-|``, ``|lr|0.001|``; or of a JSON object."""
    lines, found = text.strip().split("\n"), {}
    if text.lstrip().startswith("{"):
        try:
            return dict(json.loads(text))
        except ValueError:
            return found
    for line in lines[2:] if len(lines) > 2 and set(lines[1].strip()) <= set("|-: ") else ():
        line = line.strip()
        name, bar, value = line[line.startswith("|"):len(line) - line.endswith("|")].partition("|")
        if bar and name.strip():
            found[name.strip()] = _value(value.strip())
    return found


def beside(folder, frame, is_told):
    """What stands in files beside a training's events; where there are none, and nobody tells, the script's ``args``.

    Args:
        folder: the training's.
        frame: that of the code that writes.
        is_told: whether hyper-parameters are known from elsewhere.
    """
    with messages.one_line_on_failure("the config beside the events was not read"):
        found = _in_files(folder)
        return found if found or is_told else _arguments(frame)
    return {}


def _value(text):
    """A number, a truth, None or a text."""
    try:
        found = ast.literal_eval(text) if len(text) < 100 else text
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return found if found is None or isinstance(found, (bool, int, float, list, tuple)) else text


def _in_files(folder):
    """Of the folder, and of those above it as far as their names say nothing: ``run/summaries``."""
    here, found = working_directory.current(), {}
    while folder and "://" not in folder and os.path.basename(folder):
        if here is None or folder == here or (here + os.sep).startswith(folder + os.sep):
            break  # what lies there is the project's
        found = dict(_of(folder), **found)
        if not folder_names.says_nothing(os.path.basename(folder)):
            break
        folder = os.path.dirname(folder)
    return found


def _of(folder):
    found = {}
    for name, key in _FILES:
        path = os.path.join(folder, name)
        with messages.one_line_on_failure("%s: the config was not read" % path):
            raw = _read(path)
            value = (_yaml if name.endswith(".yaml") else json.loads)(raw.decode("utf-8")) if raw else None
            if isinstance(value, dict):
                found.update(value if key is None else {key: value})
    return found


def _read(path):
    try:
        with files.open_to_read(path) as file:
            raw = file.read(_LARGEST + 1)
    except OSError:
        return b""
    return raw if len(raw) <= _LARGEST else b""


def _yaml(text):
    """What PyYAML makes of it, whatever tags it has; None where there is no PyYAML."""
    try:
        import yaml
    except ImportError:
        return None

    class Loader(yaml.SafeLoader):
        pass

    def untagged(loader, suffix, node):
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("", untagged)
    return yaml.load(text, Loader)


def _arguments(frame):
    """``args`` of the script: a namespace or a dataclass, where it writes or in a function that leads there."""
    while frame is not None:
        code = frame.f_code
        if frame.f_globals.get("__name__") == "__main__" and "args" in code.co_varnames + code.co_cellvars:
            local = frame.f_locals
            found = _plain(local.get("args"))
            if type(local) is dict and code.co_flags & _OPTIMIZED:
                local.clear()  # a copy, which would keep alive all that the function had until it returns
            if found:
                return found
        frame = frame.f_back
    return _plain(getattr(sys.modules.get("__main__"), "args", None))


def _plain(args):
    kind = type(args)
    if hasattr(kind, "__dataclass_fields__"):
        return {name: getattr(args, name, None) for name in kind.__dataclass_fields__}
    if any(cls.__name__ in ("Namespace", "SimpleNamespace") for cls in kind.__mro__):
        return dict(vars(args))
    return dict(args) if kind is dict else {}
