"""patches/_tables.py and idioms/tables.py: what all loggers that dump a table have in common."""
import math

import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make
from small_tables import CLASS, FAMILIES, MODULE
from tables_driven import drive, installed, runs, taken_out

from neptune_writer import values
from neptune_writer.idioms import tables
from patches import apply_patch, discover, may_edit
from patches._patch import rarest
from patches.edits import AnchorError
from scripts import install

PATCHES = {patch.name: patch for patch in discover()}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_file_is_of_one_family(family):
    found = [name for name, patch in PATCHES.items() if apply_patch(patch, FAMILIES[family].encode())]
    assert found == [family]
    assert may_edit(list(PATCHES.values()))(FAMILIES[family].encode())


@pytest.mark.parametrize("family", FAMILIES)
def test_all_markers_are_asked_for(family):
    """Without one of its symbols it is none: no other code has all of them by chance."""
    patch = PATCHES[family]
    for name in patch.logger:
        other = FAMILIES[family].replace(name, "other")
        check_noop(patch, other)


@pytest.mark.parametrize("text", [
    "", "x = 1\n",
    "logger.record_tabular('a', 1); logger.dump_tabular()\n",
    "class Table:\n    def dump_tabular(self): pass\n    def record_tabular(self): pass\n",  # and no row
    "class Mine(Logger):\n    def record_tabular(self, k, v): self._tabular.append((k, v))\n"
    "    def dump_tabular(self):\n        super().dump_tabular()\n",  # which leaves it to its base
    "def outer():\n" + "".join(f"    {line}" for line in CLASS.splitlines(True)),
    "def record_tabular(): pass\ndef dump_tabular(): pass\n",
])
def test_what_is_left_alone(text):
    for patch in PATCHES.values():
        check_noop(patch, text)


def test_names_are_those_of_the_file():
    check_patched(
        PATCHES["rlkit"],
        before='''\
class Logger(object):
    def __init__(this):
        this._tabular, this._tabular_outputs = [], []

    def record_tabular(this, key, value):
        this._tabular.append((key, value))

    def dump_tabular(it):
        print(it._tabular)
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune
class Logger(object):
    def __init__(this):
        this._tabular, this._tabular_outputs = [], []

    def record_tabular(this, key, value):
        this._tabular.append((key, value))

    def dump_tabular(it):
        neptune_writer.write_row(it, it._tabular, folder=it._tabular_outputs)  # neptune
        print(it._tabular)
''',
    )


def test_a_subclass_that_dumps_by_itself_is_a_logger_as_well():
    check_patched(
        PATCHES["rlkit"],
        before='''\
class Logger(object):
    def __init__(self):
        self._tabular, self._snapshot_dir = [], None

    def record_tabular(self, key, value):
        self._tabular.append((key, value))

    def dump_tabular(self):
        print(self._tabular)


class Quiet(Logger):
    def dump_tabular(self):
        del self._tabular[:]


class Loud(Logger):
    def dump_tabular(self):
        super(Loud, self).dump_tabular()
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune
class Logger(object):
    def __init__(self):
        self._tabular, self._snapshot_dir = [], None

    def record_tabular(self, key, value):
        self._tabular.append((key, value))

    def dump_tabular(self):
        neptune_writer.write_row(self, self._tabular, folder=self._snapshot_dir)  # neptune
        print(self._tabular)


class Quiet(Logger):
    def dump_tabular(self):
        neptune_writer.write_row(self, self._tabular, folder=self._snapshot_dir)  # neptune
        del self._tabular[:]


class Loud(Logger):
    def dump_tabular(self):
        super(Loud, self).dump_tabular()
''',
    )


def test_an_attribute_that_may_not_be_set_yet_is_not_asked_for():
    """A line of ours never raises where the framework's own would not."""
    check_patched(
        PATCHES["rlkit"],
        before='''\
class Logger(object):
    def __init__(self):
        self._tabular = []

    def set_snapshot_dir(self, folder):
        self._snapshot_dir = folder

    def record_tabular(self, key, value):
        self._tabular.append((key, value))

    def dump_tabular(self):
        print(self._tabular)
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune
class Logger(object):
    def __init__(self):
        self._tabular = []

    def set_snapshot_dir(self, folder):
        self._snapshot_dir = folder

    def record_tabular(self, key, value):
        self._tabular.append((key, value))

    def dump_tabular(self):
        neptune_writer.write_row(self, self._tabular)  # neptune
        print(self._tabular)
''',
    )


