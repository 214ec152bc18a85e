"""patches/spinningup.py: whole files before and after, those that it leaves alone first."""
import pytest
import small_checkout
from before_after import check_noop, check_patched
from hypothesis import given, settings
from hypothesis import strategies as st

from neptune_writer.points.lines import steps_of
from neptune_writer.points.whole import WholeRun
from neptune_writer.points.rows import Row
from patches import apply_patch, discover
from patches._removing import remove_edits
from patches.edits import Refused
from patches.spinningup import PATCH


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
    check_noop(PATCH, text)


@pytest.mark.parametrize("raw", [b"", b"logger.log_tabular('a', 1)", b"class Logger: pass"])
def test_most_files_are_not_even_parsed(raw):
    assert not PATCH.may_edit(raw)


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_logger():
    """A subclass that forwards everything is left alone."""
    check_patched(
        PATCH,
        before='''\
"""A logger that prints a table."""
import json


class Logger:
    def __init__(self, output_dir=None, exp_name=None):
        """Open the progress file."""
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def save_config(self, config):
        print(json.dumps(config))

    def dump_tabular(self):
        """Print the row."""
        print(self.log_current_row)


class EpochLogger(Logger):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def save_config(self, config):
        Logger.save_config(self, config)

    def dump_tabular(self):
        super().dump_tabular()
''',
        after='''\
"""A logger that prints a table."""
import json
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune


class Logger:
    def __init__(self, output_dir=None, exp_name=None, neptune_experiment=None):
        """Open the progress file."""
        neptune_writer.connect(self, neptune_experiment, output_dir=output_dir, exp_name=exp_name)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def save_config(self, config):
        config = neptune_writer.write_config(self, config)  # neptune
        print(json.dumps(config))

    def dump_tabular(self):
        """Print the row."""
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        print(self.log_current_row)


class EpochLogger(Logger):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def save_config(self, config):
        Logger.save_config(self, config)

    def dump_tabular(self):
        super().dump_tabular()
''',
    )


def test_the_logger_of_a_package_that_imports_its_own_modules():
    """The file is a part of its package and nothing else, so the import is an ordinary one. It has no save_config."""
    check_patched(
        PATCH,
        before='''\
from .mpi_tools import proc_id


class Logger:
    def __init__(self, output_dir=None):
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        print(self.log_current_row)
''',
        after='''\
from .mpi_tools import proc_id
from . import neptune_writer  # neptune


class Logger:
    def __init__(self, output_dir=None, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment, output_dir=output_dir)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        print(self.log_current_row)
''',
    )


def test_names_are_those_of_the_file():
    check_patched(
        PATCH,
        before='''\
class Table(object):
    def __init__(this, log_dir, **kw):
        this._log_current_row = {}

    def log_tabular(this, key, val):
        this._log_current_row[key] = val

    def save_config(me, cfg):
        print(cfg)

    def dump_tabular(it):
        print(it._log_current_row)
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class Table(object):
    def __init__(this, log_dir, neptune_experiment=None, **kw):
        neptune_writer.connect(this, neptune_experiment)  # neptune
        this._log_current_row = {}

    def log_tabular(this, key, val):
        this._log_current_row[key] = val

    def save_config(me, cfg):
        cfg = neptune_writer.write_config(me, cfg)  # neptune
        print(cfg)

    def dump_tabular(it):
        neptune_writer.write_row(it, it._log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        print(it._log_current_row)
''',
    )


def test_a_step_that_dump_tabular_is_given_is_the_rows():
    """X9."""
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self):
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self, show=True, global_step=None):
        print(self.log_current_row)
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self, show=True, global_step=None):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch") if global_step is None else global_step)  # neptune
        print(self.log_current_row)
''',
    )


def test_two_loggers_in_one_file_share_the_import():
    check_patched(
        PATCH,
        before='''\
class One:
    def __init__(self):
        pass

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass


