"""Names that a tracker refuses, mended: as close to the original as it takes them, and never two as one."""
import hashlib
import re

from .. import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Iterable, List, Mapping, Optional, Tuple

_NAMED = 3  # names in one line
_DIGITS = 8  # of a hash
_LONGEST_KNOWN = 5000  # characters


class MendedNames:
    """The names under which one run's metrics are sent.

    Args:
        mend: name -> what the tracker takes, which may be the same of two names.
        longest: characters that it takes.
        longest_mended: of a name that is mended; the rest of it is a hash where it would be longer.
        mended: what was mended before, the name that was sent -> `known_as` of the original; so a run that is resumed
            goes on alike.
        taken: names that the run has already.

    Attributes:
        new: original -> what is sent, of those that were mended since somebody looked.
    """

    def __init__(self, mend: "Callable[[str], str]", longest: int, longest_mended: "Optional[int]" = None,
                 mended: "Optional[Mapping[str, str]]" = None, taken: "Iterable[str]" = ()) -> None:
        self._mend = mend
        self._longest, self._longest_mended = longest, longest if longest_mended is None else longest_mended
        self._owners: Dict[str, str] = {name: name for name in taken}
        self._owners.update(mended or {})
        self._sent: Dict[str, str] = {}
        self.new: Dict[str, str] = {}

    def of(self, name: str) -> str:
        """What a name is sent as."""
        found = self._sent.get(name)
        if found is None:
            found = self._sent[name] = self._free(name)
            self._owners[found] = known_as(name)
            if found != name:
                self.new[name] = found
        return found

    def _free(self, name: str) -> str:
        mended = self._mend(name)
        longest = self._longest if mended == name else self._longest_mended
        if len(mended) <= longest and self._owners.get(mended, known_as(name)) == known_as(name):
            return mended
        return "%s-%s" % (mended[:self._longest_mended - _DIGITS - 1], hash_of(name, _DIGITS))


def known_as(name: str) -> str:
    """A name as any tracker keeps it as a text, for a person, and to know it again."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")[:_LONGEST_KNOWN]


def hash_of(name: str, digits: int) -> str:
    """What tells a name from others that are mended alike."""
    return hashlib.sha1(name.encode("utf-8", "backslashreplace")).hexdigest()[:digits]


def say(tracker: str, refused: str, longest: int, new: "Mapping[str, str]") -> None:
    """One line of what was mended: ``MLflow takes no ( ) in names: 'q(s,a)' is sent as 'q_s_a_'``.

    Args:
        refused: a character of them, as a regular expression.
        new: original -> what is sent.
    """
    shown: List[Tuple[str, str]] = sorted(new.items())
    characters = sorted(set(re.findall(refused, "".join(name for name in new))))
    if characters:
        what = "no %s in names" % " ".join(ascii(one)[1:-1] if one.isspace() or not one.isprintable() else one
                                           for one in characters[:20])
    elif any(len(name) > longest for name in new):
        what = "no names of more than %d characters" % longest
    else:
        what = "no such names"
    more = " and %d more so" % (len(shown) - _NAMED) if len(shown) > _NAMED else ""
    messages.say("%s takes %s: %s%s" % (tracker, what, ", ".join(
        "%s is sent as %s" % (_short(name), _short(sent)) for name, sent in shown[:_NAMED]), more))


def _short(name: str) -> str:
    return ascii(name) if len(name) <= 60 else "%s... of %d characters" % (ascii(name[:40]), len(name))
