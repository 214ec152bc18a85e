"""patches/stable_baselines.py: before/after pairs, the files it leaves alone first."""
import pytest
from before_after import added
from hypothesis import given, settings
from hypothesis import strategies as st
from small_formats import BASELINES, STABLE_BASELINES3

from patches import apply_patch, discover
from patches.edits import Refused, remove_edits
from patches.stable_baselines import PATCH

LOGGER, MODELS = BASELINES["small/logger.py"], BASELINES["small/common/models.py"]
IMPORT = ('neptune_writer = __import__("neptune_writer.frameworks.stable_baselines", globals(), fromlist=["begin"], '
          'level=1 if __package__ else 0)  # neptune')


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
    assert apply_patch(PATCH, text.encode()) is None


@pytest.mark.parametrize("text", [
    STABLE_BASELINES3["small/common/models.py"],
    "import logger\n" + STABLE_BASELINES3["small/common/models.py"],  # as before 1.1
    "import logger\nclass Mine(Base):\n    def _setup_learn(self): pass\n",
    "class Base:\n    def _setup_learn(self): pass\n",  # which writes to no logger
    "import logger\ndef _setup_learn(self): pass\n",
])
def test_a_file_without_models_is_left_alone(text):
    assert apply_patch(PATCH, text.encode()) is None


@pytest.mark.parametrize("raw", [b"", b"logger.dumpkvs()", b"def writekvs(", b"class BaseAlgorithm: pass"])
def test_most_files_are_not_even_parsed(raw):
    assert not PATCH.may_edit(raw)


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_logger():
    assert added(PATCH, LOGGER) == [
        IMPORT,
        "class NeptuneOutputFormat(neptune_writer.OutputFormat, KVWriter): pass  # neptune",
        'if format == "neptune": return NeptuneOutputFormat(folder=ev_dir)  # neptune',
        "output_formats = neptune_writer.with_neptune(output_formats, dir, NeptuneOutputFormat)  # neptune"]


def test_the_class_stands_right_behind_its_base_and_the_rest_comes_first_in_its_function():
    new = apply_patch(PATCH, LOGGER.encode()).new.decode()
    assert "import sys\n" + IMPORT + "\n\n\nclass KVWriter" in new
    assert "raise NotImplementedError\nclass NeptuneOutputFormat(" in new
    assert 'def make_output_format(format, ev_dir):\n    if format == "neptune":' in new
    assert "def __init__(self, dir, output_formats):\n        output_formats = neptune_writer." in new


def test_names_are_those_of_the_file():
    before = LOGGER.replace("_init__(self, dir, output_formats)", "_init__(self, folder, output_formats, comm=None)")
    before = before.replace("(format, ev_dir)", "(_format, folder, log_suffix='')").replace("KVWriter", "OutputFormat")
    assert added(PATCH, before)[1:] == [
        "class NeptuneOutputFormat(neptune_writer.OutputFormat, OutputFormat): pass  # neptune",
        'if _format == "neptune": return NeptuneOutputFormat(folder=folder)  # neptune',
        "output_formats = neptune_writer.with_neptune(output_formats, folder, NeptuneOutputFormat)  # neptune"]


def test_it_can_do_without_a_way_to_name_formats():
    before = LOGGER.replace("def make_output_format", "def build")
    assert [line.split("(")[0] for line in added(PATCH, before)] == [
        "neptune_writer = __import__", "class NeptuneOutputFormat", "output_formats = neptune_writer.with_neptune"]


def test_of_several_formats_the_base_is_chosen():
    first = "class Quick:\n    def writekvs(self, kvs): pass\n\n\n"
    before = LOGGER.replace("class KVWriter", first + "class KVWriter")
    assert "class NeptuneOutputFormat(neptune_writer.OutputFormat, KVWriter): pass  # neptune" in added(PATCH, before)


def test_a_logger_derived_from_one_of_the_same_file_is_left_to_it():
    tail = ("\n\nclass Quiet(Logger):\n    def dumpkvs(self):\n        if self.output_formats:\n"
            "            super().dumpkvs()\n")
    assert added(PATCH, LOGGER + tail) == added(PATCH, LOGGER)


def test_the_models():
    assert added(PATCH, MODELS, companion=True) == [
        'if hasattr(logger, "neptune_writer"): logger.neptune_writer.begin(self, logger, seed=seed)  # neptune']


def test_a_seed_that_is_an_attribute_of_the_model_is_not_passed():
    before = MODELS.replace("def _setup_learn(self, seed)", "def _setup_learn(me)")
    assert added(PATCH, before, companion=True) == [
        'if hasattr(logger, "neptune_writer"): logger.neptune_writer.begin(me, logger)  # neptune']


@pytest.mark.parametrize("text, reason", [
    (LOGGER.replace("def __init__(self, dir, output_formats)", "def __init__(self, dir, formats, output=None)"),
     r"expected Logger.__init__\(self, folder, output_formats\) once, found none"),
    (LOGGER.replace("def __init__(self, dir, output_formats)", "def __init__(self, output_formats)"),
     r"expected Logger.__init__\(self, folder, output_formats\) once, found none"),
    (LOGGER + "print 'a'\n", "expected valid Python 3, found"),
])
def test_a_missing_anchor_is_named(text, reason):
    with pytest.raises(Refused, match=reason):
        apply_patch(PATCH, text.encode())


def test_a_format_in_a_block_is_refused():
    block = ("try:\n    import x\nexcept ImportError:\n    class KVWriter(object):\n"
             "        def writekvs(self, kvs): pass\n")
    with pytest.raises(Refused, match="expected class KVWriter once, found none"):
        apply_patch(PATCH, (block + LOGGER[LOGGER.index("class Table"):]).encode())


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
