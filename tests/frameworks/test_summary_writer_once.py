"""frameworks/summary_writer/others: a training that is recorded elsewhere is not recorded twice."""
import pytest
from small_checkout import call, make
from small_tables import OFFLINERL_KIT
from small_writers import TORCH
from tables_driven import drive, runs

from scripts import install

DRAWS = OFFLINERL_KIT + """

def draw(writer):
    writer.add_scalar("drawn", 1, 1)
"""
HELPER = "def draw(writer):\n    writer.add_scalar('drawn', 1, 1)\n"
SENDS = "import {0}\nfrom lib.writer import SummaryWriter\n\n\nclass Sending(SummaryWriter):\n" \
        "    def add_scalar(self, tag, scalar_value, global_step=None, walltime=None):\n" \
        "        super().add_scalar(tag, scalar_value, global_step, walltime)\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Packages: a patched writer; a framework in site-packages that is patched, one that is not, and a clone of one."""
    folder = tmp_path_factory.mktemp("packages")
    for root, files in (
            ("", {"lib/__init__.py": "", "lib/writer.py": TORCH}),
            ("site-packages", {"patched/__init__.py": "", "patched/logger.py": DRAWS, "patched/tb.py": HELPER}),
            ("clone", {"ours/__init__.py": "", "ours/logger.py": DRAWS, "ours/tb.py": HELPER})):
        make(folder / root, files)
        assert call(install, folder / root) == 0
    make(folder / "plain", {
        "site-packages/other/__init__.py": "", "site-packages/other/tb.py": HELPER,
        "neptune/__init__.py": "", "wandb/__init__.py": "", "sends.py": SENDS.format("neptune"),
        "sends_elsewhere.py": SENDS.format("wandb"), "callback.py": HELPER,
        "mlflow.py": "def wrap(method):\n    def wrapped(*args):\n        return method(*args)\n    return wrapped\n"})
    return folder


@pytest.fixture
def drawn(tmp_path, library):
    """What runs a script, and returns the names of all metrics that are recorded."""
    paths = [str(library / name) for name in ("", "site-packages", "clone", "plain", "plain/site-packages")]

    def run(code, experiment="journal"):
        drive(tmp_path, "import sys\nsys.path[:0] = %r\nfrom lib.writer import SummaryWriter\n" % paths + code,
              NEPTUNE_EXPERIMENT=experiment)
        return sorted(name for run in runs(tmp_path) for name in run.points)
    return run


TRAIN = "import {0}\n{1}\nwriter = SummaryWriter('out/a')\n{0}.draw(writer)\nwriter.add_scalar('mine', 2, 2)"


@pytest.mark.parametrize("module, before, names", [
    ("patched.logger", "", ["mine"]), ("ours.logger", "", ["mine"]),                # as SB3's format, in the same file
    ("patched.tb", "import patched.logger", ["mine"]),                              # as Ray's TBX, in another
    ("patched.tb", "", ["drawn", "mine"]),                                          # whose logger nobody has imported
    ("other.tb", "import patched.logger", ["drawn", "mine"]), ("callback", "import patched.logger", ["drawn", "mine"])])
def test_what_a_patched_framework_draws_is_its_own_and_the_rest_is_recorded(drawn, module, before, names):
    assert drawn(TRAIN.format(module, before)) == names


def test_a_file_of_a_clone_that_its_patched_logger_calls(drawn):
    """As dowel's TensorBoard output, which the logger calls."""
    assert drawn("""
import ours.logger, ours.tb
writer = SummaryWriter("out/a")
exec("def log(writer): ours_tb.draw(writer)", dict(vars(ours.logger), ours_tb=ours.tb), globals())
log(writer)
writer.add_scalar("mine", 2, 2)
""") == ["mine"]


def test_a_callback_that_a_patched_framework_calls_is_the_users(drawn):
    assert drawn("""
import patched.logger, callback
writer = SummaryWriter("out/a")
exec("def learn(call): call()", vars(patched.logger))
patched.logger.learn(lambda: callback.draw(writer))
""") == ["drawn"]


def test_what_wraps_a_method_is_looked_through(drawn):
    """As MLflow's autolog does."""
    assert drawn("""
import mlflow, patched.logger, callback
SummaryWriter.add_scalar = mlflow.wrap(SummaryWriter.add_scalar)
writer = SummaryWriter("out/a")
patched.logger.draw(writer)
writer.add_scalar("mine", 1, 1)
patched.logger.draw(writer)
callback.draw(writer)
""") == ["drawn", "mine"]


@pytest.mark.parametrize("module, experiment, names", [
    ("sends", "journal", []), ("sends_elsewhere", "journal", ["x"])])
def test_a_subclass_that_sends_by_itself(drawn, module, experiment, names):
    """As rsl_rl's NeptuneLogWriter."""
    assert drawn("import %s\nwriter = %s.Sending('out/a')\nwriter.add_scalar('x', 1, 1)" % (module, module),
                 experiment) == names


def test_a_subclass_that_sends_nothing_is_recorded_once(drawn):
    assert drawn("""
class Mine(SummaryWriter):
    def add_scalar(self, *args):
        super().add_scalar(*args)
Mine("out/a").add_scalar("x", 1, 1)
""") == ["x"]
