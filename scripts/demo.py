# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Install into a clone of SpinningUp, train PPO offline for a minute, show the stored run, take it out again."""
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Sequence

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "vendored"))

from neptune_writer.reading import Reader  # noqa: E402

METRIC, STEP = "AverageEpRet", "TotalEnvInteracts"
BAR = 40  # characters for the best episode return


def main() -> int:
    """Returns the exit code: 0 when the curve was shown and the clone is as it was, else that of what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path, help="a clone of github.com/openai/spinningup")
    parser.add_argument("--python", required=True, help="a Python that trains SpinningUp")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--output", type=Path, default=HERE.parent / "build" / "demo")
    options = parser.parse_args()
    checkout, output = options.checkout.resolve(), options.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    stays = is_installed(checkout)
    try:
        step("Install", [sys.executable, HERE / "install.py", checkout])
        try:
            step("What changed", [sys.executable, HERE / "diff.py", checkout])
            train(options.python, checkout, output, options.epochs)
            show(newest_journal(output))
        finally:
            if stays:
                print("\n== It was installed before this demo, and stays")
            else:
                step("Take it out", [sys.executable, HERE / "uninstall.py", checkout])
    except subprocess.CalledProcessError as error:  # which has said why
        return error.returncode
    return 0


def is_installed(checkout: Path) -> bool:
    """Whether the user has it installed, so that it is not the demo's to take out."""
    done = subprocess.run([sys.executable, HERE / "status.py", checkout, "--json"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    files = json.loads(done.stdout or b"{}").get("files", [])
    return any(file["state"] not in ("clean", "foreign", "unsupported") for file in files)


def step(title: str, command: Sequence[object]) -> None:
    """Run one command under a headline; CalledProcessError where it fails."""
    headline(title, command)
    subprocess.run([str(part) for part in command], check=True)


def headline(title: str, command: Sequence[object], variables: str = "") -> None:
    """Say what is run next, as a person would type it."""
    print(f"\n== {title}\n$ {variables}{' '.join(map(str, command))}", flush=True)


def train(python: str, checkout: Path, output: Path, epochs: int) -> None:
    """Run the example script as it is; a line an epoch. CalledProcessError, and the end of its log, where it fails."""
    command = [python, str(HERE / "examples" / "spinningup_ppo.py"), "--epochs", str(epochs),
               "--steps-per-epoch", "4000", "--output-dir", str(output)]
    headline("Train: an ordinary script that does not know of Neptune", command, "NEPTUNE_EXPERIMENT=offline ")
    variables = dict(os.environ, PYTHONPATH=str(checkout), NEPTUNE_EXPERIMENT="offline", TF_CPP_MIN_LOG_LEVEL="3")
    log = output / "training.log"
    with log.open("w") as errors, subprocess.Popen(command, cwd=output, env=variables,
                                                   stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        epoch = 0
        for line in process.stdout or ():
            if METRIC in line:
                epoch += 1
                print(f"epoch {epoch} of {epochs}: {METRIC} {line.split('|')[2].strip()}", flush=True)
    if process.returncode:
        print(log.read_text()[-2000:], file=sys.stderr)
        raise subprocess.CalledProcessError(process.returncode, command)


def newest_journal(folder: Path) -> Path:
    """The journal of the training that just ended: their names sort by time."""
    return max(folder.glob("neptune-*.jsonl"))


def show(journal: Path) -> None:
    """Print the learning curve of a stored run."""
    rows = [record for record in Reader(str(journal)).read(10 ** 6) if "values" in record]
    curve = [(row["step"], row["values"][METRIC]) for row in rows]
    best = max(value for _, value in curve)
    print(f"\n== The stored run: {journal}\n\n{STEP:>18}  {METRIC:>12}")
    for x, value in curve:
        print(f"{x:>18}  {value:>12.1f}  {'#' * round(BAR * value / best)}")


if __name__ == "__main__":
    sys.exit(main())
