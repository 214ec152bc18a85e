"""patches/stable_baselines.py: whole files before and after, those that it leaves alone first."""
import pytest
from before_after import check_noop, check_patched
from hypothesis import given, settings
from hypothesis import strategies as st
from small_formats import BASELINES, STABLE_BASELINES3

from patches import apply_patch, discover
from patches._removing import remove_edits
from patches.edits import Refused
from patches.stable_baselines import PATCH

LOGGER, MODELS = BASELINES["small/logger.py"], BASELINES["small/common/models.py"]


@pytest.mark.parametrize("text", [
    "", "x = 1\n",
    "import logger\nlogger.logkv('a', 1); logger.dumpkvs()\n",
    "def writekvs(kvs): pass\ndef dumpkvs(): pass\n",
    "class Mine(logger.KVWriter):\n    def writekvs(self, kvs): pass\n",  # a format of the user's
    "class Mine(logger.Logger):\n    def dumpkvs(self):\n        super().dumpkvs()\n",
    "class Logger:\n    def dumpkvs(self): pass\nclass KVWriter:\n    def writekvs(self, kvs): pass\n",
    STABLE_BASELINES3["small/common/logger.py"],
])
def test_a_file_without_logger_is_left_alone(text):
    check_noop(PATCH, text)


@pytest.mark.parametrize("text", [
    STABLE_BASELINES3["small/common/models.py"],
    "import logger\n" + STABLE_BASELINES3["small/common/models.py"],  # as before 1.1
    "import logger\nclass Mine(Base):\n    def _setup_learn(self): pass\n",
    "class Base:\n    def _setup_learn(self): pass\n",  # which writes to no logger
    "import logger\ndef _setup_learn(self): pass\n",
])
def test_a_file_without_models_is_left_alone(text):
    check_noop(PATCH, text)


@pytest.mark.parametrize("raw", [b"", b"logger.dumpkvs()", b"def writekvs(", b"class BaseAlgorithm: pass"])
def test_most_files_are_not_even_parsed(raw):
    assert not PATCH.may_edit(raw)


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_logger():
    """One that derives from it is left to it."""
    check_patched(
        PATCH,
        before='''\
import sys


class KVWriter(object):
    def writekvs(self, kvs):
        raise NotImplementedError


class Table(KVWriter):
    def writekvs(self, kvs):
        print(kvs)


def make_output_format(format, ev_dir):
    return Table()


class Logger(object):
    CURRENT = None

    def __init__(self, dir, output_formats):
        self.name2val = {}
        self.output_formats = output_formats

    def dumpkvs(self):
        for fmt in self.output_formats:
            fmt.writekvs(self.name2val)


class Quiet(Logger):
    def dumpkvs(self):
        super().dumpkvs()
''',
        after='''\
import sys
neptune_writer = __import__("neptune_writer.frameworks.stable_baselines", globals(), fromlist=["begin"], level=1 if __package__ else 0)  # neptune


class KVWriter(object):
    def writekvs(self, kvs):
        raise NotImplementedError
class NeptuneOutputFormat(neptune_writer.OutputFormat, KVWriter):  # neptune
    pass  # neptune


class Table(KVWriter):
    def writekvs(self, kvs):
        print(kvs)


def make_output_format(format, ev_dir):
    if format == "neptune":  # neptune
        return NeptuneOutputFormat(folder=ev_dir)  # neptune
    return Table()


class Logger(object):
    CURRENT = None

    def __init__(self, dir, output_formats):
        output_formats = neptune_writer.with_neptune(output_formats, dir, NeptuneOutputFormat)  # neptune
        self.name2val = {}
        self.output_formats = output_formats

    def dumpkvs(self):
        for fmt in self.output_formats:
            fmt.writekvs(self.name2val)


class Quiet(Logger):
    def dumpkvs(self):
        super().dumpkvs()
''',
    )


def test_names_are_those_of_the_file():
    """As in the oldest files."""
    check_patched(
        PATCH,
        before='''\
import sys


class OutputFormat(object):
    def writekvs(self, kvs):
        raise NotImplementedError


def make_output_format(_format, folder, log_suffix=""):
    return OutputFormat()


class Logger(object):
    def __init__(self, folder, output_formats, comm=None):
        self.output_formats = output_formats

    def dumpkvs(self):
        self.output_formats[0].writekvs({})
''',
        after='''\
import sys
neptune_writer = __import__("neptune_writer.frameworks.stable_baselines", globals(), fromlist=["begin"], level=1 if __package__ else 0)  # neptune


class OutputFormat(object):
    def writekvs(self, kvs):
        raise NotImplementedError
class NeptuneOutputFormat(neptune_writer.OutputFormat, OutputFormat):  # neptune
    pass  # neptune


def make_output_format(_format, folder, log_suffix=""):
    if _format == "neptune":  # neptune
        return NeptuneOutputFormat(folder=folder)  # neptune
    return OutputFormat()


class Logger(object):
    def __init__(self, folder, output_formats, comm=None):
        output_formats = neptune_writer.with_neptune(output_formats, folder, NeptuneOutputFormat)  # neptune
        self.output_formats = output_formats

    def dumpkvs(self):
        self.output_formats[0].writekvs({})
''',
    )


