"""The READMEs: every command runs, every option and link is there, and the first one stays short."""
import re
from pathlib import Path

import pytest
from readmes import (READMES, ROOT, TOOL, World, anchors, blocks, commands,
                     prose, text_of)
from real_training import python, release
from small_checkout import snapshot

from scripts.__main__ import subcommands
from scripts.runs import readers

EXEMPT = {
    # how a command begins: why it does not run here
    "python3 -m venv ~/.neptune-rl": "downloads; test_a_new_user_with_the_real_framework does it",
    "~/.neptune-rl/bin/pip install": "the same",
    "export PATH=": "the same",
    "neptune-rl-logging watch runs --check --on-bad": "sends a mail: tests/watch/test_watch_command.py",
    "make ": "sets up and runs whole lanes: what CI does",
    ".ci/run": "is CI",
    "uv run ": "no uv here; test_command_lines.py has what its lines are",
    "uvx ": "the same",
    "neptune-rl-logging run -- mpirun": "needs MPI: test_run_training.py",
    "neptune-rl-logging run -- srun": "needs SLURM",
    "sbatch ": "needs SLURM",
    "neptune-rl-logging replay /shared/runs --to wandb": "never ends, and needs a server: tests/resend/test_follow.py",
    "python -m pip install --quiet mlflow": "downloads",
    "neptune-rl-logging replay runs --to mlflow": "needs mlflow: tests/trackers",
    "git -C CLONE log --oneline -- offlinerlkit": "needs a clone of OfflineRL-Kit",
    ".venv/bin/python -m pytest": "runs tests",
    ".venv/bin/python scripts/drift.py": "downloads: tests/installer/test_drift.py",
    ".venv/bin/python tests/environment.py stable-baselines3": "builds an environment: every training does",
}
MOST_WORDS, MOST_LINES, LARGEST_PICTURE = 1500, 200, 150_000


def is_exempt(command):
    return any(command.startswith(beginning) for beginning in EXEMPT)


def run_all(name, folder, parts=("",)):
    """Run what can be run here, and has one of these parts; command -> what it printed."""
    world = World(folder)
    before = snapshot(world.package)
    said = {command: world.run(command) for command in commands(name)
            if not is_exempt(command) and any(part in command for part in parts)}
    assert snapshot(world.package) == before  # what a README installs, it also takes out
    return said


def test_the_first_commands_of_all_run(tmp_path):
    """Install, train, look, undo; and the one that continues a run, without installing."""
    said = run_all("README.md", tmp_path, ("install --python", " python train.py", "--open", "resume.py"))
    assert len(said) == 7
    report, resume = (next(said[one] for one in said if part in one)
                      for part in ("report . --open", "run -- python resume.py"))
    assert "12 runs in 4 groups" in report  # those that the training left, and those of `runs`
    assert Path((tmp_path / "shown").read_text().strip()).parts[-2:] == ("work", "report.html")
    assert "neptune: journal " in resume


@pytest.mark.parametrize("name", ["tests/README.md", *(pytest.param(name, marks=pytest.mark.slow) for name in (
    "README.md", "patches/README.md", "scripts/README.md"))])
def test_every_command_runs(name, tmp_path):
    run_all(name, tmp_path)


@pytest.mark.training
def test_a_new_user_with_the_real_framework(tmp_path):
    """The whole README, with pip and the package index, Stable-Baselines3 and its PPO."""
    world = World(tmp_path)
    world.take(python("stable-baselines3"), release("stable_baselines3==2.9.2", tmp_path))
    before = snapshot(world.package)
    setup = [command for command in commands("README.md") if "~/.neptune-rl" in command]
    path, = (command for command in commands("README.md") if command.startswith("export PATH="))
    for command in setup:
        world.run(command, world.source())
    (tmp_path / "bin" / TOOL).unlink()
    said = {command: world.run(f"{path}\n{command}") for command in commands("README.md") if not is_exempt(command)}
    assert "3 runs in 1 group (seeds 0-2)" in next(said[command] for command in said if "report . --open" in command)
    assert snapshot(world.package) == before


def test_no_reason_is_left_over():
    everything = [command for name in READMES for command in commands(name)]
    assert [beginning for beginning in EXEMPT if not any(one.startswith(beginning) for one in everything)] == []


@pytest.mark.parametrize("name", READMES)
def test_every_link_leads_somewhere(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(name)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        place = (ROOT / name).parent / path if path else ROOT / name
        assert place.exists(), target
        assert not anchor or anchor in anchors(place / "README.md" if place.is_dir() else place), target


def test_the_pictures_are_small_and_shown():
    shown = set(re.findall(r"\]\((tests/pictures/[^)]*)\)", text_of("README.md")))
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "pictures").glob("*.png")}
    assert shown == there and all((ROOT / path).stat().st_size < LARGEST_PICTURE for path in there)


@pytest.mark.parametrize("name", READMES)
def test_every_option_is_one(name):
    """In prose, too: what is written `--like-this` is an option of ours, or of the program that stands before it."""
    sources = [*(ROOT / "scripts").rglob("*.py"), *(ROOT / "vendored").rglob("*.py"), *(ROOT / "tests").glob("*.py")]
    ours = set(re.findall(r'"(--[a-z][a-z-]*)"', "\n".join(path.read_text(encoding="utf-8") for path in sources)))
    for code in re.findall(r"`([^`\n]+)`", prose(name)):
        if code.split()[0] in ("git", "srun", "mlflow", "tensorboard", "PyInstaller"):
            continue
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", code):
            assert option in ours | {"--help", "--add-data", "--cpu"}, code


@pytest.mark.parametrize("name", READMES)
def test_commands_stand_between_fences(name):
    assert re.findall(r"^    (?:\.?/?\S*python|make|neptune-rl-logging|[A-Z_]+=\S+ ).*$", prose(name),
                      re.MULTILINE) == []
    assert {block.language for block in blocks(name)} <= {"sh", "python", "diff", "dockerfile"}
    for block in blocks(name, "python"):
        compile(block.text, name, "exec")


def test_the_first_one_is_short():
    text = text_of("README.md")
    assert len(text.split()) < MOST_WORDS and len(text.splitlines()) < MOST_LINES
    first_screen = "".join(text.splitlines(True)[:40])
    for word in (".png", "report FOLDER", "install ", "run -- ", "report . --open", "uninstall "):
        assert word in first_screen


def test_every_command_of_ours_is_told():
    rows = re.sub(r"<!--.*?-->", "", text_of("scripts/README.md"), flags=re.DOTALL).split("\n## ")[0]
    told = {name for row in re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told == set(subcommands())
    listed = re.search(r"`neptune-rl-logging --help` lists.*?\n\n", text_of("README.md"), re.DOTALL).group()
    assert set(re.findall(r"`(\w+)`", listed)) == set(subcommands())


def test_every_format_is_counted():
    assert f"[{len(readers.all_readers())} formats]" in text_of("README.md").replace("\n", " ")


def test_every_variable_is_told():
    sources = "\n".join(path.read_text() for path in (ROOT / "vendored").rglob("*.py"))
    ours = set(re.findall(r'"(NEPTUNE_(?:WRITER_|ACME_|LAUNCHPAD|STEP|EXPERIMENT|TAGS|CUSTOM_RUN_ID)\w*)"', sources))
    assert ours and ours - set(re.findall(r"`(NEPTUNE_\w+)`", text_of("vendored/README.md"))) == set()
