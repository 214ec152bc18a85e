"""The parts that a run is made of, and what is none of them: `runs.group`, which replay and the report share."""
import itertools
import json

import pytest
from replays import replay, steps
from small_deliveries import END, SECOND, write
from journal_records import FIRST, row
from report_runs import points, read

from neptune_writer.resend import found_runs


def group(*paths):
    """{run id: [path]}, and what was said."""
    said = []
    found = found_runs.group(list(map(str, paths)), lambda path, error: said.append((path, str(error))),
                             lambda path, kept: said.append((path, "copy of " + kept)))
    return {key: [part.path for part in parts] for key, parts in found.items()}, said


def rows(first, last):
    return map(row, range(first, last))


# Order (S2): `resumes` says it, then time

@pytest.mark.parametrize("order", itertools.permutations(range(3)))
def test_a_part_stands_behind_the_one_that_it_resumes_whatever_their_clocks_say(tmp_path, order):
    """S2, and chains of it: the third resumes the second by its own id."""
    third = dict(FIRST, t=1.0, run="third", resumes="second")
    headers = [dict(FIRST, t=1000.0), dict(SECOND, t=700.0), third]
    paths = [tmp_path / ("neptune-%d.jsonl" % number) for number in range(3)]
    for path, header in zip(paths, headers):
        write(str(path), header)
    found, said = group(*[paths[number] for number in order])
    assert found == {"first": list(map(str, paths))} and not said


def test_parts_that_resume_the_same_one_are_in_the_order_of_time(tmp_path):
    for number, t in enumerate((3.0, 2.0, 1.0)):
        write(str(tmp_path / str(number)), dict(SECOND, t=t, run="run %d" % number))
    write(str(tmp_path / "first"), dict(FIRST, t=9.0))
    found, _ = group(*[tmp_path / name for name in ("0", "1", "2", "first")])
    assert found == {"first": [str(tmp_path / name) for name in ("first", "2", "1", "0")]}


def test_runs_that_resume_each_other_are_runs_all_the_same(tmp_path):
    write(str(tmp_path / "a"), dict(FIRST, run="a", resumes="b"))
    write(str(tmp_path / "b"), dict(FIRST, run="b", resumes="a"))
    write(str(tmp_path / "c"), dict(FIRST, run="c", resumes="c"))
    assert sorted(sum(group(*[tmp_path / name for name in "abc"])[0].values(), [])) == [
        str(tmp_path / name) for name in "abc"]


def test_a_training_that_went_on_where_the_clock_is_behind_arrives_whole(folder):
    """S2: 50 of 100 rows arrived, in trackers and in the report."""
    write(str(folder / "neptune-1.jsonl"), dict(FIRST, t=1000.0), *rows(0, 50))
    write(str(folder / "neptune-2.jsonl"), dict(SECOND, t=700.0), *rows(50, 100), END)
    said = replay(folder, ".", "--to", "offline")
    assert steps(folder) == list(range(100)) and "superseded" not in said
    found, = read(folder)[0]
    assert [step for step, _ in points(found, "loss")] == list(range(100))


# Copies (X11): same header, and a prefix

def copied(tmp_path, change=lambda content: content):
    """A journal of 10 rows and an older copy of 6, changed as told."""
    for name in ("host", "laptop"):
        (tmp_path / name).mkdir()
    whole, copy = tmp_path / "host" / "neptune-j.jsonl", tmp_path / "laptop" / "neptune-j.jsonl"
    write(str(whole), FIRST, *rows(0, 10))
    lines = whole.read_bytes().splitlines(True)
    copy.write_bytes(change(b"".join(lines[:7])))
    return whole, copy


COPIES = {
    "of 6 rows": lambda content: content,
    "torn": lambda content: content[:-3],
    "torn in another way": lambda content: content[:-3] + b"\0\0",
    "of the header": lambda content: content.splitlines(True)[0],
}


@pytest.mark.parametrize("change", COPIES.values(), ids=COPIES)
def test_an_older_copy_is_no_part(tmp_path, change):
    whole, copy = copied(tmp_path, change)
    for paths in ((whole, copy), (copy, whole)):
        assert group(*paths) == ({"first": [str(whole)]}, [(str(copy), "copy of %s" % whole)])


def test_a_copy_of_the_same_length_counts_once(tmp_path):
    whole, copy = copied(tmp_path)
    copy.write_bytes(whole.read_bytes())
    assert group(whole, copy) == ({"first": [str(whole)]}, [(str(copy), "copy of %s" % whole)])


def test_what_differs_is_no_copy_whatever_its_id_is(tmp_path):
    whole, other = copied(tmp_path, lambda content: content.replace(b"4.0", b"9.0"))
    assert group(whole, other) == ({"first": [str(whole), str(other)]}, [])


