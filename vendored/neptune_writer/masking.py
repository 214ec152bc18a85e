"""No secret leaves: known tokens, what stands under names such as ``api_token``, and what looks like a secret."""
import functools
import inspect
import re
import sys
import types

from . import environ

MASK = "***"
_NAME = (r"secret|passw(?:or)?d|passphrase|authorization|private[\W_]?key"
         r"|(?<![a-z0-9_])(?<![a-z0-9_]-)token(?![\w-])"  # alone: n_tokens, max-token are hyper-parameters
         r"|(?:api|auth|access|account|refresh|session|neptune|minfx|goodseed|wandb|mlflow|databricks|hub|gitlab|hf)"
         r"[\W_]?(?:token|key)")
_SECRET_NAME = re.compile(_NAME, re.IGNORECASE)
_SECRET_VARIABLE = re.compile(r"(^|_)((API)?TOKEN|SECRET|(API|ACCESS|SECRET|STORAGE)_?KEY)$|PASSW(OR)?D$")
_SHAPES = re.compile(  # what is a secret even if nobody has named it to us
    r"(?<=://)[^/\s\"'<>]+(?=@)"  # a URL's user and password
    r"|eyJhcGlf[\w+/=-]{16,}"  # a token of Neptune's: {"api_..., in base64
    r"|(?<=bearer )[\w.~+/=-]{16,}"
    r"|(?P<name>(?:" + _NAME + r")\w{,20}(?:\\?[\"']\s*:|\\?[\"']?\s*=(?!=))\s*)"
    r"(?!\*\*\*|(?:none|null|true|false)\b)(?:b?\\?\"[^\"\n]+\"|b?\\?'[^'\n]+'|[^\s\"'\\&,;(){}\[\]<>]+)",
    re.IGNORECASE)
_WORD = re.compile(r".{,5}|[a-z]{,11}|[0-9]{,11}", re.IGNORECASE | re.DOTALL)  # to mask it would eat ordinary text
_RANDOM = re.compile(r"(?=\D*\d)(?=[^a-z]*[a-z])[^-/~.\s,][^\s,]{11,}", re.IGNORECASE)  # and no option, no path
_HINTS = ("secret", "passw", "passphrase", "authorization", "token", "key", "://", "eyjhcglf", "bearer ")  # of them all
_OBJECTS_LOOKED_INTO = 3000
_known = set()


def remember(token):
    """Mask this text from now on, wherever it appears; and each of several with commas between them."""
    if isinstance(token, str):
        several = [part.strip() for part in token.split(",")]
        _known.update(part for part in several if _RANDOM.fullmatch(part))
        if not _WORD.fullmatch(token.strip()):
            _known.add(token.strip())


def remember_named(name, value):
    """`remember` a value that stands under the name of a secret, if it is no word that stands elsewhere, too."""
    if isinstance(value, str) and is_secret_name(name) and _RANDOM.fullmatch(value):
        _known.add(value)


def remember_token_of(experiment):
    """Remember the tokens that a live experiment carries, or a callable that makes one, the nearest objects first."""
    waiting = [experiment]
    seen = {id(experiment)}
    for value in waiting:  # which grows
        for name, entry in _parts(value):
            if isinstance(entry, str):
                if is_secret_name(name):
                    remember(entry)
            elif id(entry) not in seen and len(waiting) < _OBJECTS_LOOKED_INTO:
                seen.add(id(entry))
                waiting.append(entry)


def _parts(value):
    """(name, object) of what an object is made of, without asking it: a Run raises on names it does not have."""
    try:
        if isinstance(value, dict):
            return list(value.items())
        if isinstance(value, (list, tuple)):
            return [("", entry) for entry in value]
        if isinstance(value, functools.partial):
            return (list(given(value).items()) + list(value.keywords.items())
                    + [("", value.func), ("", value.args)])
        if isinstance(value, types.MethodType):
            return [("", value.__self__), ("", value.__func__)]
        if isinstance(value, types.FunctionType):
            used, parameters = inspect.getclosurevars(value), inspect.signature(value).parameters
            return (list(used.nonlocals.items()) + list(used.globals.items())
                    + [(name, parameter.default) for name, parameter in parameters.items()])
        return [] if isinstance(value, (type, types.ModuleType)) else list(vars(value).items())
    except Exception:
        return []


def given(partial):
    """What a partial was given, under the names of its function's parameters; empty where they are not known."""
    try:
        return dict(inspect.signature(partial.func).bind_partial(*partial.args, **partial.keywords).arguments)
    except (TypeError, ValueError):
        return {}


def is_secret_name(name):
    """Whether a value under this name is a secret: ``api_token``, ``--api-key``, ``AWS_SECRET``, ..."""
    return isinstance(name, str) and _has_hint(name) and _SECRET_NAME.search(name) is not None


def mask(text, tokens=None):
    """``text`` without secrets; ``tokens``: those of `known_tokens`, where many texts follow."""
    for token in known_tokens() if tokens is None else tokens:
        if token in text:
            text = text.replace(token, MASK)
    return _SHAPES.sub(_hidden, text) if _has_hint(text) and _SHAPES.search(text) else text


def _has_hint(text):
    """Whether to look closer, which takes a thousand times as long."""
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS)


def _hidden(found):
    return (found.group("name") or "") + MASK


def mask_arguments(arguments):
    """Command-line arguments without tokens, and without the value of an option named like one."""
    return [mask(shown) for shown, _ in _arguments(arguments)]


def _arguments(arguments):
    """For each argument: what of it may be shown, and the value that an option's name says is a secret, or None."""
    hide_next = False
    for argument in map(str, arguments):
        name, equals, value = argument.partition("=")
        if hide_next:
            yield MASK, argument
        elif equals and is_secret_name(name):
            yield name + "=" + MASK, value
        else:
            yield argument, None
        hide_next = not equals and argument.startswith("-") and is_secret_name(name)


def known_tokens():
    """Every token this process knows of, the longest first, so that no part of one stays behind."""
    for name, value in environ.snapshot().items():
        if _SECRET_VARIABLE.search(name):
            remember(value)
    for _, value in _arguments(getattr(sys, "argv", ())):
        if value is not None and _RANDOM.fullmatch(value):
            _known.add(value)
    return sorted(_known, key=len, reverse=True)


def mask_output():
    """Let no secret through stdout and stderr, where clients print what they like."""
    sys.stdout, sys.stderr = [stream and _MaskedStream(stream) for stream in (sys.stdout, sys.stderr)]


class _MaskedStream:
    """A text stream in front of another."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        """Write ``text``, masked; returns its length, as streams do."""
        self._stream.write(mask(text))
        return len(text)

    def writelines(self, texts):
        """Write each."""
        for text in texts:
            self.write(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)
