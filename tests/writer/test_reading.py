"""neptune_writer.journal.reading: what a journal holds, also while it grows."""
import pytest
from journal_records import HEADER, read, row

from neptune_writer.journal.encoding import encode
from neptune_writer.journal.reading import Reader, last_config, read_header, rows_after


def test_a_reader_leaves_a_line_without_its_end_alone(tmp_path):
    path = tmp_path / "j"
    path.write_bytes(encode(row(1)) + b'{"step":')
    reader = Reader(str(path))
    assert reader.read() == [dict(row(1), offset=0)]
    with path.open("ab") as file:
        file.write(b"2}\n")
    assert reader.read() == [{"step": 2, "offset": len(encode(row(1)))}]
    assert reader.skipped == 0


@pytest.mark.parametrize("broken", [b"{torn\n", b"\xff\xfe\n", b"[1]\n", b"12\n", b"null\n", b'"text"\n', b"\0\0\0\n"])
def test_a_reader_passes_over_what_does_not_parse_and_counts_it(tmp_path, broken):
    path = tmp_path / "j"
    path.write_bytes(encode(row(1)) + broken + encode(row(2)))
    assert read(path) == ([row(1), row(2)], 1)


@pytest.mark.parametrize("broken", [
    {"values": [1]}, {"values": {"loss": None}}, {"values": {"loss": [1.0]}}, {"values": {"loss": 10 ** 400}},
    {"step": None}, {"step": "1"}, {"step": True}, {"step": 10 ** 400}, {"t": None}, {"stream": ["a"]}, {"config": 5}])
def test_a_row_of_another_shape_than_a_row_is_passed_over_and_costs_no_other(tmp_path, broken):
    path = tmp_path / "j"
    path.write_bytes(encode(row(1)) + encode(dict(row(2), **broken)) + b'{"t":1,"config":[]}\n' + encode(row(3)))
    assert read(path) == ([row(1), row(3)], 2)


def test_blank_lines_are_nothing(tmp_path):
    path = tmp_path / "j"
    path.write_bytes(b"\n" + encode(row(1)) + b"\r\n\n")
    assert read(path) == ([row(1)], 0)


@pytest.mark.parametrize("content", [b"", b"\n", b"hello\n", b'{"t": 1}\n', b"{torn", b'{"format": 99}\n'])
def test_a_file_that_is_no_journal_of_this_version_is_refused(tmp_path, content):
    path = tmp_path / "j"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="journal"):
        read_header(str(path))


def test_rows_after_an_offset_are_counted(tmp_path):
    path = tmp_path / "j"
    path.write_bytes(encode(HEADER) + encode(row(1)) + encode(row(2)))
    assert rows_after(str(path), 0) == 2
    assert rows_after(str(path), len(encode(HEADER) + encode(row(1)))) == 1
    assert rows_after(str(tmp_path / "missing"), 0) == 0


def test_the_newest_config_before_an_offset_is_found(tmp_path):
    path = tmp_path / "j"
    configs = [{"t": 1.0, "config": {"lr": lr}} for lr in (1, 2)]
    start = encode(HEADER) + encode(configs[0]) + encode(row(1))
    path.write_bytes(start + encode(configs[1]) + encode(row(2)))
    assert last_config(str(path), len(encode(HEADER))) == []
    assert last_config(str(path), len(start)) == [configs[0]]
    assert last_config(str(path), path.stat().st_size) == [configs[1]]
