"""4. Real training: what of its wall time is this writer's, and what its child process takes beside it."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench import Bench, Unavailable
from releases import ReleaseUnavailable, unpacked
from results import Figure, Table

ROOT = Path(__file__).resolve().parents[2]
RELEASE = "stable_baselines3==2.9.2"
FRAMEWORKS = {  # name -> (environment, where a clone or a release is)
    "stable_baselines3": ("stable-baselines3", lambda: unpacked(RELEASE)),
    "spinningup": ("spinningup-py311", lambda: ROOT / os.environ.get("SPINNINGUP", "../spinningup")),
}
COLUMNS = ["training", "wall, s", "rows", "first row, ms", "our calls, ms", "our thread, ms", "overhead, %",
           "child CPU, s", "child memory, MB"]


def measure(bench: Bench):
    """Tables and figures of this point."""
    rows, shares, notes = [], {}, []
    for framework, (environment, place) in FRAMEWORKS.items():
        checkout = None
        for experiment in ("offline", "live"):
            name = f"PPO of {framework}, {'a spec' if experiment == 'offline' else 'a live run'}"
            bench.say(f"training: {name}")
            try:
                checkout = checkout or _patched(bench, place, environment)
                spent = bench.run("training.py", framework, experiment, bench.effort.timesteps, environment=environment,
                                  path=[str(checkout)])
            except (Unavailable, ReleaseUnavailable) as error:
                notes.append([name, str(error)])
                rows.append([name] + [None] * (len(COLUMNS) - 1))
                continue
            shares[name] = 100 * (spent["calls"] + spent["thread"]) / spent["wall"]
            rows.append([name, spent["wall"], spent["rows"], spent["first"] * 1e3, spent["calls"] * 1e3,
                         spent["thread"] * 1e3, shares[name], spent["child_cpu"] if experiment == "offline" else None,
                         spent["child_memory"] / 1e6 if experiment == "offline" else None])
    tables = [Table(f"4. Real training, {bench.effort.timesteps:,} steps", COLUMNS, rows)]
    return tables + ([Table("Not measured", ["training", "why"], notes)] if notes else []), [
        Figure(f"overhead, {name}", shares.get(name), "% of wall time", most=0.5) for name, *_ in rows]


def _patched(bench, place, environment):
    """A copy of the framework with the patch installed, compiled as after its first training."""
    if not bench.effort.environments:
        raise Unavailable("trained in the environments of the tests, which this effort does without")
    source = place()
    if not source.is_dir():
        raise Unavailable(f"no clone in {source}; set SPINNINGUP")
    checkout = bench.new_folder("checkout") / source.name
    shutil.copytree(source, checkout, symlinks=True, ignore=shutil.ignore_patterns("data", "__pycache__", ".git"))
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "install.py"), str(checkout)], capture_output=True,
                          text=True)
    if done.returncode:
        raise Unavailable(done.stderr.strip())
    for package in checkout.rglob("neptune_writer"):
        subprocess.run([bench.python(environment), "-m", "compileall", "-q", str(package)], check=True)
    return checkout
