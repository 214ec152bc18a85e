"""A client that takes everything, whose server went away in between; it keeps what it took, as the real one does."""
import os
import time


def init_run(mode=None, project=None):
    return Run()


class _Operations:
    """Put, kept on the disk, and never confirmed."""

    _consumed_version = 0

    def __init__(self):
        self._last_version = 0
        self._operation_storage = self._consumer = self
        self.data_path = os.path.join(".neptune", "async", "run")
        os.makedirs(self.data_path)

    def wake_up(self):
        """Nothing to be done."""

    def is_running(self):
        return True


class _Field:
    def __init__(self, operations):
        self._operations = operations

    def extend(self, values, steps, timestamps):
        self._operations._last_version += 1


class Run:
    def __init__(self):
        self._op_processor = _Operations()

    def __getitem__(self, name):
        return _Field(self._op_processor)

    def __setitem__(self, name, value):
        """Taken."""

    def wait(self, disk_only=False):
        if not disk_only:
            time.sleep(3600)

    def sync(self, wait=True):
        time.sleep(3600)

    def stop(self, seconds=None):
        time.sleep(seconds)
