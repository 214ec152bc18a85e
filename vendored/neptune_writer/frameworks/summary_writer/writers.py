"""One SummaryWriter: which training its scalars belong to, and what they are called there."""
import json
import os
import re
import sys

from ... import installed, messages, values
from ...system import working_directory
from . import others, trainings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Dict, Iterator, Optional, Tuple, Union

_NO_NAME = re.compile(r"[^-/\w.]")
_LARGEST_STEP = 2 ** 63  # which event files hold no more of, and journals neither
_CALLERS_AT_MOST = 1000  # some code is compiled again for each call


class Writer:
    """What is known of one SummaryWriter.

    Args:
        owner: it, whose folder is asked for now.
        purge_step: from which step on the events before count no more; None where they do.
    """

    def __init__(self, owner: object, purge_step: "Any" = None) -> None:
        self._folder = _folder_of(owner)
        self._kind = type(owner)
        self._cleans = _cleans_tags(self._kind)
        self._takes_metadata = hasattr(self._kind, "use_metadata")
        self._is_off = getattr(owner, "_write_to_disk", True) is False
        self._silent_in: "Optional[int]" = None  # the process that records nothing of it
        self._purge_step = purge_step
        # tag -> (the metric's name as JSON, where its values are counted that have no step)
        self._names: "Dict[Any, Tuple[str, Iterator[int]]]" = {}
        # id of the code that calls the writer -> (whether what it writes is recorded, the code)
        self._callers: "Dict[int, Tuple[bool, CodeType]]" = {}
        self._training: "Optional[trainings.Training]" = None
        self._prefix: "Any" = None  # a text from the first training on
        trainings.announce(self._folder)

    def add(self, owner: object, frame: "FrameType", tag: "Any", value: "Any", step: "Any", walltime: "Any") -> None:
        """Record a scalar.

        Args:
            owner: the SummaryWriter.
            frame: that of the writer's caller.
            tag, value, step, walltime: as of `add_scalar`.
        """
        caller = self._callers.get(id(frame.f_code))  # by its id: code is hashed again each time, with all in it
        if not (caller is not None and caller[0] or self._is_recorded(frame)):
            return
        training = self._training or self._begin(frame)  # another thread may close the writer meanwhile
        names = self._names.get(tag)
        if names is None:
            names = self._name(training, tag)
        number = values.number(value)
        if number is None:
            number = _number_in(value)
            if number is None:
                messages.warn("%s: skipped, expected a number, found %s" % (tag, type(value).__name__),
                              once=("skipped", str(tag)))
                return
        if self._takes_metadata and (step is None or walltime is None):
            step, walltime = _with_metadata(owner, step, walltime)
        if type(step) is not int or not -_LARGEST_STEP <= step < _LARGEST_STEP:
            step = _step(step)
            if step is None:
                step = next(names[1])
        training.run.write_scalar(names[0], number, step, None if walltime is None else values.step(walltime))

    def tell(self, frame: "FrameType", config: "Dict[str, Any]") -> None:
        """Record hyper-parameters."""
        if config and self._is_recorded(frame):
            (self._training or self._begin(frame, config)).tell(config)

    def close(self) -> None:
        """It was closed, or is gone."""
        training, self._training = self._training, None
        if training is not None:
            training.leave(self)

    def _is_recorded(self, frame: "FrameType") -> bool:
        """Whether what that caller writes is recorded here."""
        if self._is_off or self._silent_in == os.getpid():
            return False
        if self._training is None and others.is_silent(self._kind):
            self._silent_in = os.getpid()
            return False
        if len(self._callers) >= _CALLERS_AT_MOST:
            self._callers.clear()
        code = frame.f_code
        found, _ = self._callers.get(id(code), (None, code))
        if found is None:
            found = not others.is_of_patched(frame)
            if not others.is_wrapped(frame):
                self._callers[id(code)] = found, code
        return found

    def _begin(self, frame: "FrameType", config: "Optional[Dict[str, Any]]" = None) -> "trainings.Training":
        """At the first scalar, also of a writer that was closed."""
        framework = others.framework_of(frame)
        if framework is None:
            framework = installed.framework_of_class(self._kind), others.version_of(self._kind.__module__)
        training, prefix = trainings.of(self, self._folder, framework, frame, config)
        if self._purge_step is not None:
            training.run.from_checkpoint(self._purge_step)
            self._purge_step = None
        if prefix != self._prefix:
            self._names.clear()
        self._prefix, self._training = prefix, training
        return training

    def _name(self, training: "trainings.Training", tag: "Any") -> "Tuple[str, Iterator[int]]":
        name = tag if type(tag) is str else str(tag)
        if self._cleans:
            name = _NO_NAME.sub("_", name).lstrip("/")
        name = self._prefix + name
        names = self._names[tag] = json.dumps(name), training.counter(name)
        return names


def _with_metadata(owner: object, step: "Any", walltime: "Any") -> "Tuple[Any, Any]":
    """Step and time, where the scalar has none those that tensorboardX was told for a while."""
    said = getattr(getattr(owner, "file_writer", None), "_default_metadata", None)
    if said:
        step = said.get("global_step") if step is None else step
        walltime = said.get("walltime") if walltime is None else walltime
    return step, walltime


def _step(step: "Any") -> "Optional[Union[int, float]]":
    """A step as an int, or a float where it has a fraction; None where it is none."""
    found = None if step is None else values.step(step)
    if found is None and step is not None:
        try:
            found = int(step)  # as the writer itself does, of a text, too
        except (TypeError, ValueError, OverflowError):
            return None
    return found if found is None or -_LARGEST_STEP <= found < _LARGEST_STEP else None


def _number_in(value: "Any") -> "Any":
    """The number in a text, or in a list of one; None where there is none."""
    while isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    try:
        return float(value) if isinstance(value, str) else values.number(value)
    except ValueError:
        return None


def _folder_of(owner: object) -> "Optional[str]":
    """Where it writes, a whole path without links, since others may lead there as well; an address stays one; None
    where it does not say."""
    inner: "Any" = getattr(owner, "file_writer", None) or getattr(owner, "_event_file_writer", None)
    folder = inner.get_logdir() if hasattr(inner, "get_logdir") else None
    folder = folder or getattr(owner, "log_dir", None) or getattr(owner, "logdir", None)
    if not folder:
        return None
    folder = str(folder)
    return folder.rstrip("/") if "://" in folder else working_directory.real(folder, working_directory.current())


def _cleans_tags(kind: type) -> bool:
    """Whether the event files have tags without their special characters, as those of older versions."""
    for cls in kind.__mro__:
        scalar = getattr(sys.modules.get(cls.__module__), "scalar", None)
        code = getattr(scalar, "__code__", None)
        if code is not None and "add_scalar" in vars(cls):
            return "_clean_tag" in code.co_names
    return False
