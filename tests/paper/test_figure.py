"""scripts/figure.py: figures for a paper, whose fonts are embedded, and whose text is text."""
import re
import xml.dom.minidom
import zlib

import numpy as np
import pytest
from compared_runs import runs_of
from report_runs import write_journal

pytest.importorskip("matplotlib", reason="NO FIGURES: matplotlib is missing; make setup brings it")
from scripts.paper import figure_command, figures, layout  # noqa: E402
from scripts.runs.alignment import Line, centered  # noqa: E402


@pytest.fixture
def figure(capsys):
    """Runs the command; what it printed, and what it said besides."""
    def figure(*arguments, status=0):
        found = figure_command.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert found == status, printed
        return printed.out, printed.err
    return figure


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return runs_of(tmp_path_factory.mktemp("runs"))


def texts_of(path):
    return ["".join(part.data for part in one.childNodes if part.nodeType == part.TEXT_NODE)
            for one in xml.dom.minidom.parse(str(path)).getElementsByTagName("text")]


def pdf_parts(path):
    """Everything in a PDF, its streams unpacked."""
    raw = path.read_bytes()
    found = [raw]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            pass
    return b"\n".join(found)


@pytest.mark.parametrize("kind, said", [
    ("curves", {"Acrobot-v1", "CartPole-v1", "ret", "steps", "PPO (n=3)", "A2C (n=3)"}),
    ("intervals", {"PPO", "A2C", "IQM of ret"}), ("profile", {"ret (τ)", "share of runs > τ"}),
    ("improvement", {"A2C > PPO", "P(X > Y)"})])
def test_text_is_text_in_an_svg(figure, runs, tmp_path, kind, said):
    out, _ = figure(runs, "--metric", "ret", "--kind", kind, "-o", tmp_path / "x.svg")
    assert said <= set(texts_of(tmp_path / "x.svg")) and (tmp_path / "x.svg").stat().st_size < 60_000
    assert out.startswith("2 panels: ") and "caption: " in out


def test_fonts_are_embedded_in_a_pdf_and_none_is_of_type_3(figure, runs, tmp_path):
    figure(runs, "--metric", "ret", "-o", tmp_path / "x.pdf")
    parts = pdf_parts(tmp_path / "x.pdf")
    assert b"/FontFile2" in parts and b"/Type3" not in parts and (tmp_path / "x.pdf").stat().st_size < 60_000


@pytest.mark.slow
def test_long_runs_make_a_small_file(figure, tmp_path):
    """wandb/wandb#1446: six megabytes, which LaTeX refuses."""
    random = np.random.default_rng(0)
    for seed in range(3):
        write_journal(tmp_path / "runs" / ("neptune-%d.jsonl" % seed), *[(n, {"ret": float(random.normal())})
                                                                         for n in range(4000)], run=str(seed),
                      config={"seed": seed})
    for by in ("seed", "framework"):
        figure(tmp_path / "runs", "--metric", "ret", "--group-by", by, "-o", tmp_path / "x.pdf")
        assert (tmp_path / "x.pdf").stat().st_size < 120_000


def test_normalised_scores_have_a_panel_an_aggregate(figure, runs, tmp_path):
    (tmp_path / "scores.csv").write_text("task,random,reference\nCartPole-v1,0,100\nAcrobot-v1,-50,50\n")
    figure(runs, "--metric", "ret", "--kind", "intervals", "--normalise", tmp_path / "scores.csv", "-o",
           tmp_path / "x.svg")
    assert {"median", "IQM", "mean", "optimality gap"} <= set(texts_of(tmp_path / "x.svg"))


def test_what_a_mean_is_of_is_told(figure, tmp_path):
    runs_of(tmp_path / "runs", tasks=("A",), algos=("PPO",))
    runs_of(tmp_path / "runs", tasks=("A",), algos=("PPO",), seeds=1, rows=2)
    out, _ = figure(tmp_path / "runs", "--metric", "ret", "-o", tmp_path / "x.png", "--center", "mean", "--band", "std")
    assert "caption: Mean over runs; band: ± standard deviation. PPO: 3 runs, from 300 steps on fewer, 2" in out
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_same_runs_make_the_same_file(figure, runs, tmp_path):
    for form in ("svg", "pdf"):
        for name in ("a", "b"):
            figure(runs, "--metric", "ret", "-o", tmp_path / ("%s.%s" % (name, form)))
        assert (tmp_path / ("a." + form)).read_bytes() == (tmp_path / ("b." + form)).read_bytes()


