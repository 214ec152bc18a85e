"""Every message of ours stands in one table, shown_messages.txt, to be read in one go.

A message that is added or changed fails here until the table has it: `python tests/shown_messages.py --write`, and read
it beside its neighbours. It says what is wrong, what follows, and the command that helps.
"""
import re

import pytest
from shown_messages import TABLE, all_messages, messages_of, table

RIDDLES = re.compile(r"expected .*, found|passed over|under way|\banew\b|as whom")


@pytest.mark.parametrize("source, messages", [
    ('"""A docstring of a module."""\ndef f():\n    """And of a function."""\n', []),
    ('NAME = "name"\nLINE = "from ray.tune import logger"\n', []),
    ('raise Refusal(f"{path}: no such {what.name} of {call()}; name "\n    "another")\n',
     ["{path}: no such {name} of {...}; name another"]),
    ("say(f\"{count} {'line' if one else 'lines'} left out\")\n", ["{count} {line|lines} left out"]),
    ('sys.exit("the scripts need %d.%d" % version)\n', ["the scripts need %d.%d"]),
    ('def f():\n    say("one of them" if x else "the other one")\n', ["one of them", "the other one"])])
def test_what_is_a_message(source, messages):
    assert messages_of(source) == messages


def test_the_table_has_every_message():
    written, found = TABLE.read_text(encoding="utf-8"), table(all_messages())
    lacking, gone = ([line for line in one.splitlines() if line not in other.splitlines()]
                     for one, other in ((found, written), (written, found)))
    assert (lacking, gone) == ([], []), "see the first lines of this file"


def test_no_message_of_a_command_is_a_riddle():
    found = {path: [text for text in texts if RIDDLES.search(text)] for path, texts in all_messages().items()
             if path.startswith("scripts/")}
    assert not [texts for texts in found.values() if texts]
