"""Small runs for the tests of the report: files in exactly the layouts that frameworks and clients leave."""
import json
import math
import re
from pathlib import Path

from neptune_writer.journal import journal

from scripts.report import command

HEADER = {"format": 1, "t": 1000.0, "run": "run-1", "resumes": None, "name": "ppo", "group": "ppo-1", "tags": [],
          "framework": "spinup", "argv": []}


def write_journal(path, *rows, config=None, ended=True, **header):
    """A journal of (step, values); returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    records = [dict(HEADER, **header), {"t": 1000.0, "config": config or {"seed": 0, "lr": 0.001}}]
    for index, (step, values) in enumerate(rows):
        plain = {name: value if math.isfinite(value) else str(value).replace("nan", "NaN").replace("inf", "Infinity")
                 for name, value in values.items()}
        records.append({"t": 1001.5 + index, "step": step, "segment": 0, "values": plain})
    path.write_bytes(b"".join(map(journal.encode, records + [{"t": 2000.0, "end": True}] * ended)))
    return path


def grow(folder, step):
    """Another row of the journal neptune-1.jsonl below a folder."""
    with (folder / "runs" / "neptune-1.jsonl").open("ab") as file:
        file.write(journal.encode({"t": 1000.0 + step, "step": step, "segment": 0, "values": {"EpRet": step / 10}}))


def write_spinningup(folder, seed=0, epochs=3, **config):
    """progress.txt and config.json as SpinningUp's EpochLogger writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [["Epoch", "AverageEpRet", "TotalEnvInteracts", "Time"]]
    rows += [[epoch, 20.123456789 * (epoch + 1) + seed, 4000 * (epoch + 1), 2.5 * (epoch + 1)]
             for epoch in range(epochs)]
    (folder / "progress.txt").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    address = {"<spinup.utils.logx.EpochLogger object at 0x7f%010x>" % seed: {"output_dir": str(folder)}}
    (folder / "config.json").write_text(json.dumps(dict(
        {"exp_name": "ppo", "seed": seed, "gamma": 0.99, "logger": address,
         "logger_kwargs": {"output_dir": str(folder), "exp_name": "ppo"},
         "env_fn": "<function main.<locals>.<lambda> at 0x7f%010x>" % seed}, **config)))
    return folder


def report(*arguments, status=0, capsys=None):
    """Run the command in this process; what it said on stdout and stderr, where these are captured."""
    found = command.main([str(argument) for argument in arguments])
    said = capsys.readouterr() if capsys else ("", "")
    assert found == status, said
    return said[0] + said[1]


def index_of(page):
    """The index that a page holds."""
    text = re.search(r'<script type="application/json" id="index">(.*?)</script>', Path(page).read_text()).group(1)
    return json.loads(text)


def read(*paths):
    """(runs, problems) below the paths."""
    from scripts.runs.reading import Reading
    return Reading([Path(path) for path in paths]).read()


def points(run, name):
    """[(step, value)] of one metric."""
    series = run.series[name]
    return list(zip(run.steps[series.rows].tolist(), series.values.tolist()))
