"""neptune_writer.resend.dry_run: a dry run tells what would be sent, which is what is sent then."""
import random

import pytest
from small_deliveries import SECOND, deliver, write
from journal_records import FIRST, row
from journal_rows import rows_of

from neptune_writer.resend import dry_run, found_runs


def some_rows(draw):
    """Rows of one or two streams, which fall back now and then, from a checkpoint or for another reason."""
    made = []
    for stream in draw.choice([("",), ("", "learner")]):
        many = draw.randrange(8)
        marks = {kind: [n for n in range(1, many) if draw.random() < 0.2] for kind in ("restarts", "rewinds")}
        rows = rows_of([draw.randrange(6) for _ in range(many)], **marks)
        made += [dict(one, clock=stream) if stream else one for one in rows]
    return made


@pytest.mark.parametrize("seed", range(150))
def test_so_many_rows_would_be_sent_as_are_sent_then_wherever_sending_stood(tmp_path, opened, seed):
    draw = random.Random(seed)
    paths = [str(tmp_path / "first"), str(tmp_path / "second")][:draw.choice([1, 2])]
    later = {}
    for path, header in zip(paths, (FIRST, SECOND)):
        records = some_rows(draw)
        cut = draw.randrange(len(records) + 1)
        write(path, header, *records[:cut])
        later[path] = records[cut:]
    if draw.random() < 0.7:
        assert sum(dry_run.rows_to_send(paths, "x").values()) == deliver(*paths).rows
    for path in paths:
        write(path, *later[path])
    assert sum(dry_run.rows_to_send(paths, "x").values()) == deliver(*paths).rows
    assert set(dry_run.rows_to_send(paths, "x").values()) == {0}


def test_rows_behind_a_checkpoint_count_once_and_not_where_the_tracker_has_others(tmp_path, capsys):
    path = str(tmp_path / "neptune-1.jsonl")
    write(path, FIRST, *map(row, (1, 2, 3, 4)), dict(row(2), mark="checkpoint"), row(3))
    assert dry_run.show([path], "x") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "3 rows of 1 run to x"


def test_what_is_no_journal_is_named_once_with_what_was_expected(tmp_path, capsys):
    broken, missing = tmp_path / "neptune-1.jsonl", tmp_path / "missing"
    broken.write_text("hello\n")
    write(str(tmp_path / "neptune-2.jsonl"), FIRST, row(1))
    assert dry_run.show([str(tmp_path), str(missing)], "x") == 1
    said = capsys.readouterr()
    assert said.out.endswith("1 row of 1 run to x\n") and said.err.splitlines() == [
        "neptune: %s: not a journal" % broken,
        "neptune: %s: there is no such file or folder" % missing]


def test_a_folder_without_journals_is_one_line(tmp_path, capsys):
    assert dry_run.show([str(tmp_path)], "x") == 1
    assert capsys.readouterr() == ("", "neptune: %s: %s\n" % (tmp_path, found_runs.NOTHING))
