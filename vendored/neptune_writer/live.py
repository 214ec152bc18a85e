"""A live experiment, or a callable that makes one, served by a thread: it cannot leave the process.

It stays the user's, a callable's too: we never stop it. But when the user or the client does, our backlog goes first.
"""
import threading

from . import ending, experiments, forwarding, messages, specs, trackers
from .forward import Forwarder


class LiveForwarder:
    """The thread that hands one journal to one live experiment; the same `Forwarder` as in the child process."""

    def __init__(self, path, experiment):
        self._path = path
        self._position = _Position()
        self._stopping = threading.Event()
        self._made_here = experiments.kind_of(experiment) is None
        if not self._made_here:
            self._drain_before_stop(experiment)
        self._thread = threading.Thread(target=self._run, args=(experiment,), name="neptune-writer", daemon=True)
        self._thread.start()

    def finish(self):
        """The journal's present end is the end."""
        self._stopping.set()

    def join(self, seconds):
        """Wait until all is handed over, so many seconds at most; returns whether it is."""
        if self._thread is not threading.current_thread():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def abandon(self):
        """The thread ends with the process."""

    def left_over(self):
        """One line on the rows that were not handed over, or None."""
        try:
            spec = specs.parse(experiments.of_environment() or "async", specs.MODES)
        except ValueError:
            spec = "async"
        return forwarding.left_over(self._path, spec, self._position.offset)

    def _run(self, experiment):
        with messages.one_line_on_failure("rows stay in %s" % self._path):
            if self._made_here:
                experiment = experiment()
                experiments.check_live(experiment)
                self._drain_before_stop(experiment)
            forwarder = Forwarder(self._path, self._position, self._stopping)
            forwarder.run(lambda header: trackers.of_live(experiment), ending.seconds)

    def _drain_before_stop(self, experiment):
        """Leaving a ``with`` and the client's own exit handler call `stop` too, so this is all that is needed."""
        stop = experiment.stop

        def stop_after_draining(*args, **kwargs):
            self.finish()
            self.join(ending.seconds())
            return stop(*args, **kwargs)

        with messages.one_line_on_failure("%s.stop() will not wait for our rows" % experiments.short_text(experiment)):
            experiment.stop = stop_after_draining


class _Position:
    """A cursor that ends with the process, as the experiment does."""

    def __init__(self):
        self.offset = 0
        self.series = {}

    def save(self):
        """Nothing to keep."""
