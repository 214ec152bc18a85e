"""What damage leaves in a file that can still be read is left out, and named (R3, R4, R6)."""
import json

import pytest
from framework_files import table
from report_runs import points, read

HEAD = "time/total_timesteps,loss,note\n"


def test_a_cell_that_is_no_number_where_the_others_are_is_named(tmp_path):
    """It was left out without a word."""
    table(tmp_path / "a", HEAD + "1,0.5,x\n2,0.2z5,y\n3,oops,z\n4,0.125,\n5,0.25,x\n")
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == [(1, 0.5), (4, 0.125), (5, 0.25)]
    assert problem.what == "2 cells left out: not a number, such as '0.2z5' in loss"


@pytest.mark.parametrize("cell", ["", "None", "N/A", "-", "nan", "True", "tensor(0.5)", " 1 "])
def test_cells_that_say_nothing_and_numbers_of_any_form_are_not(tmp_path, cell):
    table(tmp_path / "a", HEAD + f"1,0.5,x\n2,{cell},y\n3,0.5,z\n")
    assert not read(tmp_path)[1]


@pytest.mark.parametrize("zeros", [1, 4096])
def test_a_line_with_bytes_that_were_never_written_is_no_row(tmp_path, zeros):
    """The ends of two lines made one row, with a number that nobody had logged."""
    table(tmp_path / "a", HEAD + "1,0.5,1\n2,0.2" + zeros * "\0" + "5,3\n4,0.125,1\n" + zeros * "\0" + "\n5,0.25,1\n")
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == [(1, 0.5), (4, 0.125), (5, 0.25)]
    assert problem.what == "2 lines left out; line 3: 1 column, not 3"


def test_a_metric_of_sacred_with_other_steps_than_values_is_named(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "metrics.json").write_text(json.dumps({
        "loss": {"steps": [1, 2, 3], "values": [0.5, 0.125]}, "reward": {"steps": [1, 2], "values": [0.5, 0.25]}}))
    (run,), (problem,) = read(tmp_path)
    assert points(run, "reward") == [(1, 0.5), (2, 0.25)] and "loss" not in run.series
    assert problem.what == "loss is left out: it has fewer steps than values"


def test_a_line_of_mlflows_that_has_lost_its_step_is_named(tmp_path):
    """It stood at the number of its line."""
    (tmp_path / "metrics").mkdir()
    (tmp_path / "meta.yaml").write_text("run_id: a\n")
    (tmp_path / "metrics" / "loss").write_text("1000 0.5 100\n2000 0.25\n3000 0.125 300\n")
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == [(100, 0.5), (300, 0.125)] and "1 unreadable lines" in problem.what


def test_a_column_that_another_of_its_name_hides_is_named(tmp_path):
    """The first was gone without a word (R)."""
    (tmp_path / "progress.csv").write_text(
        "step,loss,loss,a,\n1,1,0.5,1,\n2,2,0.25,1,\nstep,loss,loss,b,\n3,3,0.125,1,\n")
    (run,), (problem,) = read(tmp_path)
    assert points(run, "loss") == [(1, 0.5), (2, 0.25), (3, 0.125)]
    assert problem.what == "loss: several columns of this name, of which the last is shown"


@pytest.mark.parametrize("true, false", [("true", "false"), ("TRUE", "FALSE"), ("True", "False")])
def test_truths_as_other_languages_write_them(tmp_path, true, false):
    """A column of ``true`` vanished, where one of ``True`` is shown (R4)."""
    (tmp_path / "progress.csv").write_text(f"step,ok\n1,{true}\n2,{false}\n3,{true}\n")
    (run,), problems = read(tmp_path)
    assert points(run, "ok") == [(1, 1), (2, 0), (3, 1)] and not problems
