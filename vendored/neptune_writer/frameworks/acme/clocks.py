"""Which stream of a run a logger writes to: one of its own, as long as it lives, and no metric is in two of them."""
import itertools
import weakref

_of_runs = weakref.WeakKeyDictionary()  # run -> its Streams


def of_run(run):
    """The `Streams` of a run of `frameworks.runs`."""
    return _of_runs.setdefault(run, Streams())


class Streams:
    """The streams of one run. Two loops may have one label, as those of several actors do in one process: their
    counters take turns, and an x that both were to share would rise with neither."""

    def __init__(self):
        self._writers = {}  # stream -> weak reference to the logger that writes to it
        self._streams = {}  # metric -> the stream it is in

    def claim(self, prefix, logger):
        """The name of a stream that no other logger writes to: the prefix, or with a number behind it."""
        number, name = 1, prefix
        while True:
            known = self._writers.get(name)
            if known is not None and known() is None:
                self._writers[name] = weakref.ref(logger)  # its logger is gone, this one goes on with it
            if self._writers.setdefault(name, weakref.ref(logger))() is logger:
                return name
            number += 1
            name = "%s_%d" % (prefix or "logger", number)

    def release(self, logger):
        """The logger is closed: the next one of its prefix goes on with its stream."""
        for name, known in list(self._writers.items()):
            if known() is logger:
                del self._writers[name]

    def name(self, prefix, key, stream):
        """What a metric is called: ``prefix/key``, or ``stream/key`` where that one is in another stream, or with a
        number, ``logger_2/key``; no other stream has it."""
        wanted = ["%s/%s" % (prefix, key) if prefix else key] + ["%s/%s" % (stream, key)] * bool(stream)
        numbered = ("%s_%d/%s" % (prefix or "logger", number, key) for number in itertools.count(2))
        return next(name for name in itertools.chain(wanted, numbered)
                    if self._streams.setdefault(name, stream) == stream)
