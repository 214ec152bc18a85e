"""Make the pictures that the READMEs show: train, and let the product draw. Trainings that are there are kept.

    make pictures        some minutes; Stable-Baselines3's environment, and Chromium
"""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import browser  # noqa: E402
from environment import python_of  # noqa: E402
from releases import unpacked  # noqa: E402

RUNS = ROOT / "build" / "pictures"
METRIC = ("--metric", "rollout/ep_rew_mean")
TRAININGS = {(algorithm, env): steps for env, steps in (("CartPole-v1", 40_000), ("Acrobot-v1", 20_000))
             for algorithm in ("PPO", "A2C")}
SEEDS = "0 1 2 3 4".split()


def main():
    """Write all of them into this folder."""
    for (algorithm, env), steps in TRAININGS.items():
        train(RUNS / env / algorithm, "--algorithm", algorithm, "--env", env, "--timesteps", steps)
    script("figure", RUNS, *METRIC, "--width", 6.75, "-o", HERE / "curves.png")
    script("figure", RUNS, *METRIC, "--kind", "intervals", "--width", 6.75, "-o", HERE / "intervals.png")
    script("report", RUNS, "--title", "PPO and A2C, five seeds each", "-o", RUNS / "report.html")
    with browser() as chromium:
        shoot(chromium, RUNS / "report.html", HERE / "report.png")


def train(folder, *arguments):
    """One ordinary training script, in a folder of its own; a folder that is complete is left as it is."""
    done = folder / "complete"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    script("run", "--to", "journal", "--python", python_of("stable-baselines3"), "--", "python", "-W", "ignore",
           ROOT / "scripts" / "examples" / "stable_baselines3_ppo.py", *arguments, "--seeds", *SEEDS, cwd=folder,
           PYTHONPATH=str(unpacked("stable_baselines3==2.9.2")), OMP_NUM_THREADS="1")
    done.touch()


def script(name, *arguments, cwd=None, **variables):
    """Run a command of ours."""
    command = [sys.executable, ROOT / "scripts" / f"{name}.py", *arguments]
    print("$", name, *arguments, flush=True)
    subprocess.run([str(part) for part in command], check=True, cwd=cwd,
                   env=dict(os.environ, **variables))


def shoot(chromium, page, picture):
    """What a user sees first."""
    tab = chromium.new_page(viewport={"width": 1280, "height": 760}, color_scheme="light")
    tab.goto(page.as_uri())
    tab.wait_for_selector(".panel canvas")
    tab.screenshot(path=str(picture))


if __name__ == "__main__":
    main()