class Other:
    def __init__(self):
        pass

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class One:
    def __init__(self, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        pass

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass


class Other:
    def __init__(self, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        pass

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass
''',
    )


def test_a_subclass_with_its_own_signature_passes_the_experiment_on():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, folder):
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass


class Epoch(Logger):
    def __init__(self, folder):
        super(Epoch, self).__init__(folder)
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, folder, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass


class Epoch(Logger):
    def __init__(self, folder, neptune_experiment=None):
        super(Epoch, self).__init__(folder, neptune_experiment=neptune_experiment)
''',
    )


def test_a_subclass_that_overrides_without_super_writes_by_itself():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, folder):
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass


class Quiet(Logger):
    def dump_tabular(self):
        self.log_current_row.clear()

    def save_config(self, config):
        return
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, folder, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass


class Quiet(Logger):
    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        self.log_current_row.clear()

    def save_config(self, config):
        config = neptune_writer.write_config(self, config)  # neptune
        return
''',
    )


def test_a_grandchild_is_edited_once():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, folder):
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass


class A(Logger): pass
class B(Logger): pass
class C(A, B):
    def __init__(self, a):
        super().__init__(a)
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, folder, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass


class A(Logger): pass
class B(Logger): pass
class C(A, B):
    def __init__(self, a, neptune_experiment=None):
        super().__init__(a, neptune_experiment=neptune_experiment)
''',
    )


def test_only_bases_that_are_loggers_count():
    """What a class leaves to another base, none of us writes."""
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, folder):
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass


class Epoch(Logger, Thread):
    def __init__(self, folder):
        Thread.__init__(self)
        Logger.__init__(self, folder)

    def dump_tabular(self):
        Thread.dump_tabular(self)
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, folder, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass


class Epoch(Logger, Thread):
    def __init__(self, folder, neptune_experiment=None):
        Thread.__init__(self)
        Logger.__init__(self, folder, neptune_experiment=neptune_experiment)

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        Thread.dump_tabular(self)
''',
    )


def test_a_base_of_another_module_is_not_the_class_of_that_name_here():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, folder):
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass


class Epoch(other.Logger):
    def __init__(self, a):
        super().__init__(a)
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, folder, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass


class Epoch(other.Logger):
    def __init__(self, a):
        super().__init__(a)
''',
    )


def test_keywords_that_are_made_on_the_spot_are_not_the_callers():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, folder):
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass


class Forwards(Logger):
    def __init__(self, folder, **kwargs):
        super().__init__(**kwargs)


class Makes(Logger):
    def __init__(self, folder, kwargs=None):
        super().__init__(**made(folder))
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, folder, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        self.log_current_row = {}

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass


class Forwards(Logger):
    def __init__(self, folder, **kwargs):
        super().__init__(**kwargs)


class Makes(Logger):
    def __init__(self, folder, kwargs=None, neptune_experiment=None):
        super().__init__(**made(folder), neptune_experiment=neptune_experiment)
''',
    )


def test_a_logger_in_a_block():
    check_patched(
        PATCH,
        before='''\
try:
    import mpi4py
except ImportError:
    class Logger:
        def __init__(self):
            pass
        def log_tabular(self, key, val):
            self.log_current_row[key] = val
        def dump_tabular(self):
            pass
''',
        after='''\
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune
try:
    import mpi4py
except ImportError:
    class Logger:
        def __init__(self, neptune_experiment=None):
            neptune_writer.connect(self, neptune_experiment)  # neptune
            pass
        def log_tabular(self, key, val):
            self.log_current_row[key] = val
        def dump_tabular(self):
            neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
            pass
''',
    )


def test_a_logger_whose_constructor_is_that_of_a_base_in_another_file():
    check_patched(
        PATCH,
        before='''\
from logx import Logger


class Logger(Logger):
    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass
''',
        after='''\
from logx import Logger
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune


class Logger(Logger):
    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass
''',
    )


def test_the_serialiser():
    check_patched(
        PATCH,
        before='''\
import json


def convert_json(thing):
    """Doc."""
    return thing
''',
        after='''\
import json
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune


