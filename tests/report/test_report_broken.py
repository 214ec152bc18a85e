"""scripts/report.py of files that are broken: the good part is shown, the bad part named."""
import json
import os

import pytest
from report_runs import index_of, points, read, report, write_journal, write_spinningup


def lines_of(path):
    return path.read_text().splitlines(True)


def torn(folder):
    path = write_journal(folder / "neptune-torn.jsonl", (1, {"loss": 1.0}), (2, {"loss": 2.0}), run="torn")
    path.write_bytes(path.read_bytes()[:-40])
    return "neptune-torn.jsonl: its last line is torn"


def broken_line(folder):
    path = write_journal(folder / "neptune-broken.jsonl", (1, {"loss": 1.0}), (2, {"loss": 2.0}), run="broken")
    first, *rest = lines_of(path)
    path.write_text(first + "{torn\n\0\0\n" + "".join(rest))
    return "neptune-broken.jsonl: 2 unreadable lines skipped"


def empty_journal(folder):
    (folder / "neptune-empty.jsonl").touch()
    return "neptune-empty.jsonl: it is empty"


def empty_table(folder):
    (folder / "empty").mkdir()
    (folder / "empty" / "progress.csv").touch()
    return "progress.csv: it is empty"


def foreign_json(folder):
    (folder / "foreign").mkdir()
    (folder / "foreign" / "result.json").write_text('{"name": "something else"}\n')
    return "result.json: 1 line left out: no results of Ray Tune"


def foreign_journal(folder):
    (folder / "neptune-foreign.jsonl").write_text('{"name": "something else"}\n')
    return "neptune-foreign.jsonl: not a journal"


def short_row(folder):
    write_spinningup(folder / "short")
    with (folder / "short" / "progress.txt").open("a") as file:
        file.write("7\t8\n")
    return "progress.txt: 1 line left out; line 5: 2 columns, not 4"


def no_end(folder):
    write_spinningup(folder / "no_end")
    with (folder / "no_end" / "progress.txt").open("a") as file:
        file.write("3\t99.0\t16000\t1")
    return "progress.txt: its last line has no end, and is left out"


def mixed_encodings(folder):
    write_spinningup(folder / "latin")
    path = folder / "latin" / "progress.txt"
    path.write_bytes(path.read_bytes().replace(b"Epoch", b"Epoch\xe9"))
    return "progress.txt: not UTF-8 at byte 5"


def broken_config(folder):
    write_spinningup(folder / "config")
    (folder / "config" / "config.json").write_text("{torn")
    return "config.json: not one JSON object; the run is shown without its config"


def no_event_file(folder):
    (folder / "events").mkdir()
    (folder / "events" / "events.out.tfevents.1.host").write_bytes(b"no event at all" * 10)
    return "events.out.tfevents.1.host: "


def no_parquet(folder):
    (folder / "x.parquet").write_text("hello")
    return "x.parquet: not a Parquet file"


def bad_cell(folder):
    (folder / "bad").mkdir()
    rows = ["r,l,t", "1,5,1", ",5,2", "x,5,2", "2,inf,3", "3,5,4"]
    (folder / "bad" / "monitor.csv").write_text('#{"t_start": 1.0}\n' + "".join(row + "\n" for row in rows))
    return "monitor.csv: 3 lines left out: r and l are not numbers"


def foreign_columns(folder):
    (folder / "columns").mkdir()
    (folder / "columns" / "monitor.csv").write_text("r,t\n1,1\n2,2\n")
    return "monitor.csv: no columns r and l, but r, t"


def row_without_names(folder):
    path = write_journal(folder / "neptune-list.jsonl", (1, {"loss": 1.0}), (2, {"loss": 2.0}), run="list")
    path.write_text(path.read_text().replace('{"loss":1.0}', "[1]"))
    return "neptune-list.jsonl: 1 unreadable line skipped"


def time_missing(folder):
    write_journal(folder / "neptune-time.jsonl", (1, {"loss": 1.0}), run="time", t=None)
    return "neptune-time.jsonl: t in its header should be a number, but is null"


def foreign_name(folder):
    write_journal(folder / "neptune-name.jsonl", (1, {"loss": 1.0}), run="name", name=5)
    return "neptune-name.jsonl: name in its header should be a text, but is 5"


def foreign_group(folder):
    write_journal(folder / "neptune-group.jsonl", (1, {"loss": 1.0}), run="group", group=["g"])
    return 'neptune-group.jsonl: group in its header should be a text or null, but is ["g"]'


def foreign_run(folder):
    write_journal(folder / "neptune-run.jsonl", (1, {"loss": 1.0}), run=["r"])
    return 'neptune-run.jsonl: run in its header should be a text, but is ["r"]'


def foreign_offline_run(folder):
    (folder / "offline").mkdir()
    points = '[1,{"value":0.5,"step":1,"ts":1},2]'
    (folder / "offline" / "data-1.log").write_text('{"type":"LogFloats","path":["a"],"values":%s}' % points)
    return "offline: 2 points left out: not an object with value and step"


def dangling_link(folder):
    (folder / "link").mkdir()
    (folder / "link" / "progress.csv").symlink_to(folder / "missing.csv")
    return "progress.csv: a link to nothing"


