"""`text_tables`: each table as it lies there, what is read of it, and what is said of the rest."""
import pytest

from scripts.runs.parsing import text_tables, texts

HEAD = "step,loss,reward\n1,0.5,10\n"
FIRST = {"step": "1", "loss": "0.5", "reward": "10"}
GOOD = "".join(f"{n},0.5,x\n" for n in range(2, 50))


def read(tmp_path, text, **how):
    path = tmp_path / "progress.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    said = []
    return list(text_tables.rows(path, lambda path, what: said.append(what), **how)), said


@pytest.mark.parametrize("text, rows", [
    (HEAD, [FIRST]),
    (HEAD.replace("\n", "\r\n"), [FIRST]),
    (HEAD.replace("\n", "\r"), [FIRST]),
    ('"step","loss","reward"\n1,0.5,"10"\n', [FIRST]),
    ("step,loss,reward\n\n1,0.5,10\nstep,loss,reward\n", [FIRST]),
    ("step,loss,reward,\n1,0.5,10,\n", [dict(FIRST, **{"": ""})]),
    ("step,loss,reward\n1,0.5,10,\n", [FIRST]),
    ('step,note\n1,"a, b"\n2,"two\nlines"\n', [{"step": "1", "note": "a, b"}, {"step": "2", "note": "two\nlines"}]),
    # R2: another header
    ("step,loss,reward\n1,0.5,10\nstep,reward,loss\n3,12,0.3\n", [FIRST, {"step": "3", "reward": "12", "loss": "0.3"}]),
    ("step,loss\n1,0.5\nstep,loss,reward\n2,0.4,7\n",
     [{"step": "1", "loss": "0.5"}, {"step": "2", "loss": "0.4", "reward": "7"}]),
    # R5: a comma within a cell that has no quotes
    ("step,loss\n1,tensor(0.5, grad_fn=<MulBackward0>)\n2,tensor(0.25, grad_fn=<MulBackward0>)\n",
     [{"step": "1", "loss": "tensor(0.5, grad_fn=<MulBackward0>)"},
      {"step": "2", "loss": "tensor(0.25, grad_fn=<MulBackward0>)"}]),
    ("step,q(s,a)\n1,1.0\n2,2.0\n", [{"step": "1", "q(s,a)": "1.0"}, {"step": "2", "q(s,a)": "2.0"}]),
    ("step,size,loss\n1,[64, 64],0.5\n", [{"step": "1", "size": "[64, 64]", "loss": "0.5"}]),
])
def test_what_is_a_table_is_read_whole_and_nothing_is_said(tmp_path, text, rows):
    assert read(tmp_path, text) == (rows, [])


@pytest.mark.parametrize("separator, name", [("\t", "tabs"), (";", "semicolons"), (" ", "spaces"), ("  ", "spaces")])
def test_another_separator_is_found_and_said(tmp_path, separator, name):
    """R7."""
    assert read(tmp_path, HEAD.replace(",", separator)) == (
        [FIRST], [f"its columns are separated by {name}, not by commas"])


def test_decimal_commas_stay_in_their_cells(tmp_path):
    rows, _ = read(tmp_path, "step;loss\n1;0,5\n2;0,25\n")
    assert [texts.number(row["loss"]) for row in rows] == [0.5, 0.25]


@pytest.mark.parametrize("text, many, said", [
    # R3: an open quote costs its own line
    ('step,loss,note\n1,0.5,"cra\n' + GOOD, 48, "1 line left out; line 2: a quote is not closed"),
    ('step,loss,note\n1,0.5,"cra\n' + GOOD + '50,0.5,"cra\n' + GOOD, 96,
     "2 lines left out; line 2: a quote is not closed"),
    ("step,loss\n1,0.5\n2\n3,0.1\n", 2, "1 line left out; line 3: 1 column, not 2"),
    ("step,loss\n1,0.5\n2,0.25", 1, "its last line has no end, and is left out"),
    # what CSV refuses costs its own lines
    ('step,note,x\n1,a,.1\n2,5" disk,.2\n3,6" disk,.3\n', 1, "2 lines left out; line 3: a quote is not closed"),
    ('step,note,x\n1,a,.1\n2,"%s",.2\n3,b,.3\n' % ("x" * 140000), 2,
     "1 line left out; line 3: a cell has more than 131072 characters"),
    # R1: no header
    ("0.5,1,100\n0.6,2,200\n", 0, "not read: it has no header, its first line is '0.5,1,100'"),
    ("", 0, "it is empty"),
])
def test_what_is_left_out_is_named(tmp_path, text, many, said):
    rows, what = read(tmp_path, text)
    assert (len(rows), what) == (many, [said])


def test_a_cell_that_csv_refuses_does_not_hinder_looking_at_brackets(tmp_path):
    rows, said = read(tmp_path, 'step,note,x\n1,[a],.1\n2,"%s",.2\n3,b,.3\n' % ("x" * 140000))
    assert [row["x"] for row in rows] == [".1", ".2", ".3"] and not said


def test_a_format_may_know_its_columns(tmp_path):
    """R8."""
    rows, said = read(tmp_path, "1.0,10,0.5\n2.0,20,1.5\n", columns=("r", "l", "t"))
    assert [row["l"] for row in rows] == ["10", "20"]
    assert said == ["it has no header; its columns are taken for r, l, t"]


@pytest.mark.parametrize("cell, number", [
    ("True", 1), ("False", 0), ("tensor(0.5000, grad_fn=<MulBackward0>)", 0.5), ("tensor([2.])", 2),
    ("tensor(1., device='cuda:0', size=(1,))", 1), ("np.float64(0.25)", 0.25), ("Array(0.5, dtype=float32)", 0.5),
    ("array([[3.]], dtype=float32)", 3), ("", None), ("crash", None), ("1,024", None)])
def test_numbers(cell, number):
    """R4."""
    assert texts.number(cell) == number