def test_of_several_formats_the_base_is_chosen_and_they_need_no_names():
    check_patched(
        PATCH,
        before='''\
import sys


class Quick:
    def writekvs(self, kvs):
        pass


class KVWriter:
    def writekvs(self, kvs):
        pass


class Logger:
    def __init__(self, dir, output_formats):
        self.output_formats = output_formats

    def dumpkvs(self):
        self.output_formats[0].writekvs({})
''',
        after='''\
import sys
neptune_writer = __import__("neptune_writer.frameworks.stable_baselines", globals(), fromlist=["begin"], level=1 if __package__ else 0)  # neptune


class Quick:
    def writekvs(self, kvs):
        pass


class KVWriter:
    def writekvs(self, kvs):
        pass
class NeptuneOutputFormat(neptune_writer.OutputFormat, KVWriter):  # neptune
    pass  # neptune


class Logger:
    def __init__(self, dir, output_formats):
        output_formats = neptune_writer.with_neptune(output_formats, dir, NeptuneOutputFormat)  # neptune
        self.output_formats = output_formats

    def dumpkvs(self):
        self.output_formats[0].writekvs({})
''',
    )


def test_the_models():
    check_patched(
        PATCH,
        before='''\
from abc import ABC

from small import logger


class BaseModel(ABC):
    def __init__(self, env):
        self.env = env

    def _setup_learn(self, seed):
        if self.env is None:
            raise ValueError("no environment")
''',
        after='''\
from abc import ABC

from small import logger


class BaseModel(ABC):
    def __init__(self, env):
        self.env = env

    def _setup_learn(self, seed):
        if self.env is None:
            raise ValueError("no environment")
        if hasattr(logger, "neptune_writer"):  # neptune
            logger.neptune_writer.begin(self, logger, seed=seed)  # neptune
''',
        companion=True,
    )


def test_a_seed_that_is_an_attribute_of_the_model_is_not_passed():
    check_patched(
        PATCH,
        before='''\
from abc import ABC

from small import logger


class BaseModel(ABC):
    def _setup_learn(me):
        return me
''',
        after='''\
from abc import ABC

from small import logger


class BaseModel(ABC):
    def _setup_learn(me):
        if hasattr(logger, "neptune_writer"):  # neptune
            logger.neptune_writer.begin(me, logger)  # neptune
        return me
''',
        companion=True,
    )


@pytest.mark.parametrize("text, reason", [
    (LOGGER.replace("def __init__(self, dir, output_formats)", "def __init__(self, dir, formats, output=None)"),
     r"Logger.__init__\(self, folder, output_formats\) is missing"),
    (LOGGER.replace("def __init__(self, dir, output_formats)", "def __init__(self, output_formats)"),
     r"Logger.__init__\(self, folder, output_formats\) is missing"),
    (LOGGER + "print 'a'\n", "which runs this, cannot read it: "),
])
def test_a_missing_anchor_is_named(text, reason):
    with pytest.raises(Refused, match=reason):
        apply_patch(PATCH, text.encode())


def test_a_format_in_a_block_is_refused():
    block = ("try:\n    import x\nexcept ImportError:\n    class KVWriter(object):\n"
             "        def writekvs(self, kvs): pass\n")
    with pytest.raises(Refused, match="class KVWriter is missing"):
        apply_patch(PATCH, (block + LOGGER[LOGGER.index("class Table"):]).encode())


@pytest.mark.slow
@settings(derandomize=True, max_examples=60, deadline=None)
@given(eol=st.sampled_from(["\n", "\r\n"]), tabs=st.booleans(), tail=st.booleans(),
       head=st.sampled_from([b"", b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n# \xe9\n", b"x = 1\n\x0c\n"]),
       text=st.sampled_from([LOGGER, MODELS]))
def test_any_file_comes_back_byte_for_byte(eol, tabs, tail, head, text):
    text = text.replace("    ", "\t") if tabs else text
    text = text if tail else text.rstrip()
    raw = head.replace(b"\n", eol.encode()) + text.replace("\n", eol).encode()
    new = apply_patch(PATCH, raw).new
    assert remove_edits(new).base == raw
    assert apply_patch(PATCH, remove_edits(new).base).new == new
