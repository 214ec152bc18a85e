"""patches/spinningup.py: before/after pairs, the files it leaves alone first."""
import re

import before_after
import pytest
import small_checkout
from hypothesis import given, settings
from hypothesis import strategies as st

from neptune_writer.points.lines import steps_of
from neptune_writer.points.whole import WholeRun
from neptune_writer.points.rows import Row
from patches import apply_patch, discover
from patches.edits import Refused, remove_edits
from patches.spinningup import PATCH

IMPORT = ('neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], '
          'level=1 if __package__ else 0)  # neptune\n')
ROW = '("TotalEnvInteracts", "Epoch")'


def added(before):
    """The lines that the patch adds or changes, without the import."""
    first, *rest = before_after.added(PATCH, before)
    assert first == IMPORT.strip()
    return rest


def logger(init="def __init__(self, output_dir=None, exp_name=None): pass", more="",
           head="class Logger:", save="def save_config(self, config): pass", tail=""):
    """A logger; each method's body is put on a line of its own."""
    methods = [init, "def log_tabular(self, key, val): self.log_current_row[key] = val", save,
               "def dump_tabular(self): self.log_current_row.clear()", more]
    text = "\n".join(f"    {method}" for method in methods if method) + "\n"
    return head + "\n" + re.sub(r"\): (.+)", r"):\n        \1", text) + tail


@pytest.mark.parametrize("text", [
    "", "x = 1\n",
    "logger.log_tabular('a', 1); logger.dump_tabular()\n",
    "def log_tabular(key, val): pass\ndef dump_tabular(): pass\n",
    "class Reader:\n    def log_tabular(self): pass\n",
    "class Mine(logx.EpochLogger):\n    def log_tabular(self, k): self.log_current_row[k] = 1\n",
    "class Mine(Logger):\n    def log_tabular(self, k): pass\n"
    "    def dump_tabular(self):\n        super().dump_tabular()\n",
    "def outer():\n    class Logger:\n        def log_tabular(self): pass\n"
    "        def dump_tabular(self): pass\n",
    "class Codec:\n    def convert_json(self, obj): pass\n",
    "def convert_json(): pass\n",
])
def test_a_file_without_logger_is_left_alone(text):
    assert apply_patch(PATCH, text.encode()) is None


@pytest.mark.parametrize("raw", [b"", b"logger.log_tabular('a', 1)", b"class Logger: pass"])
def test_most_files_are_not_even_parsed(raw):
    assert not PATCH.may_edit(raw)


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_logger():
    assert added(logger()) == [
        "def __init__(self, output_dir=None, exp_name=None, neptune_experiment=None):",
        "neptune_writer.connect(self, neptune_experiment, output_dir=output_dir, "
        "exp_name=exp_name)  # neptune",
        "config = neptune_writer.write_config(self, config)  # neptune",
        f"neptune_writer.write_row(self, self.log_current_row, step={ROW})  # neptune"]


def test_the_logger_whole():
    new = apply_patch(PATCH, small_checkout.LOGGER.encode())
    assert not new.companion
    text = new.new.decode()
    assert '"""Open the progress file."""\n        neptune_writer.connect(self, ' in text
    assert '"""Print the row."""\n        neptune_writer.write_row(self, ' in text
    assert f"import convert_json\n{IMPORT}\n\nclass Logger" in text
    assert text.endswith("self.epoch_dict = {}")


def test_names_are_those_of_the_file():
    before = logger("def __init__(this, log_dir, **kw): pass",
                    save="def save_config(me, cfg): pass", head="class Table(object):")
    assert added(before) == [
        "def __init__(this, log_dir, neptune_experiment=None, **kw):",
        "neptune_writer.connect(this, neptune_experiment)  # neptune",
        "cfg = neptune_writer.write_config(me, cfg)  # neptune",
        f"neptune_writer.write_row(self, self.log_current_row, step={ROW})  # neptune"]


@pytest.mark.parametrize("parameters, step", [
    ("self, global_step", f"{ROW} if global_step is None else global_step"),
    ("self, show=True, step=None", f"{ROW} if step is None else step"),
    ("self, show=True", ROW),
])
def test_a_step_that_dump_tabular_is_given_is_the_rows(parameters, step):
    """X9."""
    before = logger().replace("def dump_tabular(self)", f"def dump_tabular({parameters})")
    assert added(before)[-1] == f"neptune_writer.write_row(self, self.log_current_row, step={step})  # neptune"


def test_save_config_may_be_missing():
    assert [line.split("(")[0] for line in added(logger(save=""))][1:] == [
        "neptune_writer.connect", "neptune_writer.write_row"]


