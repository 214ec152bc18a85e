"""A client that takes everything, whose server went away in between."""
import time


def init_run(mode=None):
    return Run()


class _Field:
    def extend(self, values, steps, timestamps):
        """Taken."""


class Run:
    def __getitem__(self, name):
        return _Field()

    def __setitem__(self, name, value):
        """Taken."""

    def wait(self, disk_only=False):
        if not disk_only:
            time.sleep(3600)

    def sync(self, wait=True):
        time.sleep(3600)

    def stop(self, seconds=None):
        time.sleep(seconds)
