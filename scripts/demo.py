# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Install into a checkout, train, show the runs, and undo it all."""
from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.this_release import BUILD
from neptune_writer.system import descriptors, files
from neptune_writer.journal.reading import Reader
from neptune_writer.resend.found_runs import PATTERN

HERE = Path(__file__).resolve().parent
LOOK_SECONDS = 0.5  # between two looks at the journals, while it trains


class Example(NamedTuple):
    """One training script: its name in `examples/`, what it is told, and the metric that is its learning curve."""

    script: str
    arguments: Tuple[str, ...]
    metric: str


EXAMPLES = {
    "spinningup": Example("spinningup_ppo.py", ("--epochs", "12", "--steps-per-epoch", "4000", "--output-dir", "."),
                          "AverageEpRet"),
    "stable_baselines": Example("stable_baselines_ppo2.py", ("--timesteps", "20480"), "ep_reward_mean"),
    "stable_baselines3": Example("stable_baselines3_ppo.py", ("--timesteps", "20480"), "rollout/ep_rew_mean"),
}
Curve = List[Tuple[float, float]]


def main() -> int:
    """Returns the exit code: 0 when the curves were shown and the tree is as it was, else that of what failed."""
    descriptors.fill_standard()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("framework", choices=sorted(EXAMPLES))
    parser.add_argument("checkout", type=Path, help="a clone, or an unpacked release")
    parser.add_argument("--python", required=True, help="a Python that trains the framework")
    parser.add_argument("-o", "--output", type=Path, default=BUILD / "demo" / "runs",
                        help="default: %(default)s")
    parser.add_argument("--arguments", nargs=argparse.REMAINDER, default=[],
                        help="everything after it goes to the script")
    options = parser.parse_args()
    checkout, output = options.checkout.resolve(), options.output.resolve()
    python = shutil.which(options.python)
    if not python:
        return refuse(f"{options.python}: there is no such Python; name another with --python")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return refuse(f"{output}: cannot be written to, {error.strerror}; name another with --output")
    before, stays = fingerprint(checkout), is_installed(checkout)
    try:
        step("Install", [sys.executable, HERE / "install.py", checkout])
        try:
            step("What changed", [sys.executable, HERE / "diff.py", checkout])
            example = EXAMPLES[options.framework]
            example = example._replace(arguments=(*example.arguments, *options.arguments))
            curves = train(example, os.path.abspath(python), checkout, output)
            show(curves)
        finally:
            if not stays:
                step("Take it out", [sys.executable, HERE / "uninstall.py", checkout])
    except subprocess.CalledProcessError as error:  # which has said why
        return error.returncode
    except files.NotOurs as error:
        return refuse(str(error))
    if not any(curves.values()):
        return refuse(f"{output}: no journal below it has rows with {example.metric}; training.log there has what "
                      "the training said")
    after = before if stays else fingerprint(checkout)
    if stays:
        print("\n== It was installed before this demo, and stays")
    else:
        same = "as it was" if after == before else "NOT AS IT WAS"
        print(f"\n== The tree\nbefore  {before}\nafter   {after}\n{same}")
    see(output, example.metric if len(curves) > 1 else None)
    return int(after != before)


def refuse(reason: str) -> int:
    """Say why it ends, one line; the exit code."""
    print(f"demo: {reason}", file=sys.stderr)
    return 1


def see(output: Path, metric: Optional[str]) -> None:
    """Put all stored runs on a page, then compare its seeds in this metric; None for a single seed."""
    commands = {"See it, in a browser": [sys.executable, HERE / "report.py", output, "-o", output / "report.html"]}
    if metric is not None:
        commands["What the seeds come to"] = [sys.executable, HERE / "compare.py", output, "--metric", metric]
    for title, command in commands.items():
        headline(title, command)
        subprocess.run([str(part) for part in command])


def fingerprint(folder: Path) -> str:
    """How many files there are, and a hash over every path, mode and byte; without what Python caches."""
    found = hashlib.sha256()
    paths = [path for path in sorted(folder.rglob("*")) if not {"__pycache__", ".git"} & set(path.parts)]
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        found.update(repr((str(path.relative_to(folder)), path.lstat().st_mode, content)).encode())
    return f"{len(paths)} files and folders, SHA-256 {found.hexdigest()[:16]}"


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


def train(example: Example, python: str, checkout: Path, output: Path) -> Dict[str, Curve]:
    """Run the script as it is, one line per row of its runs; returns the learning curve of each.

    CalledProcessError, and the end of its log, where it fails.
    """
    command = [python, str(HERE / "examples" / example.script), *example.arguments]
    headline("Train: an ordinary script that does not know of Neptune", command, "NEPTUNE_EXPERIMENT=offline ")
    variables = dict(os.environ, PYTHONPATH=str(checkout), PYTHONDONTWRITEBYTECODE="1", NEPTUNE_EXPERIMENT="offline",
                     TF_CPP_MIN_LOG_LEVEL="3", PYTHONWARNINGS="ignore")
    variables.setdefault("OMP_NUM_THREADS", "1")  # torch's threads spin, and small networks gain nothing by them
    log, runs = output / "training.log", Runs(output, example.metric)
    files.replace(str(log), b"", files.PRIVATE)
    with os.fdopen(files.create_or_open(str(log), append=True), "wb") as printed, \
            subprocess.Popen(command, cwd=output, env=variables, stdout=printed, stderr=printed) as process:
        while process.returncode is None:
            try:
                process.wait(LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                pass
            runs.look()
    if process.returncode:
        print(log.read_text(errors="replace")[-2000:], file=sys.stderr)
        raise subprocess.CalledProcessError(process.returncode, command)
    told = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("neptune: ")]
    print("\n".join(line for line in told if not line.startswith("neptune: journal ")))  # those are told already
    return runs.curves


class Runs:
    """The learning curves of the journals that come to be below a folder, printed as they grow."""

    def __init__(self, folder: Path, metric: str) -> None:
        self.folder, self.metric = folder, metric
        self.old = set(folder.rglob(PATTERN))
        self.readers: Dict[Path, Any] = {}
        self.names: Dict[Path, str] = {}
        self.curves: Dict[str, Curve] = {}

    def look(self) -> None:
        """Read on."""
        for path in sorted(set(self.folder.rglob(PATTERN)) - self.old):
            if path.stat().st_size:  # its header is there
                self.readers.setdefault(path, Reader(str(path)))
        for path, reader in self.readers.items():
            for record in reader.read(10 ** 6):
                self.take(path, record)

    def take(self, path: Path, record: Dict[str, Any]) -> None:
        """One record of a journal: its header, its config, or a row."""
        if "config" in record and path not in self.names:
            self.names[path] = f"seed {record['config'].get('seed', len(self.names))}"
            self.curves[self.names[path]] = []
            print(f"{self.names[path]}: {path}")
        if self.metric in record.get("values", {}):
            name, x, value = self.names[path], record["step"], float(record["values"][self.metric])
            self.curves[name].append((x, value))
            print(f"{name}: step {x:>6}  {self.metric} {value:.1f}", flush=True)


def show(curves: Dict[str, Curve]) -> None:
    """Print the learning curves of the stored runs beside one another."""
    names = sorted(curves, key=lambda name: (len(name), name))  # journals of one second come in any order
    print("\n== The stored runs, step by step\n\n    step" + "".join(f"  {name:>8}" for name in names))
    tables = [dict(curves[name]) for name in names]
    for x in sorted(set().union(*tables)):
        print(f"{x:>8}" + "".join(f"  {table[x]:>8.1f}" if x in table else " " * 10 for table in tables))


if __name__ == "__main__":
    sys.exit(main())