def convert_json(thing):
    """Doc."""
    thing = neptune_writer.hide_experiment(thing)  # neptune
    return thing
''',
        companion=True,
    )


def test_logger_and_serialiser_in_one_file():
    check_patched(
        PATCH,
        before='''\
import json


def convert_json(obj):
    return obj


class Logger:
    def __init__(self):
        pass

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        pass
''',
        after='''\
import json
neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1 if __package__ else 0)  # neptune


def convert_json(obj):
    obj = neptune_writer.hide_experiment(obj)  # neptune
    return obj


class Logger:
    def __init__(self, neptune_experiment=None):
        neptune_writer.connect(self, neptune_experiment)  # neptune
        pass

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def dump_tabular(self):
        neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))  # neptune
        pass
''',
    )


LOGGER = '''\
class Logger:
    def __init__(self, output_dir=None, exp_name=None):
        pass

    def log_tabular(self, key, val):
        self.log_current_row[key] = val

    def save_config(self, config):
        pass

    def dump_tabular(self):
        self.log_current_row.clear()
'''
INIT, SAVE = "def __init__(self, output_dir=None, exp_name=None):", "def save_config(self, config):"
WITHOUT_INIT = LOGGER.replace(INIT, "def start(self):")


@pytest.mark.parametrize("text, reason", [
    (LOGGER.replace("dump_tabular", "write_table"), "Logger.dump_tabular is missing"),
    (LOGGER.replace("log_current_row", "row"), "self.log_current_row in class Logger is missing"),
    (WITHOUT_INIT, "Logger.__init__ is missing"),
    (WITHOUT_INIT.replace("Logger:", "Logger(object):"), "Logger.__init__ is missing"),
    (LOGGER.replace(INIT, "def __init__():"), "Logger.__init__ takes no parameter, where it should take self"),
    (LOGGER.replace(INIT, "def __init__(*args):"), "Logger.__init__ takes no parameter, where it should take self"),
    (LOGGER.replace(INIT, "@classmethod\n    def __init__(cls):"),
     "Logger.__init__ is a classmethod, where it should take self"),
    (LOGGER.replace(SAVE, "@staticmethod\n    def save_config(config, path):"),
     "Logger.save_config is a staticmethod, where it should take self"),
    (LOGGER + "class E(Mixin, Logger):\n    def __init__(self, a):\n        super().__init__(a)\n",
     r"super\(\) in E.__init__ calls Mixin, its first base, which is not a logger"),
    (LOGGER + "class E(Logger):\n    def __init__(self):\n        pass\n",
     "E.__init__'s call of its base's __init__ is missing"),
    (LOGGER + LOGGER, "Logger.__init__ is there 2 times, not once"),
    (LOGGER + "print 'a'\n", "Python 3.*, which runs this, cannot read it: .*print.*, line 13"),
    (LOGGER + "x = '\x00'\n", "no Python can read it: |it cannot be parsed: "),
    (LOGGER.replace(INIT, "def __init__(self, neptune_experiment):"), "the edited file would not compile: "),
])
def test_why_a_logger_is_refused(text, reason):
    with pytest.raises(Refused, match=reason):
        apply_patch(PATCH, text.encode())


IMPORT = ('neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], '
          'level=1 if __package__ else 0)  # neptune\n')


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


@pytest.mark.slow
@settings(derandomize=True, max_examples=60, deadline=None)
@given(eol=st.sampled_from(["\n", "\r\n"]), tabs=st.booleans(), tail=st.booleans(),
       head=st.sampled_from([b"", b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n# \xe9\n",
                             b"x = 1\n\x0c\n"]),
       parameters=st.permutations(["output_dir=None", "exp_name=None", "other=3"]),
       star=st.sampled_from(["", ", *args", ", **kwargs", ", *args, key=1, **kwargs"]))
def test_any_logger_comes_back_byte_for_byte(eol, tabs, tail, head, parameters, star):
    text = LOGGER.replace(INIT, f"def __init__(self, {', '.join(parameters)}{star}):")
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
