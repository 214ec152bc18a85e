"""No token leaves: known tokens and values under names such as ``api_token`` are replaced by ``***``."""
import os
import re

MASK = "***"
_SECRET_NAME = re.compile(
    r"^token$|api[_-]?(token|key)|secret|passw(or)?d|auth[_-]?token|access[_-]?key", re.IGNORECASE)
_SECRET_VARIABLE = re.compile(r"(^|_)(API_TOKEN|API_KEY)$")
_SHORTEST = 6  # a "token" of less is a placeholder, and masking it would eat ordinary text
_known = set()


def remember(token):
    """Mask this text from now on, wherever it appears."""
    if isinstance(token, str) and len(token) >= _SHORTEST:
        _known.add(token)


def remember_token_of(experiment):
    """Remember the token that a live experiment carries, looking only where its client keeps it."""
    for path in ("_api_token", "_backend.credentials.api_token", "_backend.credentials._api_token"):
        found = experiment
        try:
            for name in path.split("."):
                found = vars(found).get(name, None) if name != "api_token" else getattr(found, name)
        except Exception:
            continue
        remember(found)


def is_secret_name(name):
    """Whether a value under this name is a secret: ``api_token``, ``--api-key``, ``AWS_SECRET``, ..."""
    return isinstance(name, str) and _SECRET_NAME.search(name) is not None


def mask(text, tokens=None):
    """``text`` with every known token replaced; ``tokens``: those of `known_tokens`, where many texts follow."""
    for token in known_tokens() if tokens is None else tokens:
        if token in text:
            text = text.replace(token, MASK)
    return text


def mask_arguments(arguments):
    """Command-line arguments without tokens, and without the value of an option named like one."""
    masked, hide_next = [], False
    for argument in map(str, arguments):
        name, equals, _ = argument.partition("=")
        if hide_next:
            argument = MASK
        elif equals and is_secret_name(argument):
            argument = name + "=" + MASK
        hide_next = not equals and argument.startswith("-") and is_secret_name(name)
        masked.append(mask(argument))
    return masked


def known_tokens():
    """Every token this process knows of, the longest first, so that no part of one stays behind."""
    environment = {value.strip() for name, value in os.environ.items() if _SECRET_VARIABLE.search(name)}
    return sorted((t for t in environment | _known if len(t) >= _SHORTEST), key=len, reverse=True)