def test_a_global_that_may_not_be_set_yet_is_not_asked_for():
    check_patched(
        PATCHES["rllab"],
        before='''\
_tabular = []


def set_snapshot_dir(folder):
    global _snapshot_dir
    _snapshot_dir = folder


def record_tabular(key, value):
    _tabular.append((key, value))


def dump_tabular():
    print(_tabular)
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune
_tabular = []


def set_snapshot_dir(folder):
    global _snapshot_dir
    _snapshot_dir = folder


def record_tabular(key, value):
    _tabular.append((key, value))


def dump_tabular():
    neptune_writer.write_row(__name__, _tabular)  # neptune
    print(_tabular)
''',
    )


def test_a_method_that_lacks_what_it_is_asked_for_is_refused():
    with pytest.raises(AnchorError, match=r"Logger.dump_all\(self, ...\) is missing"):
        apply_patch(PATCHES["dowel"], FAMILIES["dowel"].replace("dump_all(self, step=None)", "dump_all(self)").encode())


@pytest.mark.parametrize("text, number", [
    ("0.5", 0.5), ("3", 3), ("-12", -12), ("+1", 1), ("1e-05", 1e-5), ("inf", math.inf), (" 2.0 ", 2.0),
    ("True", 1), ("False", 0), ("tensor(0.5000)", 0.5), ("tensor(0.5000, grad_fn=<MulBackward0>)", 0.5),
    ("tensor(3.)", 3.0), ("tensor([2.5])", 2.5), ("array(1.5)", 1.5), ("[0.5]", 0.5), ("[[7]]", 7), ("12.", 12.0),
    (1.5, 1.5), (None, None)])
def test_texts_of_numbers_are_numbers(text, number):
    assert values.parsed_number(text) == number
    assert type(values.parsed_number(text)) is type(number)


@pytest.mark.parametrize("text", [
    "", "None", "1_000", "1,5", "[1, 2]", "[1 2]", "a", "0x10", "2026-01-02", "tensor([1., 2.])", "5 steps", "1.5e"])
def test_other_texts_stay(text):
    assert values.parsed_number(text) == text


def test_nan_is_a_number():
    assert math.isnan(values.parsed_number("nan"))


@pytest.mark.parametrize("place, name", [
    ("/data/sac-hopper/sac_hopper_2020_01_02_03_04_05_0000--s-3", "sac_hopper"),
    ("/data/local/exp/exp_2020_01_02_03_04_05_0001", "exp"),
    ("/runs/PPOLag-{Safety-v0}/seed-000-2023-01-02-03-04-05", "PPOLag-{Safety-v0}"),
    ("/log/hopper-medium-v2/cql/seed_1&timestamp_23-0101-120000", "cql"),
    ("/data/local/20200101/120000/example_1/run_0", "example_1"),
    ("/data/local/experiment/trpo_cartpole_3", "trpo_cartpole_3"),
    ("/out/s3", "out"), ("/out/lr_0.001", "lr_0.001"), ("/", None), (None, None)])
def test_runs_are_named_without_seed_and_time(place, name):
    assert tables.name_of(place) == name


TWO = """
import json, os
from lib.logger import logger
for seed in (0, 1):
    folder = "out/sac_2020_01_02_03_04_0%d_0000--s-%d" % (seed, seed)
    os.makedirs(folder)
    with open(folder + "/variant.json", "w") as file:
        json.dump({"lr": 0.1, "seed": seed, "api_key": "swordfish-7"}, file)
    logger.set_snapshot_dir(folder)
    for epoch in range(12):
        logger.record_tabular("Epoch", epoch)
        logger.record_tabular("return", epoch * 0.5 + seed)
        logger.record_tabular("exploration/num steps total", 0)  # it learns from a data set
        logger.record_tabular("note", "text")
        logger.dump_tabular()
        logger.dump_tabular()
"""


