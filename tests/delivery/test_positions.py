"""A saved position in a journal: which journal it is of, and what follows where it is none (S26, B8, B10)."""
import json
import os
import threading
from pathlib import Path

import pytest
from replays import folder, replay, steps  # noqa: F401  # a fixture
from small_deliveries import END, Kept, deliver, write
from journal_records import FIRST, row
from trainings import wait_until

from neptune_writer.delivery import remaining
from neptune_writer.system import moved
from neptune_writer.resend import dry_run, found_runs
from neptune_writer.delivery.cursor import Cursor
from neptune_writer.delivery.run_delivery import Delivery
from neptune_writer.delivery.stopping import Stopping


def rows(first, last):
    return list(map(row, range(first, last)))


def told(tracker):
    return [step for _, step, _ in tracker.told]


class Replaces(Kept):
    repeats = False


def beyond(path):
    """The journal was cut, as on a disk that lost its last minutes."""
    Path(path).write_bytes(b"".join(Path(path).read_bytes().splitlines(True)[:3]))
    return "lies beyond the end of the file"


def grown_anew(path):
    """It was cut, and grew again to where it was and beyond, with other rows."""
    beyond(path)
    write(path, *[dict(row(number), values={"loss": -1.0}) for number in range(2, 9)])
    return "is of another file"


def of_another(path):
    """Another run's journal stands in its place."""
    Path(path).unlink()
    write(path, dict(FIRST, run="other"), *rows(0, 5))
    return "is of another file"


def unreadable(path):
    Path(Cursor(path, "x").path).write_text('{"offset": 12')
    return "cannot be read"


def negative(path):
    Path(Cursor(path, "x").path).write_text('{"offset": -12, "series": {}}')
    return "lies beyond the end of the file"


def endless(path):
    Path(Cursor(path, "x").path).write_text('{"offset": Infinity, "series": {}}')
    return "cannot be read"


def of_texts(path):
    Path(Cursor(path, "x").path).write_text('{"offset": 12, "series": {"streams": {"": {"step": "a"}}}}')
    return "cannot be read"


@pytest.mark.parametrize("kind", [Replaces, Kept])
@pytest.mark.parametrize("spoil", [beyond, grown_anew, of_another, unreadable, negative, endless, of_texts])
def test_a_position_that_is_none_is_the_start_and_it_is_said(path, opened, warnings, spoil, kind):
    """S26: "has all of it", 0 rows sent."""
    write(path, FIRST, *rows(0, 5))
    deliver(path)
    wrong = spoil(path)
    there = [json.loads(line) for line in Path(path).read_text().splitlines()[1:]]
    assert found_runs.has_more(path, "x") and sum(dry_run.rows_to_send([path], "x").values()) == len(there)
    opened.next = [kind()]
    assert deliver(path).rows == len(there)
    assert told(opened[1]) == [record["step"] for record in there]
    said, = warnings
    assert said.startswith("%s: the upload position in %s %s; sending from the start" % (
        path, Cursor(path, "x").path, wrong))
    assert ("x may get points twice" in said) == kind.repeats
    assert not found_runs.has_more(path, "x") and Cursor(path, "x").doubt is None


def test_a_journal_that_only_grew_goes_on_where_it_was(path, opened, warnings):
    write(path, FIRST, *rows(0, 5))
    deliver(path)
    write(path, *rows(5, 8))
    deliver(path)
    assert told(opened[1]) == [5, 6, 7] and not warnings


def test_a_position_that_an_older_version_saved_is_taken(path, opened, warnings):
    write(path, FIRST, *rows(0, 5))
    Path(Cursor(path, "x").path).write_text(json.dumps({"offset": os.path.getsize(path), "series": {}}))
    write(path, *rows(5, 8))
    deliver(path)
    assert told(opened[0]) == [5, 6, 7] and not warnings


