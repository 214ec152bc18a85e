"""The first generation: ``neptune-client`` 0.4 to 0.16, ``neptune.legacy``."""
import importlib
import inspect
import sys

from ..experiment import specs
from . import series
from .base import RISING, Tracker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Tuple

    from .series import Row

_VALUES_A_CALL = 100  # as many as the client itself sends in one


class NeptuneExperiment(Tracker):
    """TARGET: ``workspace/project``, or nothing for what NEPTUNE_PROJECT says.

    Values go past the client's own queue, which drops what a server did not take: a call here returns when the server
    has them, or raises.
    """

    steps = RISING
    refuses = ("builtins.TypeError", "builtins.ValueError", "bravado.HTTPBadRequest",
               "bravado.HTTPUnprocessableEntity") + tuple("neptune.%s" % name for name in (
                   "InvalidChannelX", "InvalidChannelValue", "NoChannelValue", "ChannelAlreadyExists",
                   "ChannelsValuesSendBatchError", "ExperimentValidationError", "MetadataInconsistency"))

    def __init__(self, experiment: "Any", ours: bool) -> None:
        Tracker.__init__(self, experiment, ours)
        self._channels = _channels_module(experiment)
        self._ids: Dict[str, str] = {}

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """Hardware, output and source code stay out of it."""
        neptune: Any = importlib.import_module("neptune")
        mode, project = specs.mode_and_project(target)
        if mode in ("offline", "debug"):
            raise ImportError("the first generation of the client stores nothing offline; the run is its journal; "
                              "with Python 3.7 or newer: pip install neptune")
        neptune.init(project)
        experiment = neptune.create_experiment(
            name=header["name"], tags=header["tags"], properties={"group": header["group"]}, upload_source_files=[],
            upload_stdout=False, upload_stderr=False, send_hardware_metrics=False, run_monitoring_thread=False,
            handle_uncaught_exceptions=False)
        return cls(experiment, ours=True)

    def set_field(self, path: str, value: "Any") -> None:
        """A property."""
        self.experiment.set_property(path, value)

    def write_rows(self, rows: "List[Row]") -> None:
        """Up to 100 values a call. After a failure it goes on where it was, for the same rows come again."""
        self.in_turn(_calls(rows), lambda call: self.guarded(call[0], self._send, *call))

    def _send(self, name: str, points: "List[Tuple[float, float, float]]") -> None:
        channels = self._channels
        if channels is None:
            for value, step, at in points:
                self.experiment.log_metric(name, step, value, timestamp=at)
            return
        kind, namespace = channels.ChannelType.NUMERIC.value, channels.ChannelNamespace.USER
        if name not in self._ids:
            self._ids[name] = self.experiment._create_channel(name, kind).id  # as its own queue does
        whole = {"channel_id": self._ids[name], "channel_name": name, "channel_type": kind,
                 "channel_namespace": namespace,
                 "channel_values": [channels.ChannelValue(step, {"numeric_value": value}, at)
                                    for value, step, at in points]}
        wanted = inspect.signature(channels.ChannelIdWithValues).parameters  # 0.16 takes more of it
        self.experiment._send_channels_values([channels.ChannelIdWithValues(**{key: whole[key] for key in wanted})])

    def close(self, seconds: "Optional[float]") -> None:
        """Stop what we opened."""
        if self.ours:
            self.end(self.experiment.stop, seconds)


def _calls(rows: "List[Row]") -> "Iterator[Tuple[str, List[Tuple[float, float, float]]]]":
    """(metric, points) for each call."""
    for name, columns in series.columns(rows).items():
        points = list(zip(columns.values, columns.steps, columns.times))
        for first in range(0, len(points), _VALUES_A_CALL):
            yield name, points[first:first + _VALUES_A_CALL]


def _channels_module(experiment: "Any") -> "Any":
    """The client's module of channels; None for an experiment of nobody's, whose own `log_metric` is called then."""
    for cls in type(experiment).__mro__:
        channel_value = getattr(sys.modules.get(cls.__module__), "ChannelValue", None)
        if channel_value is not None and "_send_channels_values" in vars(cls):
            return sys.modules[channel_value.__module__]
    return None