def test_a_private_row_is_found_as_well():
    before = logger().replace("log_current_row", "_log_current_row")
    assert f"self._log_current_row, step={ROW}" in added(before)[-1]


def test_two_loggers_in_one_file_share_the_import():
    new = apply_patch(PATCH, (logger() + logger(head="class Other:")).encode()).new
    assert new.count(b"__import__") == 1
    assert new.count(b"neptune_writer.write_row(") == 2


def test_a_subclass_that_forwards_everything_is_left_alone():
    tail = ("class Epoch(Logger):\n    def __init__(self, *args, **kwargs):\n"
            "        super().__init__(*args, **kwargs)\n"
            "    def dump_tabular(self):\n        super().dump_tabular()\n"
            "    def save_config(self, config):\n        Logger.save_config(self, config)\n")
    assert added(logger(tail=tail)) == added(logger())


def test_a_subclass_with_its_own_signature_passes_the_experiment_on():
    tail = ("class Epoch(Logger):\n    def __init__(self, folder):\n"
            "        super(Epoch, self).__init__(folder)\n")
    assert added(logger(tail=tail))[-2:] == [
        "def __init__(self, folder, neptune_experiment=None):",
        "super(Epoch, self).__init__(folder, neptune_experiment=neptune_experiment)"]


def test_a_subclass_that_overrides_without_super_writes_by_itself():
    tail = ("class Quiet(Logger):\n    def dump_tabular(self):\n"
            "        self.log_current_row.clear()\n"
            "    def save_config(self, config):\n        return\n")
    assert len(added(logger(tail=tail))) == len(added(logger())) + 2


def test_a_grandchild_is_edited_once():
    tail = ("class A(Logger): pass\nclass B(Logger): pass\nclass C(A, B):\n"
            "    def __init__(self, a):\n        super().__init__(a)\n")
    assert added(logger(tail=tail))[-2:] == [
        "def __init__(self, a, neptune_experiment=None):",
        "super().__init__(a, neptune_experiment=neptune_experiment)"]


def test_only_bases_that_are_loggers_count():
    """What a class leaves to another base, none of us writes."""
    tail = ("class Epoch(Logger, Thread):\n    def __init__(self, folder):\n"
            "        Thread.__init__(self)\n        Logger.__init__(self, folder)\n"
            "    def dump_tabular(self):\n        Thread.dump_tabular(self)\n")
    assert added(logger(tail=tail))[-3:] == [
        "def __init__(self, folder, neptune_experiment=None):",
        "Logger.__init__(self, folder, neptune_experiment=neptune_experiment)",
        f"neptune_writer.write_row(self, self.log_current_row, step={ROW})  # neptune"]


def test_a_base_of_another_module_is_not_the_class_of_that_name_here():
    tail = "class Epoch(other.Logger):\n    def __init__(self, a):\n        super().__init__(a)\n"
    assert added(logger(tail=tail)) == added(logger())


@pytest.mark.parametrize("forwarded, passed_on", [
    ("**kwargs", ""), ("**made(folder)", ", neptune_experiment=neptune_experiment")])
def test_keywords_that_are_made_on_the_spot_are_not_the_callers(forwarded, passed_on):
    head = "class Epoch(Logger):\n    def __init__(self, folder, kwargs=None"
    text = logger(tail=f"{head}):\n        super().__init__({forwarded})\n")
    new = apply_patch(PATCH, text.encode()).new.decode()
    assert f"super().__init__({forwarded}{passed_on})" in new
    assert (f"{head}, neptune_experiment=None):" in new) == bool(passed_on)


def test_a_logger_on_a_base_of_another_file_keeps_its_constructor():
    assert [line.split("(")[0] for line in added(logger("", head="class Mine(Logger):"))] == [
        "config = neptune_writer.write_config", "neptune_writer.write_row"]


def test_a_logger_named_as_its_base_of_another_file():
    before = "from logx import Logger\n" + logger("", head="class Logger(Logger):")
    assert len(added(before)) == 2


@pytest.mark.parametrize("block", [
    "if x:", "with x:", "try:\n    pass\nfinally:", "try:\n    import x\nexcept ImportError:"])
def test_a_logger_in_a_block(block):
    text = "".join(f"    {line}\n" for line in logger().splitlines())
    assert added(f"{block}\n{text}") == added(logger())


