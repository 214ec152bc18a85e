"""Secrets in a text that are recognised by their shape, whatever stands before them."""
import base64
import binascii
import re

from .secret_texts import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Match

_BASIC = re.compile(r"(basic )([A-Za-z0-9+/_-]{6,}={0,2})(?![\w+/=])", re.IGNORECASE)  # of HTTP
_SHAPES = (  # what a text in lower case must hold to be looked at; the pattern, whose first group stays
    (("://",), re.compile(  # a URL's user and password, which may have a slash in it
        r"(://[^/:@\s\"'<>]{0,80}:)(?!\d{1,5}/)[^/@\s\"'<>]{0,80}/[^@\s\"'<>]{0,200}(?=@)")),
    (("://",), re.compile(r"(://)(?!git@)[^/\s\"'<>]+(?=@)")),
    (("eyj",), re.compile(r"()eyJhcGlf[\w+/=-]{16,}")),  # a token of Neptune's: {"api_..., in base64
    (("eyj",), re.compile(r"()(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")),  # JWT
    (("bearer ",), re.compile(r"(bearer )[\w.~+/=-]{16,}", re.IGNORECASE)),
    (("-----begin",), re.compile(r"(-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----)(?!\*\*\*)"
                                 r".*?(?=-----END [A-Z ]{0,20}PRIVATE KEY|\Z)", re.DOTALL)),
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
     re.compile(r"()(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,})")),
    (("glpat-", "pypi-", "sk-"), re.compile(  # of GitLab, PyPI, OpenAI and Anthropic
        r"()(?<![A-Za-z0-9_-])(?:glpat-[\w-]{16,}|pypi-[\w-]{32,}|sk-(?=[a-z-]*[0-9A-Z])[\w-]{20,})")),
    (("sk_", "rk_", "npm_", "hf_", "gsk_", "dapi", "wandb_v1"), re.compile(
        r"()(?<![A-Za-z0-9_-])(?:[sr]k_(?:live|test)_\w{16,}|(?:npm|gsk)_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}"
        r"|hf_(?=[a-z]*[0-9A-Z])[A-Za-z0-9]{16,}|dapi[a-f0-9]{32}(?:-\d)?|wandb_v1_\w{16,})")),
    (("akia", "asia"), re.compile(r"()(?<![A-Za-z0-9])(?:AKIA|ASIA(?=[A-Z]*\d))[A-Z0-9]{12,}(?![a-z])")),  # of AWS
    (("aiza", "ya29."), re.compile(r"()(?<![A-Za-z0-9])(?:AIza[\w-]{30,}|ya29\.[\w-]{20,})")),  # of Google
    (("xox", "xapp-"), re.compile(r"()(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[\w-]{10,}")),  # of Slack
    (("hooks.slack.com/", "/api/webhooks/"),
     re.compile(r"((?:hooks\.slack\.com/(?:services|workflows|triggers)|/api/webhooks)/)[\w/-]{8,}")),
    (("sig=", "signature=", "key="), re.compile(
        r"([?&](?:sig|signature|key|x-(?:amz|goog)-signature)=)(?!\*\*\*)[^&\s\"'<>]{8,}", re.IGNORECASE)),  # a query
    (("basic ",), _BASIC),
    (("-u ", "--user "), re.compile(r"((?<!\S)(?:-u|--user) [\"']?[^\s:\"']{1,80}:)(?!\d+\b)[^\s\"']+")),  # of curl
)
_HINTS = sorted({hint for hints, _ in _SHAPES for hint in hints})


def masked(text: str) -> str:
    """``text`` without what looks like a secret; the same object where nothing does."""
    lowered = text.lower()
    present = [hint for hint in _HINTS if hint in lowered]
    if not present:
        return text
    hidden = text
    for hints, pattern in _SHAPES:
        if any(hint in present for hint in hints):
            hidden = pattern.sub(_hidden, hidden)
    return text if hidden == text else hidden


def is_cut_in_a_key(text: str) -> bool:
    """Whether it ends in a private key."""
    at = text.rfind("-----BEGIN ")
    return at >= 0 and "-----END" not in text[at:] and (
        re.match(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY", text[at:at + 50]) is not None)


def _hidden(found: "Match[str]") -> str:
    return found.group() if found.re is _BASIC and not _is_login(found.group(2)) else found.group(1) + MASK


def _is_login(letters: str) -> bool:
    """Whether they are ``user:password`` in base64, which an ordinary word behind "basic" is not."""
    letters = letters.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        plain = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except (binascii.Error, ValueError):
        return False
    return b":" in plain and all(byte >= 32 for byte in plain)
