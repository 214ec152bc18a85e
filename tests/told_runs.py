"""A run of the second generation of Neptune's client that keeps what it is told."""


class Field:
    def __init__(self, told, name):
        self.told, self.name = told, name

    def extend(self, values, steps, timestamps):
        self.told.append((self.name, values, steps, timestamps))


class Told:
    field = Field

    def __init__(self):
        self.told = []

    def __getitem__(self, name):
        if name.startswith("refused"):
            raise TypeError("%s is not welcome" % name)
        return self.field(self.told, name)

    def __setitem__(self, path, value):
        if path.startswith("config/refused"):
            raise TypeError("%s is not welcome" % path)
        self.told.append((path, value))

    def wait(self, disk_only=False):
        """Sent already."""

    def stop(self, seconds=None):
        self.told.append(("stopped", seconds if seconds is None else round(seconds)))