def test_a_copy_with_its_position_goes_on_from_there(path, opened, tmp_path):
    write(path, FIRST, *rows(0, 5))
    deliver(path)
    copy = tmp_path / "elsewhere" / "neptune-first.jsonl"
    copy.parent.mkdir()
    for name in (path, Cursor(path, "x").path):
        (copy.parent / os.path.basename(name)).write_bytes(Path(name).read_bytes())
    write(str(copy), *rows(5, 8))
    deliver(str(copy))
    assert told(opened[1]) == [5, 6, 7]


# B8

def torn(path):
    with open(path, "ab") as file:
        file.write(b'{"t": 1.0, "step": 9, "segment": 0, "values": {"loss": 1.0}}')  # but for its end it is one


def test_a_torn_last_line_is_nothing_more_to_send(path, opened):
    """B8: each resend opened the tracker again, for ever."""
    write(path, FIRST, *rows(0, 5))
    torn(path)
    made = deliver(path)
    assert made.complete and made.rows == 5
    assert not found_runs.has_more(path, "x") and remaining.message(path, "x") is None
    with open(path, "ab") as file:
        file.write(b"\n")
    assert found_runs.has_more(path, "x") and remaining.message(path, "x").startswith("1 row of ")
    deliver(path)
    assert told(opened[1]) == [9]


@pytest.mark.slow
def test_the_tracker_is_not_opened_for_it_again_and_it_is_named(training_folder):
    path = str(training_folder / "neptune-1.jsonl")
    write(path, FIRST, *rows(0, 3))
    torn(path)
    replay(training_folder, ".", "--to", "offline")
    before = (training_folder / "recorded.jsonl").read_bytes()
    assert "offline has all of it but its last line, which is torn. To send it again: rm " in replay(
        training_folder, ".", "--to", "offline")
    assert (training_folder / "recorded.jsonl").read_bytes() == before


# B10

def test_a_folder_that_is_renamed_takes_its_position_along_and_does_not_come_back(tmp_path, opened):
    """B10: the old folder came back, with only a cursor, and what was moved was at an old position."""
    old, new = tmp_path / "ppo", tmp_path / "ppo-old"
    old.mkdir()
    journal = open(str(old / "neptune-first.jsonl"), "ab", 0)  # noqa: SIM115  # as a training has it
    write(journal.name, FIRST, *rows(0, 3))
    with Delivery("x", Stopping()) as made:
        made.add(journal.name)
        thread = threading.Thread(target=made.run)
        thread.start()
        assert wait_until(lambda: opened and len(opened[0].told) == 3)
        os.rename(str(old), str(new))
        moved_to = str(new / "neptune-first.jsonl")
        write(moved_to, *rows(3, 6), END)
        thread.join(10)
    journal.close()
    assert made.complete and told(opened[0]) == list(range(6))
    assert sorted(os.listdir(str(tmp_path))) == ["ppo-old"]
    assert sorted(os.listdir(str(new))) == sorted([
        "neptune-first.jsonl", os.path.basename(Cursor(moved_to, "x").path)])
    assert Cursor(moved_to, "x").offset == os.path.getsize(moved_to)


def test_where_a_file_is_is_known_while_it_is_open(tmp_path):
    with open(str(tmp_path / "a"), "wb") as file:
        assert moved.path_of(file.fileno()) == str(tmp_path / "a")
        os.rename(str(tmp_path / "a"), str(tmp_path / "b"))
        assert moved.path_of(file.fileno()) == str(tmp_path / "b")
        os.remove(str(tmp_path / "b"))
        assert moved.path_of(file.fileno()) is None
    assert moved.path_of(10 ** 6) is None


def test_no_folder_is_made_for_a_position_but_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "ppo").mkdir()
    path = tmp_path / "ppo" / "neptune-1.jsonl"
    write(str(path), FIRST)
    cursor = Cursor(str(path), "x")
    os.rename(str(tmp_path / "ppo"), str(tmp_path / "moved"))
    cursor.offset = os.path.getsize(str(tmp_path / "moved" / "neptune-1.jsonl"))
    cursor.save()
    assert sorted(os.listdir(str(tmp_path))) == ["cache", "moved"]


