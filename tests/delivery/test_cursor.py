"""neptune_writer.delivery.cursor: how far a journal was sent to one target."""
import os

import pytest

from neptune_writer.delivery.cursor import Cursor


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    journal = tmp_path / "out" / "neptune-r.jsonl"
    journal.parent.mkdir()
    journal.write_text("{}\n")
    return str(journal)


def test_a_journal_that_nobody_took_anything_of_is_at_its_beginning(path):
    cursor = Cursor(path, "offline")
    assert (cursor.offset, cursor.waiting, cursor.rising) == (0, {}, None)
    assert os.listdir(os.path.dirname(path)) == ["neptune-r.jsonl"]


def test_a_saved_cursor_is_found_again_by_the_same_target_only(path):
    cursor = Cursor(path, "ws/project")
    cursor.offset, cursor.waiting, cursor.rising = 3, {"1": ["loss"]}, [[20, 20, ["loss"]]]
    cursor.save()
    again = Cursor(path, "ws/project")
    assert (again.offset, again.waiting, again.rising) == (3, {"1": ["loss"]}, [[20, 20, ["loss"]]])
    assert not again.is_of_format_1
    assert Cursor(path, "ws/Project").offset == 0
    assert Cursor(path, "ws-project").offset == 0


def test_a_position_that_the_version_before_saved_is_read(path):
    """Its names in the file stay: ``open`` for what waits, ``x`` for the step metric."""
    with open(Cursor(path, "offline").path, "w") as file:
        file.write('{"format": 2, "offset": 3, "x": "Epoch", "open": {"1": ["loss"]}, "rising": [[20, 20, ["loss"]]]}')
    cursor = Cursor(path, "offline")
    assert (cursor.offset, cursor.step_metric, cursor.waiting, cursor.rising) == (
        3, "Epoch", {"1": ["loss"]}, [[20, 20, ["loss"]]])


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"offset": null, "series": {}}', '{"offset": 1}', "\0"])
def test_a_broken_cursor_is_the_beginning(path, content):
    cursor = Cursor(path, "offline")
    cursor.save()
    with open(cursor.path, "w") as file:
        file.write(content)
    assert Cursor(path, "offline").offset == 0


def test_a_save_that_fails_leaves_the_old_cursor(path, monkeypatch):
    cursor = Cursor(path, "offline")
    cursor.offset = 3
    cursor.save()
    monkeypatch.setattr("neptune_writer.delivery.cursor.json.dump", lambda state, file: file.write('{"offs') and 1 / 0)
    cursor.offset = 4
    with pytest.raises(ZeroDivisionError):
        cursor.save()
    assert Cursor(path, "offline").offset == 3


def test_beside_a_journal_that_cannot_be_written_to_nothing_is_written(path, monkeypatch):
    monkeypatch.setattr("neptune_writer.delivery.cursor.os.access", lambda *_: False)  # root may write everywhere
    cursor = Cursor(path, "offline")
    cursor.offset = 3
    cursor.save()
    assert os.listdir(os.path.dirname(path)) == ["neptune-r.jsonl"]
    assert Cursor(path, "offline").offset == 3


def test_a_position_of_format_1_goes_on(path):
    """Saved by the version before: how far it was sent counts, the rest it knew is found out again."""
    cursor = Cursor(path, "x")
    with open(cursor.path, "w") as file:
        file.write('{"offset": 3, "series": {"segment": 1, "step": 512, "base": 0, "last": 513, "at": 513}}')
    again = Cursor(path, "x")
    assert (again.offset, again.waiting, again.is_of_format_1) == (3, {}, True)
