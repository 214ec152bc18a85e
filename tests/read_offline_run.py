"""Read a stored offline run with the client's own reader, so that no test trusts a parser of ours.

    python tests/read_offline_run.py FOLDER     FOLDER: .neptune/offline/run__... (0.9: .neptune/offline/<id>)

Run by the interpreter that has the client, `neptune.new` 0.9 to `neptune` 1.x. Prints JSON:
    {"series": {name: [[step, value, Unix seconds], ...]}, "fields": {path: value}}
"""
import importlib
import inspect
import json
import pathlib
import shutil
import sys
import tempfile
import threading

_WHERE = (  # (the queue that holds the operations, the operations)
    ("neptune.core.components.queue.disk_queue", "neptune.internal.operation"),
    ("neptune.internal.disk_queue", "neptune.internal.operation"),
    ("neptune.new.internal.disk_queue", "neptune.new.internal.operation"),
    ("neptune.new.internal.containers.disk_queue", "neptune.new.internal.operation"),
)


def client_modules():
    """The client's modules for its disk queue and its operations."""
    for names in _WHERE:
        try:
            return [importlib.import_module(name) for name in names]
        except ImportError:
            continue
    raise SystemExit("no client whose offline runs can be read: %s" % sys.executable)


def operations(folder):
    """Every operation of the run, as the client's objects."""
    queues, kinds = client_modules()
    more = {"lock": threading.RLock()} if "lock" in inspect.signature(queues.DiskQueue.__init__).parameters else {}
    with tempfile.TemporaryDirectory() as scratch:  # a queue opens its files for writing
        copy = pathlib.Path(scratch) / "run"
        shutil.copytree(str(folder), str(copy))
        queue = queues.DiskQueue(copy, lambda operation: operation.to_dict(), kinds.Operation.from_dict, **more)
        while True:
            element = queue.get()
            operation = element[0] if isinstance(element, tuple) else getattr(element, "obj", None)
            if operation is None:
                return
            yield operation


def read(folder):
    """The run as plain data."""
    series, fields = {}, {}
    for operation in operations(folder):
        path = "/".join(operation.path)
        kind = type(operation).__name__
        if kind.startswith("Log"):
            series.setdefault(path, []).extend([point.step, point.value, point.ts] for point in operation.values)
        elif kind == "AddStrings":
            fields[path] = sorted(set(fields.get(path, [])) | set(operation.values))
        elif kind.startswith("Assign"):
            fields[path] = operation.value
        else:
            fields[path] = getattr(operation, "file_globs", kind)
    return {"series": series, "fields": fields}


if __name__ == "__main__":
    json.dump(read(sys.argv[1]), sys.stdout, default=str)