@pytest.mark.parametrize("arguments, said", [
    (["--metric", "rett", "-o", "{tmp}/x.svg"], "--metric rett: no run has that; there is ret"),
    (["--metric", "ret", "-o", "{tmp}/x.docx"], "expected a name that ends in .pdf, .svg, .png"),
    (["--metric", "ret", "-o", "{tmp}/no/x.svg"], "there is no folder"),
    (["--metric", "ret", "--kind", "improvement", "--group-by", "lr", "-o", "{tmp}/x.svg"], "only one algorithm")])
def test_clear_errors_that_leave_nothing_behind(figure, runs, tmp_path, arguments, said):
    out, err = figure(runs, *[one.format(tmp=tmp_path) for one in arguments], status=1)
    assert out == "" and said in err and list(tmp_path.iterdir()) == []


def test_a_name_that_could_be_a_formula_is_text(figure, tmp_path):
    for seed in range(2):
        write_journal(tmp_path / "runs" / ("neptune-%d.jsonl" % seed), (1, {"a$b_{$": 1.0}), (2, {"a$b_{$": 2.0}),
                      run=str(seed), config={"seed": seed})
    figure(tmp_path / "runs", "--metric", "a$b_{$", "-o", tmp_path / "x.svg")
    assert "a$b_{$" in texts_of(tmp_path / "x.svg")


@pytest.mark.slow
def test_a_name_is_on_one_line_and_letters_that_no_font_has_are_named(figure, tmp_path):
    """A control character made an SVG that no reader takes; matplotlib's warnings were printed with its sources.
    Kind: letters that cannot be drawn."""
    for seed in range(2):
        write_journal(tmp_path / "runs" / f"neptune-{seed}.jsonl", (1, {"a\x1bb\n日": 1.0}), (2, {"a\x1bb\n日": 2.0}),
                      run=str(seed), config={"seed": seed})
    _, err = figure(tmp_path / "runs", "--metric", "a\x1bb\n日", "-o", tmp_path / "x.svg")
    assert r"a\x1bb\n日" in texts_of(tmp_path / "x.svg") and err == ""
    _, err = figure(tmp_path / "runs", "--metric", "a\x1bb\n日", "-o", tmp_path / "x.PDF")
    assert (tmp_path / "x.PDF").read_bytes().startswith(b"%PDF") and err == (
        "figure: the font lacks 日, drawn as boxes; put a font that has it first in font.sans-serif of your "
        "matplotlibrc\n")


def test_a_caption_tells_of_the_panels_that_there_are(figure, tmp_path):
    """The caption described the first task, for which nothing was drawn, and an algorithm changed its colour from
    figure to figure. Kind: the first one is taken for all."""
    runs_of(tmp_path / "runs", tasks=("B", "C"))
    runs_of(tmp_path / "runs", tasks=("A",), algos=("A2C",), rows=9)
    out, _ = figure(tmp_path / "runs", "--metric", "ret", "--kind", "improvement", "-o", tmp_path / "x.svg")
    assert "caption: ret, B, C; at 500 steps, which all runs reached. " in out
    colour = layout.style(1)["color"]
    assert colour in (tmp_path / "x.svg").read_text() and layout.style(0)["color"] not in (
        tmp_path / "x.svg").read_text()


def test_values_that_cannot_be_drawn_are_a_refusal(figure, tmp_path):
    """They ended in a traceback of matplotlib's. Kind: values that overflow."""
    for seed in range(2):
        write_journal(tmp_path / "runs" / f"neptune-{seed}.jsonl", *[(n, {"ret": n * 5e307 * seed}) for n in range(4)],
                      run=str(seed), name="x", config={"seed": seed})
    _, err = figure(tmp_path / "runs", "--metric", "ret", "-o", tmp_path / "x.svg", status=1)
    assert err == "figure: values beyond 1e+300 cannot be drawn; leave out x seed 1\n"
    assert not (tmp_path / "x.svg").exists()


def test_of_a_loss_lower_is_better(figure, runs, tmp_path):
    out, _ = figure(runs, "--metric", "loss", "--kind", "improvement", "-o", tmp_path / "x.svg")
    assert {"A2C < PPO", "P(X < Y)"} <= set(texts_of(tmp_path / "x.svg")) and "loss, lower is better, " in out


