"""Loggers as people write them, generated: every way to lay out and to spell a class that logs a table.

A logger is put together of one choice for each part, then mutated line by line; many have to be refused, by name.
"""
import sys
from typing import NamedTuple

from hypothesis import strategies as st

HEADS = [
    "", '"""A logger."""\n', "'''A logger\nof tables.\n'''\n", "#!/usr/bin/env python3\n", "# neptune\n",
    '"""Doc."""\nfrom __future__ import annotations\n', "from __future__ import division, print_function\n",
    "from __future__ import annotations; import json\n", "import os, \\\n    sys\n", "import os; import sys  # both\n",
    "import os\n\x0c\nimport sys\n", "x = 1  # neptune\n",
    "try:\n    import json\nexcept ImportError:\n    json = None\n"]
TOOLS = "import typing\nimport functools\n\ndef keep(function): return function\n\n"

INITS = [
    "def __init__(self, output_dir=None, exp_name=None):", "def __init__(self, output_dir, exp_name=None):",
    "def __init__(self, output_dir=None, /, exp_name=None):", "def __init__(self, output_dir=None, exp_name=None, /):",
    "def __init__(self, *, output_dir=None, exp_name=None):", "def __init__(this, output_dir=None, exp_name=None):",
    "def __init__(self, output_dir=None, *rest, exp_name=None, **more):", "def __init__(self, *rest, **output_dir):",
    "def __init__(self, output_dir: str = None, *, exp_name: typing.Optional[str] = None) -> None:",
    "def __init__(self,\n                 output_dir=None,  # where\n"
    "                 exp_name=None,\n                 ):",
    "def __init__(\n        self, output_dir=None,\n        # the name\n        exp_name=None):",
    "def __init__(self, output_dir=None, \\\n                 exp_name=None):",
    "def __init__(self, output_dir=None, exp_name=None, neptune_experiment=None):", "def __init__(self):",
    "def __init__(self, output_dir=None, exp_name=None):  # type: (str, str) -> None",
    "def __init__(self, output_dir=(lambda: None)(), exp_name=dict(a=1)['a']):",
    "@keep\n    @keep\n    def __init__(self, output_dir=None, exp_name=None):",
    "@typing.overload\n    def __init__(self): ...\n    @typing.overload\n    def __init__(self, output_dir): ...\n"
    "    def __init__(self, output_dir=None, exp_name=None):",
    "@functools.wraps(keep)\n    def __init__(self, output_dir=None, exp_name=None):",
    "async def __init__(self, output_dir=None):", "@staticmethod\n    def __init__(output_dir=None):"]
BODIES = [  # of __init__: each makes the row
    "\n        {self}.log_current_row = {{}}\n", " {self}.log_current_row = {{}}\n",
    "\n        # type: (str) -> None\n        {self}.log_current_row = {{}}\n",
    '\n        """Open\n        the file."""\n\n        {self}.log_current_row = dict()   \n',
    "\n        {self}.log_current_row = {{}}; {self}.first = True\n",
    " {self}.log_current_row = {{}}; {self}.first = True\n",
    "\n\n\n        if True:\n            {self}.log_current_row = {{}}\n        else: pass\n",
    "\n        {self}.log_current_row = \\\n            {{}}\n",
    "  # why\n        {self}.log_current_row = {{}}  # neptune\n"]
DUMPS = [
    "def dump_tabular(self):\n        print(self.log_current_row)\n        self.log_current_row.clear()\n",
    "def dump_tabular(self): self.log_current_row.clear()\n", 'def dump_tabular(self):\n        """Not here."""\n',
    'def dump_tabular(self): "Not here."\n', 'def dump_tabular(self): "Not here."; self.log_current_row.clear()\n',
    "def dump_tabular(self, *, file=None):\n        for key in self.log_current_row:\n            pass\n",
    "@keep\n    def dump_tabular(self):\n        # first\n\n        return self.log_current_row.clear()\n",
    "def dump_tabular(self):\n        with open('/dev/null', 'w') as file: print(1, file=file)\n        pass;\n",
    "async def dump_tabular(self):\n        pass\n", "def dump(self):\n        self.log_current_row.clear()\n",
    "def dump_tabular(self):\n        def inner():\n            return 1\n        inner()\n",
    "dump_tabular = lambda self: None\n"]
SAVES = [
    "", "def save_config(self, config):\n        print(config)\n", "def save_config(self, config): pass\n",
    'def save_config(self, config):\n        """Doc."""\n', "def save_config(self, *configs):\n        pass\n",
    "def save_config(self, config, /): return {**config}\n", "def save_config(self): pass\n"]
EXTRAS = [
    "", "async def wait(self): await self\n", "@property\n    def row(self): return self.log_current_row\n",
    "class Row(dict):\n        def dump_tabular(self): pass\n",
    "if True:\n        def more(self): pass\n    else:\n        def more(self, a): pass\n",
    "x: int = 1; y = 2\n", "def match(self, a):\n        match a:\n            case {'a': 1, **rest}: return rest\n"]
