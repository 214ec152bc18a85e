"""The files of runs, as frameworks and trackers leave them, of the numbers that a test wants in them."""
import csv
import datetime
import decimal
import json

X6 = "eval/mean_reward,rollout/ep_rew_mean,time/total_timesteps\n50,,\n,1,2048\n60,,\n,2,4096\n"
X7 = '#{"t_start":1.7e9}\nr,l,t\n1,10,10\n2,10,20\n3,10,30\n101,10,5\n102,10,15\n'


def table(folder, text, name="progress.csv"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def rows_of(folder, names, *rows, name="progress.csv", separator=","):
    return table(folder, "".join(separator.join(map(str, row)) + "\n" for row in (names, *rows)), name)


def events(folder, *files, tag="a"):
    """Event files of (step, value) or (step, value, tag); "start" before a step: the training goes on from there."""
    from tensorboard.compat.proto.event_pb2 import Event, SessionLog
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    for number, said in enumerate(files):
        writer = EventFileWriter(str(folder), filename_suffix=".%d" % number)
        for at, one in enumerate(said):
            if one[0] == "start":
                writer.add_event(Event(step=one[1], session_log=SessionLog(status=SessionLog.START)))
                continue
            writer.add_event(Event(wall_time=100.0 + at, step=one[0], summary=Summary(value=[
                Summary.Value(tag=one[2] if len(one) > 2 else tag, simple_value=one[1])])))
        writer.close()
    return folder


def exported(path, lines):
    """A Parquet file with the columns of Neptune's exporter, of one run; a line may lack most of them."""
    import pyarrow
    from pyarrow import parquet
    schema = pyarrow.schema([
        ("project_id", pyarrow.string()), ("run_id", pyarrow.string()), ("attribute_path", pyarrow.string()),
        ("attribute_type", pyarrow.string()), ("step", pyarrow.decimal128(18, 6)),
        ("timestamp", pyarrow.timestamp("ms", tz="UTC")), ("int_value", pyarrow.int64()),
        ("float_value", pyarrow.float64()), ("string_value", pyarrow.string()), ("bool_value", pyarrow.bool_())])
    rows = [{**dict.fromkeys(schema.names), "project_id": "me/rl", "run_id": "RL-1", **line} for line in lines]
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema), path)


def exported_point(name, step, value, seconds):
    """One point of a metric, so many seconds after 2026 began."""
    return {"attribute_path": name, "attribute_type": "float_series", "float_value": value,
            "step": decimal.Decimal(str(step)),
            "timestamp": datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
            + datetime.timedelta(seconds=seconds)}


def export(folder, *said):
    """A Parquet file of Neptune's exporter, of (step, metric, value)."""
    folder.mkdir()
    exported(folder / "RL-1_part_0.parquet", [exported_point(name, step, value, number)
                                              for number, (step, name, value) in enumerate(said)])
    return folder


def offline(folder, *said):
    """What neptune 1.14 leaves of a run, of (step, metric, value)."""
    place = folder / ".neptune" / "offline" / "run__1__2__abc"
    place.mkdir(parents=True)
    (place / "data-1.log").write_text("".join(json.dumps({"obj": {
        "type": "LogFloats", "path": name.split("/"), "values": [{"value": value, "step": step, "ts": 100.0 + number}]},
        "version": number}) for number, (step, name, value) in enumerate(said)))
    return folder


def results(folder, *said, name="result.json", at=500):
    """Ray's results, of timesteps_total, or a dict."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, one in enumerate(said, 1):
        more = one if isinstance(one, dict) else {"timesteps_total": one}
        lines.append(dict({"training_iteration": number, "timestamp": at + 10 * number, "time_total_s": 2.5 * number,
                           "ret": float(number)}, **more))
    (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def result_csv(folder, *said):
    return rows_of(folder, ["training_iteration", "timesteps_total", "time_this_iter_s", "ret"],
                   *[(number, one, 2.5, float(number)) for number, one in enumerate(said, 1)])


def labels(folder, **said):
    """Acme's tables: label -> (names, rows)."""
    for label, (names, *rows) in said.items():
        place = folder / "1" / "logs" / label
        place.mkdir(parents=True)
        with (place / "logs.csv").open("w", newline="") as file:
            csv.writer(file).writerows([names, *rows])
    return folder