def test_a_mean_of_fewer_at_first_is_told(figure, tmp_path):
    runs_of(tmp_path / "runs", tasks=("A",), algos=("PPO",))
    write_journal(tmp_path / "runs" / "neptune-9.jsonl", *[(100 * n, {"ret": 1.0}) for n in range(3, 9)], run="9",
                  name="PPO", group="PPO", framework="sb3",
                  config={"seed": 9, "algorithm": "PPO", "env": "A", "lr": 0.1})
    out, _ = figure(tmp_path / "runs", "--metric", "ret", "-o", tmp_path / "x.svg")
    assert "PPO: 4 runs, before 300 steps fewer, 3 at first; from 600 steps on fewer, 1 at the end." in out


def test_no_two_of_many_algorithms_look_alike(figure, tmp_path):
    assert len({str(layout.style(place)) for place in range(32)}) == layout.LOOKS == 32
    for seed in range(33):
        write_journal(tmp_path / "runs" / f"neptune-{seed}.jsonl", (1, {"ret": 1.0}), run=str(seed),
                      config={"seed": seed})
    _, err = figure(tmp_path / "runs", "--metric", "ret", "--group-by", "seed", "-o", tmp_path / "x.svg")
    assert err == "figure: 33 algorithms, of which 32 can be told apart by colour and dashes; name fewer runs\n"


def test_a_single_run_keeps_its_spikes():
    ys = np.zeros(50_000)
    ys[777] = 9
    found = figures._alone(Line(np.arange(50_000.0), ys))
    assert len(found.xs) <= 1000 and found.ys.max() == 9
    assert len(centered([Line(np.arange(3.0), np.zeros(3))] * 2).xs) == 3


# Long names

@pytest.mark.parametrize("names, most, expected", [
    (["ppo", "sac"], 3, ["ppo", "sac"]), ([], 3, []),
    (["humanoid_with_a_curriculum_aaa", "humanoid_with_a_curriculum_bb"], 12, ["…riculum_aaa", "…riculum_bb"]),
    (["a_very_long_metric_name"], 11, ["a_ver…_name"]), (["xaaaaaaay", "xaaabbaay"], 5, ["xaaaaaaay", "xaaabbaay"]),
    (["first_of_all_of_them", "second_of_all_of_them"], 9, ["firs…them", "seco…them"])])
def test_names_that_are_too_long_give_up_what_they_share(names, most, expected):
    assert layout.shortened(names, most) == expected


@pytest.mark.filterwarnings("error")  # of matplotlib: no room for the axes
@pytest.mark.parametrize("kind", ["curves", "intervals", "profile", "improvement"])
def test_long_names_leave_room_for_what_is_drawn(figure, tmp_path, kind):
    """They ran out of the picture on both sides."""
    for seed in range(4):
        name = f"humanoid_standup_with_randomization_and_curriculum_{'ab'[seed % 2] * 3}"
        write_journal(tmp_path / name / str(seed) / "neptune-1.jsonl", *[(n, {"ret": n + seed}) for n in range(5)],
                      name=name, run=str(seed), config={"algo": name, "seed": seed // 2})
    figure(tmp_path, "--metric", "ret", "--kind", kind, "-o", tmp_path / "x.svg")
    told = [text for text in texts_of(tmp_path / "x.svg") if "curriculum" in text or "…" in text]
    assert told and all(len(text) < 50 for text in told) and any("bbb" in text for text in told)


def test_what_is_written_around_narrow_panels_has_room_there(figure, tmp_path):
    """The last panel's title and label ran out of the picture."""
    tasks = ["Acrobot-v1", "CartPole-v1", "HumanoidStandupWithDomainRandomization-v4"]
    runs_of(tmp_path / "runs", tasks=tasks, seeds=2)
    figure(tmp_path / "runs", "--metric", "ret", "--kind", "intervals", "-o", tmp_path / "x.svg")
    told = texts_of(tmp_path / "x.svg")
    assert "Acrobot-v1" in told and "HumanoidS…zation-v4" in told and told.count("IQM of ret") == 3
    assert figures._label_in("IQM of rollout/ep_rew_mean", 1.2) == "IQM of ep_rew_mean"


@pytest.mark.slow
def test_what_is_written_beside_low_rows_has_room_there(figure, tmp_path):
    """Beside the first of three rows ``rollout/ep_rew_mean`` ran out of the picture. Kind: texts and their room."""
    for place in range(10):
        write_journal(tmp_path / "runs" / f"neptune-{place}.jsonl",
                      *[(100 * n, {"rollout/ep_rew_mean": 1.0 * n}) for n in range(4)], run=str(place),
                      config={"seed": 0, "env": f"Task{place}"})
    figure(tmp_path / "runs", "--metric", "rollout/ep_rew_mean", "-o", tmp_path / "x.svg")
    assert texts_of(tmp_path / "x.svg").count("ep_rew_mean") == 3