SUBCLASSES = [
    "",
    "class EpochLogger(Logger):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n",
    "class EpochLogger(Logger): pass\n",
    "class EpochLogger(Logger):\n    def __init__(self, output_dir=None):"
    " super(EpochLogger, self).__init__(output_dir)\n",
    "class EpochLogger(Logger, dict):\n    def __init__(self, folder, n=1):\n        dict.__init__(self)\n"
    "        Logger.__init__(self,\n                        folder,\n                        )\n",
    "class EpochLogger(Logger):\n    def dump_tabular(self):\n        super().dump_tabular()\n",
    "class EpochLogger(dict, Logger):\n    def __init__(self, folder):\n        super().__init__(folder)\n",
    "class Other:\n    def __init__(self, output_dir=None): self.log_current_row = {}\n"
    "    def log_tabular(self, key, value): self.log_current_row[key] = value\n"
    "    def dump_tabular(self): self.log_current_row.clear()\n"]
HEADERS = ["class Logger:", "class Logger(object):", "@keep\nclass Logger:  # a table"]
NEWEST = ["class Logger[T = int]:", "class Logger[*Ts]:"]  # of 3.13 and 3.12
ENDS = ["", "\n", "\n\n\n", "\n    \n", "\n# the end", "\nprint 'Python 2'\n", "\nif 1:\n  x = 1\n", "\nexec 'x'\n"]
WRAPPERS = [*[""] * 6, "if True:", "try:", "if False:\n    pass\nelse:", "def outer():", "class Outer:"]


class Generated(NamedTuple):
    """A file with a logger, or what looks like one."""

    raw: bytes
    mode: int


@st.composite
def loggers(draw):
    """Any of them."""
    init = draw(st.sampled_from(INITS[:-5] * 3 + INITS[-5:]))
    own = "this" if "(this" in init else "self"
    methods = [init + draw(st.sampled_from(BODIES)).format(self=own),
               draw(st.sampled_from(["", "@keep\n    "])) + "def log_tabular(self, key, val):\n"
               "        self.log_current_row[key] = val\n",
               draw(st.sampled_from(DUMPS[:-4] * 3 + DUMPS[-4:])), draw(st.sampled_from(SAVES)),
               draw(st.sampled_from(EXTRAS))]
    newest = NEWEST if draw(st.integers(0, 9)) == 0 else HEADERS
    text = draw(st.sampled_from(newest)) + "\n" + "\n".join(
        "    " + method for method in draw(st.permutations(methods)) if method)
    wrapper = draw(st.sampled_from(WRAPPERS))
    if wrapper:
        text = wrapper + "\n" + "".join("    " + line if line.strip() else line for line in text.splitlines(True))
        text += "finally: pass\n" if wrapper == "try:" else ""
    text = draw(st.sampled_from(HEADS)) + TOOLS + text + draw(st.sampled_from(["\n", "\n\n", ""])) + \
        draw(st.sampled_from(SUBCLASSES)) + draw(st.sampled_from(ENDS[:5] * 5 + ENDS[5:]))
    return Generated(_encode(draw, _mutate(draw, text)), draw(st.sampled_from([0o644, 0o644, 0o755, 0o600, 0o444])))


def _mutate(draw, text):
    """Blank lines, comments and trailing blanks anywhere; some of them break the file."""
    lines = text.split("\n")
    for place in draw(st.lists(st.integers(0, len(lines) - 1), max_size=3)):
        old = lines[place]
        lines[place] = draw(st.sampled_from([
            old + "  ", old + "\n", old + "\n   ", old + "  # neptune", old + "\n# neptune", old + "\n        # why",
            old + "  # \xe9" if old and not old.endswith("\\") else old, old + "\n\x0c"]))
    return "\n".join(lines)


def _encode(draw, text):
    if draw(st.integers(0, 4)) == 0:
        text = text.replace("    ", "\t")
    text = text.replace("\n", draw(st.sampled_from(["\n"] * 12 + ["\r\n"] * 6 + ["\r"])))
    kind = draw(st.sampled_from(["utf-8"] * 6 + ["bom", "bom", "latin-1", "latin-1", "undeclared"]))
    if kind == "latin-1":
        return b"# -*- coding: latin-1 -*-\n" + text.encode("latin-1")
    return (b"\xef\xbb\xbf" if kind == "bom" else b"") + text.encode("latin-1" if kind == "undeclared" else "utf-8")


@st.composite
def edits(draw, raw):
    """A user's later edits of a patched file: comments and statements between lines, a line gone, blanks at its end."""
    lines = raw.split(b"\n")
    for place in draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=2)):
        lines[place] = draw(st.sampled_from([lines[place] + b"\n# mine", b"# mine\n" + lines[place],
                                             lines[place] + b"\n", lines[place] + b"   ",
                                             lines[place] + b"  # mine", b""]))
    return b"\n".join(lines)


def compiles(raw):
    """Whether this Python reads it; what it is said to be refused for is then another reason."""
    try:
        compile(raw, "logger", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return sys.version_info >= (3, 9)
