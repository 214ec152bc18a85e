"""Live experiments of each generation of Neptune's client, as far as their classes tell them apart."""


class NoopObject:
    """The first generation's offline object: answers everything with itself."""

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        return self

    def __eq__(self, other):
        raise RuntimeError("must not be asked")

    __hash__ = None


class Experiment:
    """The first generation."""

    def log_metric(self, name, x, y=None, timestamp=None):
        """One point."""

    def set_property(self, key, value):
        """One property."""

    def stop(self):
        """The end."""


class Run:
    """The second generation, which raises on every name it does not have."""

    def __getitem__(self, path):
        raise NotImplementedError

    def __setitem__(self, path, value):
        raise NotImplementedError

    def __getattr__(self, name):
        raise RuntimeError("a Run must not be asked for %s" % name)

    def stop(self, seconds=None):
        """The end."""

    def wait(self, disk_only=False):
        """Until written."""

    def sync(self, wait=True):
        """Until sent."""


class Derived(Experiment):
    """Someone's own."""


class Recorder(Experiment):
    """A first-generation experiment that keeps what it is told."""

    def __init__(self):
        self.points, self.properties, self.stopped = [], {}, 0

    def log_metric(self, name, x, y=None, timestamp=None):
        self.points.append((name, x, y))

    def set_property(self, key, value):
        self.properties[key] = value

    def stop(self):
        self.stopped += 1
