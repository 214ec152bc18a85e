"""7. A SummaryWriter that records its scalars, beside one that does not, in one process and in turns."""
import shutil
import subprocess
import sys
from pathlib import Path

from bench import Bench, Unavailable
from results import Figure, Table

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = "torch-py311"
WRITERS = {  # name -> (where its package lies in site-packages, the most that it may cost beside one without)
    "torch": ("torch/utils/tensorboard", 1.25),
    "tensorboardX": ("tensorboardX", 1.4),
}


def measure(bench: Bench):
    """Tables and figures of this point."""
    rows, ratios = [], {}
    for name, (place, _) in WRITERS.items():
        bench.say(f"a scalar: {name}")
        try:
            found = bench.run("scalar.py", "plain", "patched", bench.effort.rounds, bench.effort.turn,
                              environment=ENVIRONMENT, path=[str(_copies(bench, place))], NEPTUNE_EXPERIMENT="journal")
        except Unavailable as error:
            bench.say(str(error))
            rows.append([name, None, None, None])
            continue
        plain, patched, block = found["plain"], found["patched"], found["block"]
        if found["rows"] < patched["calls"] * block:
            raise AssertionError(f"{name}: {patched['calls'] * block:,} scalars, {found['rows']:,} rows in the journal")
        ratios[name] = patched["ratio"]
        rows.append([name, plain["median"] / block, patched["median"] / block, patched["ratio"]])
    return [Table("7. Microseconds for a scalar, until it is in the event file",
                  ["writer", "as it is", "with a journal", "ratio"], rows)], [
        Figure(f"a scalar of {name}, journal", ratios.get(name), "x as it is", most=most)
        for name, (_, most) in WRITERS.items()]


def _copies(bench, place):
    """A folder with two copies of the writer's package: ``plain``, and ``patched`` with the patch installed."""
    if not bench.effort.environments:
        raise Unavailable("drawn in an environment of the tests, which this effort does without")
    site, = Path(bench.python(ENVIRONMENT)).parents[1].glob("lib/python3*/site-packages")
    folder = bench.new_folder("writers")
    for name in ("patched", "plain"):
        shutil.copytree(site / place, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        if name == "patched":
            done = subprocess.run([sys.executable, str(ROOT / "scripts" / "install.py"), str(folder)],
                                  capture_output=True, text=True)
            if done.returncode:
                raise Unavailable(done.stderr.strip())
    subprocess.run([bench.python(ENVIRONMENT), "-m", "compileall", "-q", str(folder)], check=True)
    return folder
