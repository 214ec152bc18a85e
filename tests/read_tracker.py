"""Read the runs of any other tracker with that client's own reader, so that no test trusts a parser of ours.

    echo FOLDER | python tests/read_tracker.py CLIENT

Run by the interpreter that has the clients. Prints a JSON list a line, for each folder that stdin names, of its runs;
several files of one run are one:
    {"id": its id, "series": {name: [[step, value, Unix seconds], ...]},
     "fields": {"name": ..., "group": ..., "tags": [...], "config/...": value}}
"""
import datetime
import json
import logging
import os
import pathlib
import struct
import sys


def new_run():
    """A run of which nothing is known yet."""
    return {"series": {}, "fields": {}}


def add(run, name, step, value, at):
    """One point more."""
    run["series"].setdefault(name, []).append([step, value, at])


def seconds(text):
    """Unix seconds of an ISO time."""
    return datetime.datetime.fromisoformat(text).timestamp()


def flat(config, prefix="config"):
    """Nested config -> {path: value}."""
    found = {}
    for name, value in config.items():
        path = "%s/%s" % (prefix, name)
        found.update(flat(value, path) if isinstance(value, dict) else {path: value})
    return found


def scale(folder):
    """neptune-scale offline: its repository of operations."""
    from neptune_scale.sync.operations_repository import OperationsRepository
    runs = {}
    for database in sorted(folder.absolute().rglob("run_operations.sqlite3")):
        repository, last = OperationsRepository(db_path=database), -1
        run = runs.setdefault(str(database), new_run())
        while True:
            operations = repository.get_operations(up_to_bytes=1 << 24, from_exclusive=last)
            for operation in operations:
                last = operation.sequence_id
                scale_operation(run, operation.operation)
            if not operations:
                break
        runs[str(database)]["id"] = repository.get_metadata().run_id
        repository.close(cleanup_files=False)
    return runs


def scale_operation(run, operation):
    """One operation: it made the run, or logged something."""
    if hasattr(operation, "experiment_id"):
        run["fields"]["name"] = operation.experiment_id
        return
    step = operation.step.whole + operation.step.micro / 1e6
    at = operation.timestamp.seconds + operation.timestamp.nanos / 1e9
    for name, value in operation.append.items():
        add(run, name, step, value.float64, at)
    for path, value in operation.assign.items():
        run["fields"][path] = getattr(value, value.WhichOneof("value"))
    for path, value in operation.modify_sets.items():
        words = sorted(value.string.values)
        run["fields"].update({"group": words[0]} if path == "sys/group_tags" else {"tags": words})


def minfx(folder):
    """minfx offline: its disk queue, which is that of `neptune` under another name."""
    import read_offline_run
    read_offline_run._WHERE = (("minfx.neptune_v2.core.components.queue.disk_queue",
                                "minfx.neptune_v2.internal.operation"),)
    runs = {}
    for log in sorted(folder.rglob("data-1.log")):
        run = read_offline_run.read(log.parent)
        fields = run["fields"]
        fields.update(name=fields.get("sys/name"), tags=fields.get("sys/tags"))
        runs[str(log)] = dict(run, id=log.parent.name)
    return runs


def goodseed(folder):
    """The functions that its server and its command line read with."""
    from goodseed.storage import read_configs, read_metrics, read_run_meta
    runs = {}
    for path in sorted(folder.rglob("runs/*.sqlite")):
        run = runs[str(path)] = new_run()
        for point in read_metrics(path):
            add(run, point["path"], point["step"], point["value"], seconds(point["logged_at"]))
        run["fields"].update(read_configs(path))
        tags = sorted(run["fields"].get("sys/tags", ()))
        run["fields"].update({"name": run["fields"].get("sys/name"), "tags": tags, "sys/tags": tags})
        run["id"] = read_run_meta(path)["run_id"]
    return runs