def of_format_1(path, *rows):
    """A journal and a position as the version before has left them: all of it but the last row was sent."""
    write(path, dict(FIRST, format=1, framework="stable_baselines3"), *rows)
    size = Path(path).stat().st_size - len(Path(path).read_bytes().splitlines(True)[-1])
    Path(Cursor(path, "x").path).write_text(json.dumps({"offset": size, "series": {"segment": 2, "last": 192}}))


def old_row(step, segment, **values):
    return {"t": float(step), "step": step, "segment": segment, "values": values}


ROLLOUTS = [old_row(64, 0, **{"time/total_timesteps": 64}), old_row(1, 1, episodes=1.0), old_row(2, 1, episodes=2.0),
            old_row(128, 1, **{"time/total_timesteps": 128}), old_row(3, 2, episodes=3.0)]


def test_a_run_that_the_version_before_sent_in_part_goes_on_and_what_stands_elsewhere_is_counted(
        path, opened, warnings):
    """X1: it had put the episodes behind the rollouts, and the next rollout behind these."""
    of_format_1(path, *ROLLOUTS)
    deliver(path)
    assert opened[0].told == [("episodes", 3, 3.0)]
    said, = warnings
    assert said.startswith("%s: 3 rows stand in x where an older version put them; to send all of it again: rm " % path)
    deliver(path)
    assert len(warnings) == 1


def test_where_the_version_before_put_them_right_nothing_is_said(path, opened, warnings):
    of_format_1(path, *[old_row(64 * n, 0, loss=1.0) for n in range(1, 5)])
    deliver(path)
    assert opened[0].told == [("loss", 256, 1.0)] and not warnings


def test_a_line_of_format_1_that_lacks_its_step_or_its_values_costs_no_other(path, opened, warnings):
    of_format_1(path, *ROLLOUTS[:2], {"t": 1.0, "values": {"episodes": 7.0}}, {"t": 1.0, "mark": "restart"},
                *ROLLOUTS[2:])
    deliver(path)
    assert opened[0].told == [("episodes", 3, 3.0)]


def test_a_position_of_a_version_to_come_is_none(path, opened, warnings):
    write(path, FIRST, *rows(0, 5))
    Path(Cursor(path, "x").path).write_text(json.dumps({"format": 3, "offset": os.path.getsize(path)}))
    deliver(path)
    assert told(opened[0]) == [0, 1, 2, 3, 4] and "cannot be read" in warnings[0]


def test_a_step_metric_that_changes_with_the_last_rows_is_said(path, opened, warnings):
    at = [{"Epoch": number} for number in range(15)]
    for number in [0, 1, 2, 3, 10, 11, 12, 13, 14]:
        at[number]["total_timesteps"] = 100 * number
    write(path, dict(FIRST, steps=["total_timesteps", "Epoch"]),
          *[{"t": float(number), "values": values} for number, values in enumerate(at[:10])])
    deliver(path)
    write(path, *[{"t": float(number), "values": values} for number, values in enumerate(at[10:], 10)])
    deliver(path)
    assert any("x is now total_timesteps, as most rows have it" in said and "by Epoch" in said for said in warnings)


@pytest.mark.parametrize("header, values, said", [
    ({}, {"frames": 1.0, "loss": -1.0}, "no step metric was found, so x counts rows; rising in every row: frames"),
    ({"x": ["EnvSteps"]}, {"Epoch": 1.0}, "no row has EnvSteps; x is Epoch"),
])
def test_that_no_step_was_found_is_said_where_a_run_is_sent(path, opened, warnings, header, values, said):
    write(path, dict(FIRST, **header), *[
        {"t": float(at), "values": {name: at * value for name, value in values.items()}} for at in range(3)])
    deliver(path)
    warning, = warnings
    assert warning.startswith("%s: %s" % (path, said))
