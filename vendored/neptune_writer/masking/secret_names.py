"""The table of names: which of them a secret stands under, and which only look like it.

A name is read in whole words, whatever joins them (``apiKey``, ``API_KEY``, ``--api-key``, ``api.key``), and digits in
it do not count. A text under such a name is a secret, a number is none (``session_tokens=4096``): only a password may
be one. What the table does not know is decided by its last word: under any ``... token``, ``... tokens`` and
``... key`` a text is a secret.
"""
import enum
import functools
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import FrozenSet, List, Tuple


def _set(words: str) -> "FrozenSet[str]":
    return frozenset(words.split())


_PHRASES = _set("password passwords passwd passphrase passphrases passcode passcodes pass pwd")
_NUMBERS_TOO = _PHRASES | _set("pin pins")
_ANYWHERE = _PHRASES - _set("pass pwd") | _set("secret secrets credential credentials creds webhook webhooks")
_LAST = _set("auth oauth authorization pat pats pwd cookie cookies dsn jwt otp totp")
_PAIRS = frozenset((first, last) for first in ("connection", "conn") for last in ("string", "str"))

_OF_SECRETS = _set(  # before "key", "keys" and "pass" these are no ordinary name, whatever else is in it
    "api app application auth oauth access account admin bearer bot client consumer credential database db deploy "
    "encryption ftp license login mail mysql personal postgres private proxy redis refresh root secret server service "
    "session signing smtp ssh ssl storage subscription tls user "
    "anthropic aws azure claude clearml cohere comet databricks deepseek discord gcp gemini gh git github gitlab "
    "goodseed google groq hf hub huggingface kaggle minfx mistral mlflow neptune openai openrouter pinecone replicate "
    "sendgrid serpapi slack stripe telegram trackio twilio wandb")

_ORDINARY_KEYS = (  # an entry of a dict, of a batch or of a table that is named, not what opens something
    _set("obs observation observations image images img pixel pixels rgb depth camera video audio text state states "
         "action actions reward rewards return returns done dones terminal info infos goal mask label labels target "
         "input inputs output outputs prompt response chosen rejected question answer message messages content data "
         "dataset sample batch feature features field column row document doc")
    | _set("metric metrics log logger logging monitor step steps timestep timesteps time epoch episode iteration score "
           "loss eval train val valid validation test result results stat stats summary tag name title plot x y best "
           "checkpoint ckpt ema param params parameter parameters weight weights model module layer optimizer")
    | _set("sort sorting order group grouping index primary foreign unique composite partition shard cache hash dict "
           "map mapping lookup join merge parent child sub config cfg option setting env registry default first last "
           "next prev other any missing extra tree node edge object json yaml table query value num n max min kv "
           "arg args kwarg kwargs argument arguments")
    | _set("net network nn embed embedding latent hidden carry context cond history memory attr attribute property "
           "meta metadata type kind id ids uuid file path folder class cls category stage phase mode level fold subset "
           "domain game scene body joint link site geom sensor robot arm gripper proprio lidar tactile lang language "
           "instruction caption word sentence size shape dtype mean std z t")
    | _set("prng rng random seed jax noise dropout init sampling split")  # jax calls its random state a key
    | _set("agent agents policy policies player task skill actor critic learner worker replay buffer rollout "
           "trajectory")
    | _set("hot shortcut keyboard enter escape esc arrow ctrl shift alt tab space press up down left right quit toggle "
           "modifier piano")
    | _set("public pub gpg host"))  # for everyone to see; GPG_KEY is a fingerprint in Docker's images of Python

_ORDINARY_TOKENS = (
    _set("pad padding eos bos unk unknown sep separator cls mask special stop start end begin eot eod eom eol newline "
         "sentinel delimiter delim placeholder initializer instance trigger concept forced suppress bad banned ignore "
         "skip blank fim infill prefix suffix middle")  # of a vocabulary
    | _set("image img vision video audio speech text prompt response completion input output new generated generation "
           "encoder decoder source src target tgt label lang language think thinking reasoning tool system assistant "
           "role turn latent state action obs observation reward return goal task class patch cond context query key "
           "value register memory time unexpected")  # of a sequence
    | _set("n num number count max min total avg mean per next prev previous first last current added additional extra "
           "unique valid rare common null empty dummy byte bpe char sub word"))  # how many, and which

_ORDINARY_PINS = _set("gpio servo motor cs led echo trig trigger reset data clock clk i spi uart pwm sda scl pan tilt "
                      "direction dir enable rx tx")  # of a board: servo_pin=9

_ENDS = _set(  # behind a secret's name: where it is, what it is called, how long, not what it is
    "path paths file files filename fname dir directory folder location store url uri host port name names type kind "
    "class id ids idx index len length size dim count num min max limit timeout ttl expiry expires expiration lifetime "
    "age interval policy required enabled disabled mode method scheme format provider backend manager env var variable "
    "prefix suffix field column regex pattern rotation version algorithm hint question reset parallelism sock socket "
    "agent server service endpoint domain realm scope scopes user username login role cost loss rate ratio weight")
_ARE_WEBHOOKS = _set("url uri endpoint")  # who knows a webhook's address may post to it
_FORMS = _set("value val string str text plain raw hex encoded decoded prod production staging dev")

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_RUN_TOGETHER = re.compile(  # PGPASSWORD, apikey
    r"(.+?)(passwords?|passwd|passphrases?|passcodes?|secrets?|credentials?|tokens?|keys?|pwd|pass)")
_LONGEST = 200  # characters of a name that are looked at, the last ones