def wandb(folder):
    """Its records; the package itself reads no file of its own any more."""
    runs = {}
    for path in sorted(folder.rglob("run-*.wandb")):
        run = runs.setdefault(path.stem, dict(new_run(), id=path.stem[4:]))
        for record in wandb_records(path):
            kind = record.WhichOneof("record_type")
            if kind == "history":
                row = {item.key or "/".join(item.nested_key): json.loads(item.value_json)
                       for item in record.history.item}
                for name in row.keys() - {"step", "_timestamp", "_step", "_runtime"}:
                    add(run, name, row["step"], row[name], row["_timestamp"])
            elif kind == "config":
                run["fields"].update(flat({item.key or "/".join(item.nested_key): json.loads(item.value_json)
                                           for item in record.config.update}))
            elif kind == "run":
                run["fields"].update(name=record.run.display_name, group=record.run.run_group,
                                     tags=list(record.run.tags), project=record.run.project)
    return runs


def wandb_records(path):
    """LevelDB's log format behind 7 bytes; ends where the file is torn."""
    from wandb.proto.wandb_internal_pb2 import Record
    data, at, parts = path.read_bytes(), 7, b""
    while at + 7 <= len(data):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
            continue
        _, size, kind = struct.unpack("<IHB", data[at:at + 7])
        if kind == 0 or at + 7 + size > len(data):
            return
        parts += data[at + 7:at + 7 + size]
        at += 7 + size
        if kind in (1, 4):  # whole, or the last part
            yield Record.FromString(parts)
            parts = b""


def mlflow(folder):
    """MlflowClient, over every database."""
    from mlflow import MlflowClient
    runs = {}
    for database in sorted(folder.rglob("*.db")):
        client = MlflowClient(tracking_uri="sqlite:///%s" % database.absolute())
        for experiment in client.search_experiments():
            for found in client.search_runs([experiment.experiment_id]):
                run = runs[found.info.run_id] = dict(new_run(), id=found.data.tags["neptune_writer.run"])
                run["fields"].update(found.data.params, name=found.info.run_name, group=experiment.name,
                                     tags=found.data.tags["tags"].split(", "), status=found.info.status)
                for name in found.data.metrics:
                    for point in client.get_metric_history(found.info.run_id, name):
                        add(run, name, point.step, point.value, point.timestamp / 1000)
    return runs


def tensorboard(folder):
    """What the dashboards are fed with; the table of the config is cut into its cells."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    runs = {}
    for path in sorted({path.parent for path in folder.rglob("*.tfevents.*")}):
        events = EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0})
        events.Reload()
        run = runs[str(path)] = dict(new_run(), id=path.name)
        run["fields"].update(name=path.name, group=path.parent.name)
        for name in events.Tags()["scalars"]:
            for event in events.Scalars(name):
                add(run, name, event.step, event.value, event.wall_time)
        for event in events.Tensors("config") if "config" in events.Tags()["tensors"] else ():
            table = event.tensor_proto.string_val[0].decode()
            cells = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
            run["fields"].update({name: value for name, value in cells})
    return runs


def trackio(folder):
    """Its Api and its storage."""
    os.environ["TRACKIO_DIR"] = str(next(folder.rglob("*.db")).parent)
    import trackio as client
    from trackio.sqlite_storage import SQLiteStorage
    runs = {}
    for project in SQLiteStorage.get_projects():
        for found in client.Api().runs(project):
            run = runs[found.id] = dict(new_run(), id=found.id)
            config = dict(found.config)
            run["fields"].update(flat(config), name=found.name, group=config["_Group"], tags=config["tags"],
                                 project=project)
            for row in SQLiteStorage.get_logs(project, found.name, run_id=found.id):
                for name in row.keys() - {"timestamp", "step"}:
                    add(run, name, row["step"], row[name], seconds(row["timestamp"]))
    return runs


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # where clients print
    for line in sys.stdin:
        found = globals()[sys.argv[1]](pathlib.Path(line.rstrip("\n")))
        print(json.dumps(list(found.values()), default=str), file=answers, flush=True)
