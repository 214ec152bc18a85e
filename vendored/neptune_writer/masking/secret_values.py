"""What stands behind the name of a secret in a text: in JSON, YAML, a command line, a shell's ``export``, a query, a
header, netrc, XML, a Python ``repr``, or a sentence."""
import re

from . import secret_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Match, Pattern, Sequence, Tuple
    Found = Tuple[Sequence[Tuple[int, int]], int]

_LONGEST_VALUE = 500  # of which it is decided whether it is a secret; the rest of its last word goes with it
_LONGEST_BLOCK = 20000  # of brackets in which values stand
_MOST_LINES = 200  # of YAML below a name

_LOGIN_BEFORE = re.compile(r"\b(?:machine|login|user|account)\s{1,20}\S{1,80}\s{1,20}\Z")
_QUOTE = re.compile(r"[bBrRuUfF]{0,2}(\\{0,3}(?:\"\"\"|'''|[\"'`]))")
_BARE = re.compile(  # a value without quotes, up to a space, a bracket, or a comma and the like before the next name
    r"(?:[^\s\"'`\\&,;(){}\[\]<>]|[&,;](?![\s\"'`]|[\w.-]{1,40}[=:]|\Z)|[)}\]>\"'`](?=\w)|\\(?![nrt\"'`\\]))"
    r"{1,500}")
_SCHEME = re.compile(r"(?:basic|bearer|token|digest|negotiate|api-?key|oauth)[ \t]+(?=[\w*])", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z_][\w.]*\Z")
_COOKIES = re.compile(r"[^\n\"'`]{1,500}")
_REST_OF_LINE = re.compile(r"[^\n\"'`]*")
_WORD = re.compile(r"[^\s\"'`]*")
_END = re.compile(r"[ \t]*(?:[\r\n,;})\]\"'`#]|\Z)")  # of a value that stands for itself, not for a sentence
_PHRASE = re.compile(r"(?:[^\n\"'`,;}#]|[,;](?!\s{0,9}[\w.-]{1,40}\s{0,9}[:=])|(?<! )#){1,500}")
_SCALAR = re.compile(
    r"(?:(?P<q>\\{0,3}[\"'])(?P<quoted>(?:(?!(?P=q))(?:\\[^\n]|[^\n\\]))*)(?P=q)|(?P<bare>[^\s\[\]{}(),:=\"'\\]+))"
    r"(?P<names>\s{0,9}[:=(])?")
_VALUE_IS_BELOW = re.compile(r"(?:[|>][-+]?)?(?=\n)")  # in YAML
_YAML_LINE = re.compile(r"([ \t]*)(?:- )?(?:[\w.\"'-]+:(?: |\Z))?(.*)\Z")
_ELSEWHERE = re.compile(r"\$\{?[A-Z_][A-Z0-9_]*\}?|\$\{[\w.]*:[\w.:,]*\}?|%[A-Z_][A-Z0-9_]*%|%[sr]")  # ${TOKEN}
_PROSE = frozenset(
    "a an and any are as at be been but by can cannot could did do does for from had has have here if in into is it "
    "its may missing must no nor not of on or should so than that the then there this to too unless was were when "
    "where which will with without you your "
    "bool bytes default dict empty expected expired float incorrect int integer invalid list optional required str "
    "string text tuple union unknown unset value wrong".split())


