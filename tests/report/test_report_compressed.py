"""Tables and JSON in every form that people have: compressed, with other line ends, an array, tensors (issue 21, 4)."""
import gzip
import json

import pyarrow
import pytest
from report_runs import points, read

ROWS = [(100, 0.5), (200, 0.25), (300, 0.125)]


def table(head, separator=",", before=""):
    return before + separator.join(head) + "\n" + "".join(f"{step}{separator}{value}\n" for step, value in ROWS)


def objects(step, value, **more):
    return "".join(json.dumps({step: one, value: other, **more}) + "\n" for one, other in ROWS)


def of_ray():
    return "".join(json.dumps({"training_iteration": number, "timesteps_total": step, "loss": value}) + "\n"
                   for number, (step, value) in enumerate(ROWS, 1))


FILES = {  # name -> metric, content
    "progress.csv": ("loss", table(["time/total_timesteps", "loss"])),
    "progress.json": ("loss", objects("time/total_timesteps", "loss")),
    "progress.txt": ("loss", table(["TotalEnvInteracts", "loss"], "\t")),
    "monitor.csv": ("monitor/episode_return", '#{"t_start": 1.0}\nr,l,t\n0.5,100,1\n0.25,100,2\n0.125,100,3\n'),
    "logs/train/logs.csv": ("train/loss", table(["train_steps", "loss"])),
    "result.json": ("loss", of_ray()),
    "metrics.jsonl": ("loss", objects("step", "loss")),
    "train.csv": ("train/loss", table(["frame", "loss"])),
    "train.log": ("train/loss", objects("step", "loss")),
    "loss.csv": ("loss", "1,100,0.5\n2,200,0.25\n3,300,0.125\n"),
}
LINES = [name for name, (_, content) in FILES.items() if content.startswith("{")]
each = pytest.mark.parametrize("name", FILES)


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.startswith("loss.csv"):
        (folder / "params.json").write_text("{}")  # by which d3rlpy's tables are known
    path.write_bytes(content)
    return path


def shown(folder, name, content):
    write(folder, name, content)
    (run,), problems = read(folder)
    assert not problems
    return points(run, FILES[name.replace(".gz", "").replace(".zst", "")][0])


@each
@pytest.mark.parametrize("change", [
    lambda text: text, lambda text: text.replace(b"\n", b"\r"), lambda text: text.replace(b"\n", b"\r\n"),
    lambda text: b"\xef\xbb\xbf" + text], ids=["as it is", "CR", "CRLF", "a byte order mark"])
def test_line_ends_and_marks_change_nothing(tmp_path, name, change):
    assert shown(tmp_path, name, change(FILES[name][1].encode())) == ROWS


@each
@pytest.mark.parametrize("suffix, compress", [
    (".gz", gzip.compress), (".zst", lambda text: pyarrow.compress(text, codec="zstd", asbytes=True)),
    (".gz", lambda text: gzip.compress(text[:30]) + gzip.compress(text[30:]))], ids=["gzip", "zstd", "appended"])
def test_compressed_files_are_read(tmp_path, name, suffix, compress):
    assert shown(tmp_path, name + suffix, compress(FILES[name][1].encode())) == ROWS


@pytest.mark.parametrize("name", LINES)
def test_an_array_of_json_is_its_objects(tmp_path, name):
    content = "[" + ",\n".join(FILES[name][1].splitlines()) + "]\n"
    if name == "train.log":  # which other programs have, too
        assert read(write(tmp_path, name, content.encode()))[0] == []
    else:
        assert shown(tmp_path, name, content.encode()) == ROWS


@each
@pytest.mark.parametrize("form", ["tensor(%s)", "tensor(%s, device='cuda:0')", "tensor(%s, grad_fn=<MulBackward0>)"])
def test_a_tensor_is_its_number(tmp_path, name, form):
    text = FILES[name][1]
    for _, value in ROWS:
        said = form % value
        text = text.replace(f": {value}", ": " + json.dumps(said)) if name in LINES else (
            text.replace(f"{value},100", f'"{said}",100' if "," in said else f"{said},100") if name == "monitor.csv"
            else text.replace(f"{value}\n", (f'"{said}"' if "," in said and name != "progress.txt" else said) + "\n"))
    if name == "loss.csv":
        return  # a table without a header is d3rlpy's by its numbers
    assert shown(tmp_path, name, text.encode()) == ROWS


def test_of_a_file_that_lies_there_both_ways_one_is_read(tmp_path):
    write(tmp_path, "progress.csv.gz", gzip.compress(b"time/total_timesteps,loss\n1,9\n"))
    assert shown(tmp_path, "progress.csv", FILES["progress.csv"][1].encode()) == ROWS


def damaged(content, kind):
    return {"torn": content[:-9], "flipped": content[:14] + bytes([content[14] ^ 1]) + content[15:],
            "no gzip": b"\x1f\x8b" + b"nothing of the kind"}[kind]


@pytest.mark.parametrize("kind", ["torn", "flipped", "no gzip"])
def test_a_damaged_one_is_read_up_to_there_or_not_at_all_and_named(tmp_path, kind):
    """Of a flipped bit nobody knows what came out."""
    whole = table(["time/total_timesteps", "loss"]).encode() + b"".join(b"%d,0.1\n" % n for n in range(400, 9000))
    path = write(tmp_path, "progress.csv.gz", damaged(gzip.compress(whole), kind))
    runs, problems = read(tmp_path)
    assert problems and all(problem.path == str(path) for problem in problems)
    assert bool(runs) is (kind == "torn") and ("torn" in problems[0].what) is (kind == "torn")
    for run in runs:
        assert points(run, "loss")[:3] == ROWS


def test_what_lacks_is_named_with_what_installs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    write(tmp_path, "progress.csv.zst", b"\x28\xb5\x2f\xfd and so on")
    assert "pip install pyarrow" in read(tmp_path)[1][0].what