def test_a_folder_is_a_run_with_its_config_and_seeds_are_one_group(tmp_path):
    before = installed(tmp_path, "rlkit")
    _, errors = drive(tmp_path, TWO, NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert (one.name, one.framework, one.config["lr"]) == ("sac", "rlkit", 0.1)
    assert one.group == two.group and one.config["seed"] == 0 and two.config["seed"] == 1
    assert one.points["return"] == [(epoch, epoch * 0.5) for epoch in range(12)]
    assert two.points["return"] == [(epoch, epoch * 0.5 + 1) for epoch in range(12)]
    assert "swordfish" not in str(one) and errors.count("note: skipped, expected a number, found str") == 1
    assert taken_out(tmp_path, before)


@pytest.mark.parametrize("family", ["rlkit", "rllab"])
def test_nothing_configured_nothing_changed(tmp_path, family):
    code = TWO if family == "rlkit" else TWO.replace("from lib.logger import", "from lib import")
    make(tmp_path / "plain", {"lib/__init__.py": "", "lib/logger.py": FAMILIES[family]})
    installed(tmp_path / "patched", family)
    assert drive(tmp_path / "plain", code) == drive(tmp_path / "patched", code)
    assert runs(tmp_path) == []
    assert [(path.name, path.read_bytes()) for path in sorted((tmp_path / "plain/out").rglob("*.json"))] == [
        (path.name, path.read_bytes()) for path in sorted((tmp_path / "patched/out").rglob("*.json"))]


def test_the_code_may_name_the_experiment_of_a_logger_and_of_a_module(tmp_path):
    for family, get in (("rlkit", "from lib.logger import logger, neptune_writer"),
                        ("rllab", "from lib import logger; neptune_writer = logger.neptune_writer")):
        folder = tmp_path / family
        installed(folder, family)
        drive(folder, get + """
neptune_writer.connect(logger, "journal")
logger.set_snapshot_dir("out")
logger.record_tabular("Iteration", 3)
logger.dump_tabular()
try:
    neptune_writer.connect(logger, 5)
except TypeError as error:
    print(error)
""")
        run, = runs(folder)
        assert run.points["Iteration"] == [(3, 3)] and run.name == "out" and run.framework == family


def test_a_row_before_the_folder_is_known_is_one_of_its_run_and_a_file_tells_the_folder(tmp_path):
    installed(tmp_path, "rlkit")
    drive(tmp_path, """
from lib.logger import logger
import os
os.makedirs("out"); os.makedirs("other")
def row(step):
    logger.record_tabular("Epoch", step); logger.dump_tabular()
row(0)
logger.add_tabular_output("out/progress.csv")
row(1)
logger._tabular_outputs[0] = "other/progress.csv"
row(7)
""", NEPTUNE_EXPERIMENT="journal", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert [run.points["Epoch"] for run in runs(tmp_path)] == [[(0, 0), (1, 1)], [(7, 7)]]


def test_a_relative_folder_is_found_where_it_is_after_a_change_of_directory(tmp_path):
    installed(tmp_path, "rlkit")
    drive(tmp_path, """
import os
from lib.logger import logger
os.makedirs("out"); os.makedirs("elsewhere")
logger.set_snapshot_dir("out")
os.chdir("elsewhere")
logger.record_tabular("Epoch", 0); logger.dump_tabular()
""", NEPTUNE_EXPERIMENT="journal")
    assert [run.folder for run in runs(tmp_path)] == ["out"]


@pytest.mark.parametrize("variable", ["PMI_RANK", "OMPI_COMM_WORLD_RANK"])
def test_other_ranks_are_silent(tmp_path, variable):
    installed(tmp_path, "rllab")
    code = "from lib import logger\nlogger.record_tabular('Iteration', 0)\nlogger.dump_tabular()\n"
    drive(tmp_path, code, NEPTUNE_EXPERIMENT="journal", **{variable: "1"})
    assert runs(tmp_path) == []


def test_a_config_that_is_broken_costs_one_line(tmp_path):
    installed(tmp_path, "rllab")
    _, errors = drive(tmp_path, """
import os
from lib import logger
os.makedirs("out")
open("out/params.json", "w").write("{")
open("out/variant.json", "w").write('{"lr": 1}')
logger.set_snapshot_dir("out")
logger.record_tabular("Iteration", 0)
logger.dump_tabular()
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.config == {"lr": 1} and errors.count("the config was not read") == 1


def test_of_several_configs_the_later_counts_and_pickles_do_not(tmp_path):
    (tmp_path / "params.json").write_text('{"seed": 1, "lr": 1, "args_data": "gANj"}')
    (tmp_path / "variant.json").write_text('{"lr": 2}')
    assert tables.read_config(str(tmp_path)) == {"seed": 1, "lr": 2}
    assert tables.read_config(None) == {}


def test_module_and_class_lie_in_one_folder_under_their_own_names(tmp_path):
    make(tmp_path, {"lib/__init__.py": "", "lib/logger.py": CLASS, "lib/old.py": MODULE})
    assert call(install, tmp_path) == 0
    drive(tmp_path, """
from lib import old
from lib.logger import logger
for one, folder in ((old, "a"), (logger, "b")):
    one.set_snapshot_dir(folder); one.record_tabular("Iteration", 0); one.dump_tabular()
""", NEPTUNE_EXPERIMENT="journal")
    assert [(run.name, run.framework) for run in runs(tmp_path)] == [("a", "rllab"), ("b", "rlkit")]


def test_no_logger_is_looked_for_by_a_word_that_every_file_has():
    """The cheap test of all files of a tree: else each would be searched for the words of each patch."""
    targets = [target for patch in PATCHES.values() for target in patch.targets]
    assert not {rarest(target.signs) for target in targets} & {
        b"def " + name for name in (b"__init__", b"write", b"log", b"dump", b"add", b"flush", b"close")}