class Value:
    """What stands behind the name of a secret.

    Its methods return ([(first, end)] of what is to be masked, up to where all has been looked at).

    Args:
        name: at ``first`` in ``text``.
        behind: what matched behind it: the sign, and what else says where the value is.
    """

    def __init__(self, text: str, name: str, first: int, behind: "Match[str]") -> None:
        self._text, self._name, self._first = text, name, first
        self._found, self._at = behind.groupdict(), behind.end()
        self._is_quoted = behind.group("quote") != ""
        self._is_far = "\n" in behind.group()

    def found(self) -> "Found":
        """All of it."""
        text, found, at = self._text, self._found, self._at
        if found["tag"]:
            end = text.find("<", at, at + 2000)
            if text[self._first - 1:self._first] != "<":
                return (), 0
            return self._span(at, end) if end > 0 else self._read(at)
        if found["comma"]:
            return self._second(at)
        if found["space"]:
            return self._read(at, prose=True) if self._name.startswith("-") or self._is_login() else ((), 0)
        if found["beside"]:
            return self._read(at) if self._is_quoted or self._is_far else ((), 0)
        if found["sign"] == ":" and not self._is_quoted:
            return self._behind_a_colon(at)
        return self._read(at)

    def _span(self, first: int, end: int) -> "Found":
        if not secret_names.is_secret_text(self._name, self._text[first:end]):
            return (), end
        if end - first >= _LONGEST_VALUE:
            end = _end_of(_WORD, self._text, end)
        return [(first, end)], end

    def _second(self, at: int) -> "Found":
        """Of ``["--name", "value"]`` and ``("name", "value")``."""
        if not self._is_quoted:
            return (), 0
        quote = _QUOTE.match(self._text, at)
        if quote is None:
            return (), 0
        end = _end_of_quoted(self._text, quote)
        before = self._text[max(0, self._first - 8):self._first].rstrip("\\\"'`bru")
        is_pair = before.endswith("(") and self._text[end:end + 1] == ")" and (
            before.endswith(("[(", "), (")) or secret_names.is_unlike_a_column(self._name))
        is_option = self._name.startswith("-") and not self._text.startswith("--", quote.end())
        return self._read(at) if is_pair or is_option else ((), 0)

    def _is_login(self) -> bool:
        """Of netrc."""
        if not secret_names.holds_phrases(self._name):
            return False
        return _LOGIN_BEFORE.search(self._text[max(0, self._first - 200):self._first]) is not None

    def _behind_a_colon(self, at: int) -> "Found":
        """YAML, a header, or a sentence: there a value is one word, or looks like no word."""
        text = self._text
        before = text[max(0, self._first - 200):self._first]
        begins_line = not before[before.rfind("\n") + 1:].strip(" \t-#*")
        below = _VALUE_IS_BELOW.match(text, at) if begins_line else None
        if below:
            return self._lines_below(len(before) - before.rfind("\n") - 1, below.end())
        cookies = _COOKIES.match(text, at) if secret_names.is_cookie(self._name) else None
        if cookies:
            found, end = self._span(*cookies.span())
            end = _end_of(_REST_OF_LINE, text, end) if found else end
            return [(at, end)] if found else (), end
        phrase = _PHRASE.match(text, at) if begins_line and secret_names.holds_phrases(self._name) else None
        if phrase and phrase.group().strip() and not (
                phrase.group().split(None, 1)[0].lower().strip(".,:;!?") in _PROSE):
            return self._span(at, at + len(phrase.group().rstrip()))
        found, seen = self._read(at, prose=True)
        if len(found) != 1 or text[at] in "\"'`[{(" or _SCHEME.match(text, at):
            return found, seen
        first, end = found[0]
        begins_entry = begins_line or before.rstrip(" ")[-1:] in ("{", "(", "[", ",")
        is_entry = _END.match(text, end) and (begins_entry or len(secret_names.words(self._name)) > 1)
        is_sentence = not is_entry and end - first < _LONGEST_VALUE and not _looks_random(text[first:end])
        return ((), 0) if is_sentence else (found, seen)

    def _lines_below(self, indent: int, at: int) -> "Found":
        """The values of lines that are indented further than the name's, or are items of its list."""
        text = self._text
        found: "List[Tuple[int, int]]" = []
        for _ in range(_MOST_LINES):
            begin = at + 1
            end = text.find("\n", begin)
            end = len(text) if end < 0 else end
            line = text[begin:end]
            parts = _YAML_LINE.match(line)
            least = indent + (0 if line.lstrip().startswith("-") else 1)
            if parts is None or not line.strip() or len(parts.group(1)) < least:
                break
            spans, _ = self._span(begin + parts.start(2), begin + len(line.rstrip()))
            found.extend(spans)
            at = end
            if end == len(text):
                break
        return found, at

    def _read(self, at: int, prose: bool = False) -> "Found":
        """The value at a place, whatever form it has."""
        text = self._text
        quote = _QUOTE.match(text, at)
        if quote:
            end = _end_of_quoted(text, quote)
            inside = text[quote.end():end]
            inside = inside[:-len(quote.group(1))] if inside.endswith(quote.group(1)) else inside
            return [(at, end)] if secret_names.is_secret_text(self._name, inside) else (), 0
        if text[at:at + 1] in ("[", "{", "("):
            return self._within_brackets(at, only_quoted=prose and self._found["space"])
        scheme = _SCHEME.match(text, at)
        at = scheme.end() if scheme else at
        bare = _BARE.match(text, at)
        if bare is None or text.startswith("--", at) or _ELSEWHERE.fullmatch(bare.group()) or prose and (
                bare.group().lower().strip(".,:;!?") in _PROSE or self._is_metavar(bare.group())):
            return (), 0
        if _CODE.match(bare.group()) and text[bare.end():bare.end() + 1] in ("(", "[") and not (
                secret_names.holds_phrases(self._name) and text[bare.end():bare.end() + 2] != "()"):
            return (), 0  # a call of a function, or an entry of something, not what comes of it
        return self._span(at, bare.end())

    def _is_metavar(self, text: str) -> bool:
        return text.isupper() and secret_names.is_secret_name(text) and text == text.strip("0123456789")

    def _within_brackets(self, at: int, only_quoted: object) -> "Found":
        """All texts of a list or a dict, but the dict's keys. Without quotes these may be a usage's choices."""
        end = _closing(self._text, at)
        found = []
        for scalar in _SCALAR.finditer(self._text, at + 1, end):
            text = scalar.group("quoted") or not only_quoted and scalar.group("bare") or ""
            if not scalar.group("names") and secret_names.is_secret_text(self._name, text):
                found.append(scalar.span())
        return found, end


def _end_of(pattern: "Pattern[str]", text: str, at: int) -> int:
    """Where the match of a pattern at a place ends, which may be empty."""
    found = pattern.match(text, at)
    return at if found is None else found.end()


def _end_of_quoted(text: str, quote: "Match[str]") -> int:
    """Behind the closing quote; the end of the line where there is none, as where a text was cut."""
    mark, at = quote.group(1), quote.end()
    while True:
        found = text.find(mark, at)
        before = found
        while before > at and text[before - 1] == "\\":
            before -= 1
        if found < 0 or mark[0] == "\\" or (found - before) % 2 == 0:
            break
        at = found + len(mark)
    end = len(text) if found < 0 else found + len(mark)
    spans_lines = len(mark) == 3 and mark[0] != "\\"
    line_end = -1 if spans_lines else text.find("\n", quote.end(), end)
    return end if line_end < 0 else line_end


def _closing(text: str, at: int) -> int:
    """Where the bracket at a place is closed; the end of what is looked at where it is not."""
    depth = 0
    for place in range(at, min(len(text), at + _LONGEST_BLOCK)):
        if text[place] in "[{(":
            depth += 1
        elif text[place] in ")}]":
            depth -= 1
            if depth == 0:
                return place
    return min(len(text), at + _LONGEST_BLOCK)


def _looks_random(text: str) -> bool:
    return len(text) >= 6 and any(map(str.isdigit, text)) and any(map(str.isalpha, text))