def test_an_older_copy_supersedes_nothing_in_trackers_and_report(folder):
    """X11: 6 rows, "10 rows superseded"."""
    copied(folder)
    said = replay(folder, ".", "--to", "offline")
    assert steps(folder) == list(range(10)) and "superseded" not in said
    assert "./laptop/neptune-j.jsonl: an older copy of ./host/neptune-j.jsonl, left out" in said
    found, = read(folder)[0]
    assert [step for step, _ in points(found, "loss")] == list(range(10))


@pytest.mark.slow
def test_what_was_sent_of_an_older_copy_is_not_sent_again(folder):
    """The kind of X11: one run, every point once."""
    copied(folder)
    replay(folder, "laptop", "--to", "offline")
    assert "4 rows of 1 run to offline" in replay(folder, ".", "--to", "offline", "--dry-run")
    replay(folder, ".", "--to", "offline")
    replay(folder, "host", "--to", "offline")
    assert steps(folder) == list(range(10))


# Headers (S8, B1): what is broken is named, and costs no other run anything

BROKEN = [
    ("run", ["r"], "a text"), ("run", None, "a text"), ("run", 5, "a text"), ("t", "1.0", "a number"),
    ("t", None, "a number"), ("t", True, "a number"), ("t", float("nan"), "a number"), ("t", 1 << 2000, "a number"),
    ("name", 5, "a text"), ("name", {}, "a text"), ("group", ["g"], "a text or null"), ("resumes", 3, "a text or null"),
    ("tags", "one", "a list of texts"), ("tags", [1], "a list of texts"), ("argv", None, "a list of texts"),
    ("argv", [["x"]], "a list of texts"),
]


@pytest.mark.parametrize("field, value, expected", BROKEN)
def test_a_broken_header_is_named_and_costs_no_other_run_anything(tmp_path, field, value, expected):
    """S8: `run` as a list, or `t` as text beside one of the same run, and nothing of any run was sent."""
    broken, good, same = [tmp_path / ("neptune-%s.jsonl" % name) for name in ("broken", "good", "same")]
    broken.write_text(json.dumps(dict(FIRST, **{field: value})) + "\n")
    write(str(good), dict(FIRST, run="good"), row(1))
    write(str(same), FIRST, row(1))
    found, said = group(broken, good, same)
    assert found == {"good": [str(good)], "first": [str(same)]}
    (path, what), = said
    assert path == str(broken)
    assert what.startswith("%s: %s in its header should be %s, but is " % (broken, field, expected))
    assert len(what) < len(str(broken)) + 130


@pytest.mark.parametrize("content", [
    b"", b"\n", b"{", b"[1]\n", b"null\n", b'"format"\n', b"\0" * 9, b'{"format": 1', b"[" * 100000 + b"\n",
    b"\xff\xfe\n", b'{"format": [1]}\n'], ids=range(11))
def test_what_is_no_journal_costs_no_other_run_anything(tmp_path, content):
    (tmp_path / "broken").write_bytes(content)
    write(str(tmp_path / "good"), FIRST, row(1))
    found, said = group(tmp_path / "broken", tmp_path / "good", tmp_path / "missing", tmp_path)
    assert found == {"first": [str(tmp_path / "good")]}
    assert [path for path, _ in said] == [str(tmp_path / "broken"), str(tmp_path / "missing"), str(tmp_path)]


def test_what_a_header_lacks_is_made_up_for(tmp_path):
    write(str(tmp_path / "j"), {"format": 1, "run": "r"})
    part, = found_runs.group([str(tmp_path / "j")], None)["r"]
    assert part.header == {"format": 1, "run": "r", "t": 0, "name": "r", "group": "r", "tags": [], "argv": []}


@pytest.mark.slow
def test_all_the_others_are_sent_and_the_broken_one_is_named_by_the_command_too(folder):
    write(str(folder / "neptune-1.jsonl"), dict(FIRST, run=["first"]), row(1))
    write(str(folder / "neptune-2.jsonl"), dict(FIRST, t="1.0"), row(2))
    write(str(folder / "neptune-3.jsonl"), FIRST, row(3))
    (folder / "neptune-4.jsonl").symlink_to("nowhere")
    write(str(folder / "neptune-5.jsonl"), dict(FIRST, run="5"), row(5))
    for how in (["--dry-run"], []):
        said = replay(folder, ".", "--to", "offline", *how, status=1)
        for number in (1, 2, 4):
            assert "neptune: ./neptune-%d.jsonl: " % number in said
        assert "Traceback" not in said
    assert sorted(steps(folder)) == [3, 5]