_MASKED = "***"
_LEAST = 4  # characters of a password without letters and digits
_NOTHING = _set("none null nil undefined true false yes no on off n/a")
_NUMBER = re.compile(r"[-+~]?\.?\d[\d_.,:/*+%e-]*(?:(?:inf|nan|[kmgbt]i?b?|[mun]?s|min|h|it|tok|tokens)?(?:/\w{1,6})?)"
                     r"|[-+]?inf(?:inity)?|nan", re.IGNORECASE | re.ASCII)
_MOST_DIGITS = 15  # that a float holds
_OF_A_VOCABULARY = re.compile(r"</?\|?[^<>|]{1,40}\|?>|\[[A-Z0-9_]{1,20}\]")  # <|user|>, </s>, [MASK]
_GLOB = frozenset("*?[(^$|")


def is_secret_name(name: object) -> bool:
    """Whether a text under this name is a secret: ``api_token``, ``--api-key``, ``AWS_SECRET``, ``userToken``, ...

    Names are texts, here and below, and what keys of a dict may be: bytes, and members of an enum. Any other is none.
    """
    return bool(_found(name_of(name)))


def name_of(key: object) -> str:
    """A name as a text; empty where it is none."""
    if isinstance(key, bytes):
        return key.decode("utf-8", "replace")
    if isinstance(key, enum.Enum) and not isinstance(key, str):
        key = key.name
    return key if isinstance(key, str) else ""


def holds_numbers(name: object) -> bool:
    """Whether a number under this name is one, too."""
    return _found(name_of(name))[-1:] in [(word,) for word in _NUMBERS_TOO]


def holds_phrases(name: str) -> bool:
    """Whether it is a password's, which may be made of words."""
    return bool(_found(name)) and _found(name)[-1] in _PHRASES


def is_cookie(name: str) -> bool:
    """Whether it is a cookie's, which is a list in itself."""
    return _found(name)[-1:] in (("cookie",), ("cookies",))


def is_certain(name: object) -> bool:
    """Whether what stands under it is no word that stands elsewhere, too, as under ``auth`` or any ``... key``."""
    found = _found(name_of(name))
    if not found or found[-1] in _LAST and found[-1] not in _NUMBERS_TOO:
        return False
    return found[-1] not in ("tokens", "key") or not _OF_SECRETS.isdisjoint(found)


def is_unlike_a_column(name: object) -> bool:
    """Whether the other entry of a pair with this name is its value: ``("token", "label")`` are two columns."""
    return is_secret_name(name) and words(name_of(name)) not in (("token",), ("tokens",))


def is_of_secrets(word: str) -> bool:
    """Whether a word before ``key`` says that it is a secret."""
    return word.lower() in _OF_SECRETS


def is_secret_text(name: object, text: str) -> bool:
    """Whether ``text`` under this name is a secret: nothing, a switch and, but for passwords, a number are none."""
    found = _found(name_of(name))
    text = text.strip()
    if not found or text.lower() in _NOTHING:
        return False
    if not any(map(str.isalnum, text[3:] if text[:3] == _MASKED else text)):
        return found[-1] in _NUMBERS_TOO and len(text) >= _LEAST and text[:3] != _MASKED
    if found[-1] == "pwd" and text[0] in "/~" or found[-1] in ("pat", "pats") and not _GLOB.isdisjoint(text):
        return False  # a working folder, a pattern
    if found[-1] in _NUMBERS_TOO:
        return True
    return not (is_number(text) or _OF_A_VOCABULARY.fullmatch(text))


def is_number(text: str) -> bool:
    """Whether a text is what people write for a number: ``4096``, ``1e-3``, ``32k``; not a row of twenty digits."""
    return len(text) <= 2 * _MOST_DIGITS and _NUMBER.fullmatch(text) is not None and (
        sum(map(str.isdigit, text)) <= _MOST_DIGITS)


def words(name: str) -> "Tuple[str, ...]":
    """The words of a name, in lower case."""
    return _split(name[-_LONGEST:])


@functools.lru_cache(maxsize=4096)
def _found(name: str) -> "Tuple[str, ...]":
    """The words of a secret's name, without those behind it that say in which form it is; none where it is not one."""
    found = words(name)
    while len(found) > 1 and found[-1] in _FORMS and found[-2:] not in _PAIRS:
        found = found[:-1]
    if not found or name in ("PWD", "OLDPWD"):  # the shell's own
        return ()
    return found if _is_secret(found, found[-1], found[-2] if len(found) > 1 else "") else ()


def _is_secret(found: "Tuple[str, ...]", last: str, before: str) -> bool:
    if last in ("token", "tokens"):
        return before not in _ORDINARY_TOKENS
    if last == "key":
        return before != "" and (before not in _ORDINARY_KEYS or not _OF_SECRETS.isdisjoint(found))
    if last in ("keys", "pass"):
        return before in _OF_SECRETS
    if last in ("pin", "pins"):
        return before not in _ORDINARY_PINS
    if last in _LAST or (before, last) in _PAIRS:
        return True
    if last in _ENDS and not (last in _ARE_WEBHOOKS and before in ("webhook", "webhooks")):
        return False
    return not _ANYWHERE.isdisjoint(found) or any(
        second in ("key", "token") and first in _OF_SECRETS for first, second in zip(found, found[1:]))


@functools.lru_cache(maxsize=4096)
def _split(name: str) -> "Tuple[str, ...]":
    split: "List[str]" = []
    for word in _WORD.findall(name):
        word = word.lower()
        parts = _RUN_TOGETHER.fullmatch(word)
        if parts and (parts.group(1) in _OF_SECRETS or parts.group(2).startswith(("passw", "passp", "secret"))):
            split.extend(parts.groups())
        else:
            split.append(word)
    return tuple(split)
