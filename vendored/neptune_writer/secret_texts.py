"""Secrets in a text, told by the name before them: in JSON, YAML, a command line, a shell's ``export``, a query, a
header, netrc, XML, a Python ``repr``. Which names these are, `secret_names` says.

One pass looks for pieces of names, and only where it finds one, at what stands around it. Whatever it looks at is
bounded, and nothing is looked at twice: the time grows with the text's length alone.
"""
import re

from . import secret_names

MASK = "***"
_LONGEST_NAME = 64  # characters
_LONGEST_VALUE = 500  # of which it is decided whether it is a secret; the rest of its last word goes with it
_LONGEST_BLOCK = 20000  # of brackets in which values stand
_MOST_LINES = 200  # of YAML below a name

_PIECE = re.compile(  # of a name, in lower case, if something may follow it: each name of the table has one in it
    r"(?:token|key|secret|pass|pwd|auth|cred|cookie|dsn|webhook|jwt|otp(?![a-z])|pats?(?![a-z])|pins?(?![a-z])"
    r"|conn(?:ection)?[\W_]?str)[\w.-]{0,64}(?=[\\\"'`=:,>\s\]])")
_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_BEHIND_A_NAME = re.compile(
    r"(?P<quote>(?:\\{0,3}[\"'`])?)\]?(?:"
    r"[ \t]{0,20}(?P<sign>=>|:=|=(?![=~])|:(?!:|//))[ \t]{0,20}"  # name=value, "name": value, environ["name"] = value
    r"|[\s,]{1,40}\\{0,3}[\"']?(?P<beside>value)\\{0,3}[\"']?[ \t]{0,20}[:=][ \t]{0,20}"  # "name": NAME, "value": ...
    r"|[ \t]{0,20}(?P<comma>,)[ \t]{0,20}(?=[bBrRuU]?\\{0,3}[\"'])"  # ("name", "value"), ["--name", "value"]
    r"|(?P<tag>>)"  # <name>value</name>
    r"|(?P<space>[ \t]{1,20}))")  # --name value; login me password value
_WORD_BEFORE = re.compile(r"([A-Za-z]{2,20}) \Z")
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


def masked(text):
    """``text`` without what stands under the names of secrets."""
    lowered = text.lower()
    if len(lowered) != len(text):  # the one letter that becomes two, the dotted capital I
        lowered = text.replace("\u0130", "i").lower()
    parts, done = [], 0
    for piece in _PIECE.finditer(lowered):
        if piece.start() >= done:
            spans, seen = _secrets_at(text, piece.start(), piece.end(), done)
            for first, end in spans:
                parts += [text[done:first], MASK]
                done = end
            if seen > done:
                parts.append(text[done:seen])
                done = seen
    return "".join(parts) + text[done:] if MASK in parts else text


def _secrets_at(text, start, end, done):
    """([(first, end)] of the values of the name with a piece from ``start`` on, up to where all has been looked at)."""
    behind = _BEHIND_A_NAME.match(text, end)
    is_in_front = start == 0 or text[start - 1] not in _IN_NAMES
    if behind is None or behind.lastgroup == "space" and is_in_front and text[start] not in "pP":
        return (), 0  # no option, no login: a word of a sentence, as most are
    first = start
    while first > done and start - first < _LONGEST_NAME and text[first - 1] in _IN_NAMES:
        first -= 1
    name = text[first:end]
    if name.lower() in ("key", "keys", "pass", "token", "tokens"):  # API key: ..., pad token: ...
        before = _WORD_BEFORE.search(text[max(done, first - 24):first])
        name = before.group() + name if before else name
        if not name.lower().endswith(("token", "tokens")) and not (
                before and secret_names.is_of_secrets(before.group(1))):
            return (), 0
    return _Value(text, name, first, behind).found() if secret_names.is_secret_name(name) else ((), 0)


class _Value:
    """What stands behind the name of a secret. Each method returns what `_secrets_at` does."""

    def __init__(self, text, name, first, behind):
        self._text, self._name, self._first = text, name, first
        self._found, self._at = behind.groupdict(), behind.end()
        self._is_quoted = behind.group("quote") != ""
        self._is_far = "\n" in behind.group()

    def found(self):
        """Of what stands there."""
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

    def _span(self, first, end):
        if not secret_names.is_secret_text(self._name, self._text[first:end]):
            return (), end
        end = _WORD.match(self._text, end).end() if end - first >= _LONGEST_VALUE else end
        return [(first, end)], end

    def _second(self, at):
        """Of ``["--name", "value"]`` and ``("name", "value")``."""
        if not self._is_quoted:
            return (), 0
        quote = _QUOTE.match(self._text, at)
        end = _end_of_quoted(self._text, quote)
        before = self._text[max(0, self._first - 8):self._first].rstrip("\\\"'`bru")
        is_pair = before.endswith("(") and self._text[end:end + 1] == ")" and (
            before.endswith(("[(", "), (")) or secret_names.is_unlike_a_column(self._name))
        is_option = self._name.startswith("-") and not self._text.startswith("--", quote.end())
        return self._read(at) if is_pair or is_option else ((), 0)

    def _is_login(self):
        if not secret_names.holds_phrases(self._name):
            return False
        return _LOGIN_BEFORE.search(self._text[max(0, self._first - 200):self._first]) is not None

    def _behind_a_colon(self, at):
        """YAML, a header, or a sentence: there a value is one word, or looks like no word."""
        text = self._text
        before = text[max(0, self._first - 200):self._first]
        begins_line = not before[before.rfind("\n") + 1:].strip(" \t-#*")
        below = _VALUE_IS_BELOW.match(text, at) if begins_line else None
        if below:
            return self._lines_below(len(before) - before.rfind("\n") - 1, below.end())
        if secret_names.is_cookie(self._name) and _COOKIES.match(text, at):
            found, end = self._span(*_COOKIES.match(text, at).span())
            end = _REST_OF_LINE.match(text, end).end() if found else end
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

    def _lines_below(self, indent, at):
        """The values of lines that are indented further than the name's, or are items of its list."""
        text, found = self._text, []
        for _ in range(_MOST_LINES):
            begin = at + 1
            end = text.find("\n", begin)
            end = len(text) if end < 0 else end
            line = text[begin:end]
            parts = _YAML_LINE.match(line)
            if not line.strip() or len(parts.group(1)) < indent + (0 if line.lstrip().startswith("-") else 1):
                break
            spans, _ = self._span(begin + parts.start(2), begin + len(line.rstrip()))
            found.extend(spans)
            at = end
            if end == len(text):
                break
        return found, at

    def _read(self, at, prose=False):
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

    def _is_metavar(self, text):
        return text.isupper() and secret_names.is_secret_name(text) and text == text.strip("0123456789")

    def _within_brackets(self, at, only_quoted):
        """All texts of a list or a dict, but the dict's keys. Without quotes these may be a usage's choices."""
        end = _closing(self._text, at)
        found = []
        for scalar in _SCALAR.finditer(self._text, at + 1, end):
            text = scalar.group("quoted") or not only_quoted and scalar.group("bare") or ""
            if not scalar.group("names") and secret_names.is_secret_text(self._name, text):
                found.append(scalar.span())
        return found, end


def _end_of_quoted(text, quote):
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


def _closing(text, at):
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


def _looks_random(text):
    return len(text) >= 6 and any(map(str.isdigit, text)) and any(map(str.isalpha, text))