@pytest.mark.parametrize("text, reason", [
    (logger().replace("dump_tabular", "write_table"),
     "expected Logger.dump_tabular once, found none"),
    (logger().replace("log_current_row", "row"),
     "expected self.log_current_row in class Logger once, found none"),
    (logger(""), "expected Logger.__init__ once, found none"),
    (logger("", head="class Logger(object):"), "expected Logger.__init__ once, found none"),
    (logger("def __init__(): pass"), r"expected Logger.__init__\(self, ...\), found no parameter"),
    (logger("def __init__(*args): pass"), r"expected Logger.__init__\(self, ...\), found no parameter"),
    (logger("@classmethod\n    def __init__(cls): pass"), r"__init__\(self, ...\), found a classmethod"),
    (logger(save="@staticmethod\n    def save_config(config, path): pass"),
     r"expected Logger.save_config\(self, ...\), found a staticmethod"),
    (logger(tail="class E(Mixin, Logger):\n    def __init__(self, a):\n        super().__init__(a)\n"),
     "expected E's first base to be a logger, since super\\(\\) calls it, found Mixin"),
    (logger(tail="class E(Logger):\n    def __init__(self):\n        pass\n"),
     "expected E.__init__'s call of its base's __init__ once, found none"),
    (f"if x:\n    A = 1\n{logger()}\n{logger()}", "expected Logger.__init__ once, found 2"),
    (logger() + "print 'a'\n", "expected valid Python 3, found .*print.*, line 10"),
    (logger() + "x = '\x00'\n", "expected valid Python 3"),
    (logger("def __init__(self, neptune_experiment): pass"), "compile"),
])
def test_a_missing_anchor_is_named(text, reason):
    with pytest.raises(Refused, match=reason):
        apply_patch(PATCH, text.encode())


def test_the_serialiser():
    before = "import json\n\n\ndef convert_json(thing):\n    '''Doc.'''\n    return thing\n"
    patched = apply_patch(PATCH, before.encode())
    assert patched.companion
    assert patched.new.decode() == (
        f"import json\n{IMPORT}\n\ndef convert_json(thing):\n    '''Doc.'''\n"
        "    thing = neptune_writer.hide_experiment(thing)  # neptune\n    return thing\n")


def test_logger_and_serialiser_in_one_file():
    patched = apply_patch(PATCH, (small_checkout.SERIALISER + logger()).encode())
    assert not patched.companion
    assert patched.new.count(b"__import__") == 1
    assert patched.new.count(b"# neptune") == 5


@pytest.mark.parametrize("package, name", [("small.utils", "small.utils.logx"), ("", "logx")])
def test_the_import_works_under_both_names(tmp_path, monkeypatch, package, name):
    """Some forks import the file as `utils.logx` from one script and as `logx` from another."""
    folder = tmp_path / "small" / "utils"
    small_checkout.make(tmp_path, {
        "small/__init__.py": "", "small/utils/__init__.py": "",
        "small/utils/neptune_writer/__init__.py": "def connect(*a): return 'ours'\n",
        "small/utils/logx.py": IMPORT + "answer = neptune_writer.connect()\n"})
    monkeypatch.syspath_prepend(str(tmp_path if package else folder))
    for loaded in ("neptune_writer", "small", "small.utils"):
        monkeypatch.delitem(__import__("sys").modules, loaded, raising=False)
    assert __import__(name, fromlist=["answer"]).answer == "ours"
    for loaded in [key for key in __import__("sys").modules if key.startswith(("small.", "logx"))]:
        monkeypatch.delitem(__import__("sys").modules, loaded)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(eol=st.sampled_from(["\n", "\r\n"]), tabs=st.booleans(), tail=st.booleans(),
       head=st.sampled_from([b"", b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n# \xe9\n",
                             b"x = 1\n\x0c\n"]),
       parameters=st.permutations(["output_dir=None", "exp_name=None", "other=3"]),
       star=st.sampled_from(["", ", *args", ", **kwargs", ", *args, key=1, **kwargs"]))
def test_any_logger_comes_back_byte_for_byte(eol, tabs, tail, head, parameters, star):
    text = logger(f"def __init__(self, {', '.join(parameters)}{star}): pass")
    text = text.replace("    ", "\t") if tabs else text
    text = text if tail else text.rstrip()
    raw = head.replace(b"\n", eol.encode()) + text.replace("\n", eol).encode()
    new = apply_patch(PATCH, raw).new
    assert remove_edits(new).base == raw
    assert len(remove_edits(new).pieces) == 5
    assert apply_patch(PATCH, remove_edits(new).base).new == new


def test_the_rows_of_safe_policy_optimization_stand_at_its_environment_steps():
    """Its logger is this one, and calls them Train/TotalSteps: none of the names that the line gives."""
    said = {"framework": "spinningup", "steps": ["TotalEnvInteracts", "Epoch"]}
    rows = [Row(None, None, None, {"Loss": 1.0, "Train/Epoch": epoch, "Train/TotalSteps": 2000 * epoch}, 0.0, "k")
            for epoch in (1, 2, 3)]
    assert [placed.x for placed in WholeRun(lambda: rows, *steps_of(said)).points()] == [2000, 4000, 6000]