def pipe(folder):
    (folder / "pipe").mkdir()
    os.mkfifo(folder / "pipe" / "progress.txt")
    return "progress.txt: not a regular file"


def torn_offline_run(folder):
    place = folder / ".neptune" / "offline" / "run__1"
    place.mkdir(parents=True)
    point = {"obj": {"type": "LogFloats", "path": ["a"], "values": [{"value": 1.0, "step": 1, "ts": 5.0}]}}
    (place / "data-1.log").write_text(json.dumps(point) + "\n" + json.dumps(point)[:50])
    return "data-1.log: its last line is torn"


BROKEN = [torn, broken_line, empty_journal, empty_table, foreign_json, foreign_journal, short_row, no_end,
          mixed_encodings, broken_config, no_event_file, no_parquet, torn_offline_run, bad_cell, foreign_columns,
          row_without_names, time_missing, foreign_name, foreign_group, foreign_run, foreign_offline_run,
          dangling_link, pipe]


@pytest.mark.parametrize("broken", BROKEN)
def test_the_good_part_is_shown_and_the_bad_part_named_in_the_page_and_on_stderr(tmp_path, capsys, broken):
    write_journal(tmp_path / "neptune-good.jsonl", (1, {"loss": 0.5}), run="good")
    what = broken(tmp_path)
    said = report(tmp_path, "-o", tmp_path / "r.html", capsys=capsys)
    index = index_of(tmp_path / "r.html")
    assert what in said and [what in f"{path}: {why}" for path, _, why in index["problems"]].count(True) == 1
    assert "neptune-good.jsonl" in "".join(run["source"] for run in index["runs"])


def test_what_is_whole_of_a_broken_file_is_there(tmp_path):
    for broken in (torn, broken_line, short_row, no_end, mixed_encodings, broken_config):
        broken(tmp_path)
    runs, _ = read(tmp_path)
    found = {os.path.basename(os.path.dirname(run.source)): run for run in runs}
    for name in ("short", "no_end", "latin", "config"):
        assert points(found[name], "AverageEpRet") == [(4000 * n, 20.123456789 * n) for n in (1, 2, 3)], name
    bad_cell(tmp_path)
    monitored, = [run for run in read(tmp_path)[0] if run.source.endswith("monitor.csv")]
    assert points(monitored, "monitor/episode_return") == [(5, 1), (10, 3)]
    torn_run, = [run for run in runs if "torn" in run.source]
    assert points(torn_run, "loss") in ([(1, 1), (2, 2)], [(1, 1)])


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("broken", [{"timestamp": 1e400}, {"timestamp": 1e308}, {"timestamp": None}, {"config": 5},
                                    {"training_iteration": []}])
def test_a_result_of_ray_with_a_broken_entry_costs_no_other(tmp_path, broken, which):
    results = [{"training_iteration": n, "timesteps_total": n, "timestamp": 1e9 + n, "loss": 0.5} for n in (1, 2, 3)]
    results[which].update(broken)
    (tmp_path / "result.json").write_text("".join(json.dumps(result) + "\n" for result in results))
    found, = read(tmp_path)[0]
    assert points(found, "loss") == [(1, 0.5), (2, 0.5), (3, 0.5)] and found.times[2] == 1e9 + 3


def test_results_of_something_else_are_left_out_and_the_others_kept(tmp_path):
    lines = [{"loss": 1.0}, {"training_iteration": 1, "loss": 2.0}, {"x": 1}, {"training_iteration": 2, "loss": 3.0}]
    (tmp_path / "result.json").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (found,), problems = read(tmp_path)
    assert points(found, "loss") == [(1, 2.0), (2, 3.0)]
    assert [problem.what for problem in problems] == [
        "2 lines left out: no results of Ray Tune, which have training_iteration"]


@pytest.mark.parametrize("content", [None, "hello\n"])
def test_where_nothing_can_be_read_it_fails_and_writes_no_page(tmp_path, capsys, content):
    folder = tmp_path / "runs"
    folder.mkdir()
    if content:
        (folder / "neptune-1.jsonl").write_text(content)
    said = report(folder, tmp_path / "missing", "-o", tmp_path / "r.html", status=1, capsys=capsys)
    assert "missing: there is no such file or folder" in said and "nothing could be read" in said
    assert ("runs: no journal" in said) == (content is None) and not (tmp_path / "r.html").exists()


def test_a_file_that_is_none_of_these_is_named(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("hello")
    write_spinningup(tmp_path / "run")
    said = report(tmp_path / "notes.txt", tmp_path / "run", "-o", tmp_path / "r.html", capsys=capsys)
    assert "notes.txt: no journal" in said


def test_no_file_is_changed_or_added_where_the_runs_are(tmp_path):
    runs = tmp_path / "runs"
    for name in BROKEN[:4]:
        (runs / name.__name__).mkdir(parents=True)
        name(runs / name.__name__)
    write_spinningup(runs / "spinup")
    before = {path: path.read_bytes() for path in runs.rglob("*") if path.is_file()}
    report(runs, "-o", tmp_path / "r.html")
    assert {path: path.read_bytes() for path in runs.rglob("*") if path.is_file()} == before
