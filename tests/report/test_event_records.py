"""scripts/runs/event_records.py: what lies behind a broken record is read, and what is missing is named (R6, R12)."""
import struct
import time

import pytest
from report_runs import points, read

POINTS = [(float(n), 0.5 * n) for n in range(1, 11)]


def write(folder, points=POINTS, tag="loss", hparams=None, others=()):
    """An event file, with what ``others`` are called of hyper-parameters besides; returns its path."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.plugins.hparams import plugin_data_pb2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    writer = EventFileWriter(str(folder))
    if hparams:
        begun = plugin_data_pb2.SessionStartInfo()
        for name, value in hparams.items():
            begun.hparams[name].number_value = value
        content = plugin_data_pb2.HParamsPluginData(session_start_info=begun).SerializeToString()
        plugin = SummaryMetadata.PluginData(plugin_name="hparams", content=content)
        for name in (*others, "session_start_info"):
            writer.add_event(Event(wall_time=1.0, summary=Summary(value=[Summary.Value(
                tag=f"_hparams_/{name}", metadata=SummaryMetadata(plugin_data=plugin))])))
    for step, value in points:
        writer.add_event(Event(wall_time=100 + step, step=int(step), summary=Summary(value=[
            Summary.Value(tag=tag, simple_value=value)])))
    writer.close()
    path, = (path for path in folder.iterdir() if path.is_file())
    return path


def starts(content):
    """Where each record begins."""
    found, place = [], 0
    while place < len(content):
        found.append(place)
        place += 16 + struct.unpack_from("<Q", content, place)[0]
    return found


def test_a_sound_file_is_read_whole_and_nothing_is_said(tmp_path):
    write(tmp_path / "PPO")
    (run,), problems = read(tmp_path)
    assert points(run, "loss") == POINTS and not problems


@pytest.mark.parametrize("offset", [0, 3, 7, 8, 12, 20, -1], ids="length{}".format)
def test_one_broken_byte_costs_one_record(tmp_path, offset):
    path = write(tmp_path / "PPO")
    content = bytearray(path.read_bytes())
    fifth = starts(content)[5]  # the first record is the file's version
    content[fifth + offset if offset >= 0 else starts(content)[6] + offset] ^= 0xFF
    path.write_bytes(bytes(content))
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == POINTS[:4] + POINTS[5:]
    assert problem.what == "1 unreadable stretch was skipped; what lay in there is missing"


def test_a_torn_end_is_named(tmp_path):
    path = write(tmp_path / "PPO")
    path.write_bytes(path.read_bytes()[:-5])
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == POINTS[:-1] and problem.what == "its last record is torn, and left out"


def test_what_add_hparams_writes_below_a_run_is_of_that_run(tmp_path):
    write(tmp_path / "PPO")
    write(tmp_path / "PPO" / "1700000000.25", [(0.0, 5.0)], "hparam/return", {"lr": 0.5, "seed": 3})
    (run,), problems = read(tmp_path)
    assert points(run, "loss") == POINTS and points(run, "hparam/return") == [(0, 5)]
    assert (run.name, run.config, problems) == ("PPO", {"lr": 0.5, "seed": 3}, [])


@pytest.mark.parametrize("tags, many", [(("experiment",), 1), ((), 2)])
def test_what_add_hparams_writes_may_have_any_name(tmp_path, tags, many):
    """``add_hparams(..., run_name="hp")`` was a run of its own (R12); one of Keras's hyper-parameter search is one."""
    write(tmp_path / "PPO")
    write(tmp_path / "PPO" / "hp", [(0.0, 5.0)], "hparam/return", {"lr": 0.5}, tags)
    runs, problems = read(tmp_path)
    assert [run.config for run in runs if run.config] == [{"lr": 0.5}] and len(runs) == many and not problems


@pytest.mark.parametrize("zeros", [1, 3, 7, 11, 12, 13, 100, 1 << 20])
def test_a_stretch_of_zeros_is_skipped_at_once(tmp_path, zeros):
    path = write(tmp_path / "PPO")
    content = path.read_bytes()
    fifth = starts(content)[5]
    path.write_bytes(content[:fifth] + bytes(zeros) + content[fifth:])
    began = time.perf_counter()
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == POINTS and "1 unreadable stretch" in problem.what
    assert time.perf_counter() - began < 2  # of a search for each byte, nine


@pytest.mark.parametrize("below", ["losses_of_{}", "losses/of/{}"], ids=["torch", "tensorboardX"])
def test_what_add_scalars_writes_below_a_run_is_of_that_run(tmp_path, below):
    """One folder per curve, as the writers name them; in the journal they are <chart>/<curve>."""
    write(tmp_path / "PPO")
    for sign, curve in ((1, "actor"), (-1, "critic/1")):
        folder = tmp_path / "PPO" / below.format(curve)
        write(folder, [(step, sign * value) for step, value in POINTS], "losses/of")
    (run,), problems = read(tmp_path)
    assert {name: points(run, name) for name in run.series} == {
        "loss": POINTS, "losses/of/actor": POINTS, "losses/of/critic/1": [(step, -value) for step, value in POINTS]}
    assert (run.name, problems) == ("PPO", [])


@pytest.mark.parametrize("folder, tag", [("PPO/seed_1", "loss"), ("loss_1", "loss"), ("PPO/loss", "loss"),
                                         ("PPO/lossy_1", "loss")])
def test_other_folders_below_are_runs_of_their_own(tmp_path, folder, tag):
    write(tmp_path / "PPO")
    write(tmp_path / folder, POINTS[:3], tag)
    assert sorted(run.name for run in read(tmp_path)[0]) == sorted(["PPO", folder.split("/")[-1]])
