"""What the names of folders and runs are made of: seeds, dates, settings, environments, algorithms, words.

A name such as ``CartPole-v1__ppo__1__1700000000`` is cut into tokens by the rules below, by the first that fits. What
a bare number counts, a name alone does not tell: that its siblings decide, see `counting`.
"""
from __future__ import annotations

import functools
import re
from typing import List, NamedTuple, Tuple

WHEN, SEED, COUNT, SETTING, ENVIRONMENT, ALGORITHM, WORD = (
    "when", "seed", "count", "setting", "environment", "algorithm", "word")


class Token(NamedTuple):
    """A piece of a name: what it is, as it stands there, the name of a setting, and what is set or counted."""

    kind: str
    text: str
    key: str
    value: str
    before: str
    """What stands between the token before and this one."""


class Rule(NamedTuple):
    """What a piece of a name is where ``pattern`` fits, whose groups are called ``key`` and ``value``."""

    kind: str
    pattern: str
    example: str


_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_HOUR, _MINUTE = r"(?:[01]\d|2[0-3])", r"[0-5]\d"
_CLOCK = rf"{_HOUR}[-:_.h]{_MINUTE}(?:[-:_.m]{_MINUTE}s?(?:[.,-]\d{{3,6}}|_\d{{6}})?)?"
_NUMBER = r"\d+(?:\.\d+)?[eE][-+]?\d+|\d+\.\d+"  # with a point or an exponent
_NO_DATE = rf"(?!{_YEAR}[-_.]\d\d[-_.]\d\d)"
_ANY_NUMBER = rf"-?(?:{_NUMBER}|\d+)"
_GYM_ID = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*?-v\d+"
_ALGORITHMS = (
    "recurrent_?ppo|maskable_?ppo|(?:ppo|trpo|sac)_?lag(?:rangian)?|m?ppo|[im]a?ppo2?|ppo2?|d?dppo|appo|trpo|npg|p?cpo"
    "|focops|cup|p3o|a2c|a3c|acktr|acer|vpg|reinforce|impala|ma_?ddpg|d4pg|ddpg|td3[-_]bc|td3|sac|discrete_?sac|redq"
    "|droq|tqc|crossq|d?dqn|dueling_?dqn|double_?dqn|qr_?dqn|rainbow|c51|iqn|fqf|r2d2|apex|muzero|dreamer(?:_?v[123])?"
    "|td_?mpc2?|cql|iql|awac|bcq|edac|marwil|gail|airl|qmix|vdn|ars|d?mpo")
_ENVIRONMENTS = (
    "ant|half_?cheetah|hopper|walker(?:2d)?|humanoid(?:_?standup)?|swimmer|reacher|cart_?pole|pendulum|acrobot"
    "|mountain_?car(?:_?continuous)?|lunar_?lander(?:_?continuous)?|bipedal_?walker|frozen_?lake|taxi|pong|breakout"
    "|qbert|seaquest|space_?invaders|beam_?rider|enduro|ms_?pacman|montezuma")

RULES = (
    # when, and which process
    Rule(WHEN, r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "6f1c8f5e-0b1d-4a6e-9d4b-1f2e3d4c5b6a"),
    Rule(WHEN, r"[0-9a-f]{5}_\d{5}(?:_\d+)?(?=[_,]|$)", "1f2e3_00000_0"),  # Ray's trials
    Rule(WHEN, rf"{_YEAR}_\d\d_\d\d_\d\d_\d\d_\d\d_\d{{4}}(?=--s-|$)", "2018_01_01_10_00_00_0001"),  # rllab
    Rule(WHEN, rf"{_YEAR}([-_.]){_MONTH}\1{_DAY}(?:[T_ .-]+{_CLOCK}(?:[a-z0-9]{{8}})?)?", "2024-01-31_10-00-00"),
    Rule(WHEN, rf"{_DAY}([-_.])(?:{_MONTH}|{_MONTHS})\1{_YEAR}(?:[T_ .-]+{_CLOCK})?", "31-01-2024"),
    Rule(WHEN, rf"{_YEAR}{_MONTH}{_DAY}(?:[-_T]?{_HOUR}{_MINUTE}(?:{_MINUTE}\d{{0,6}})?Z?)?"
               r"(?:-(?:\d{1,7}-[0-9a-f]{8}|[a-z0-9]{8}))?", "20240131_100000-1a2b3c4d"),  # W&B's, and ours
    Rule(WHEN, rf"\d\d-{_MONTH}-{_DAY}_{_CLOCK}", "24-01-31_10-00-00-123456"),  # skrl
    Rule(WHEN, rf"\d\d-{_MONTH}{_DAY}-{_HOUR}{_MINUTE}{_MINUTE}", "24-0131-100000"),  # OfflineRL-Kit
    Rule(WHEN, r"(?i:timestamp|datetime)(?=[-_=]|$)", "timestamp"),  # of the date behind it
    Rule(WHEN, rf"{_DAY}-{_HOUR}-{_MINUTE}-{_MINUTE}", "31-10-00-00"),  # RL Games
    Rule(WHEN, rf"\d\d{_MONTH}{_DAY}[-_]{_HOUR}{_MINUTE}{_MINUTE}", "240131-100000"),
    Rule(WHEN, rf"{_HOUR}[-:]{_MINUTE}[-:]{_MINUTE}(?:[.,-]\d{{3,6}})?", "10-00-00"),
    Rule(WHEN, rf"(?:{_MONTHS})[-_ ]?\d{{1,2}}(?:[-_ ]{_YEAR})?(?:[-_ ]{_CLOCK})?", "Jan01_12-00-00"),
    Rule(WHEN, r"tmp[a-z0-9_]{8}", "tmp1x2y_z4a"),  # Python's temporary folders
    Rule(WHEN, r"1\d{9}(?:\.\d+|\d{3}|\d{6})?", "1700000000"),
    Rule(WHEN, r"(?=[0-9a-f]*\d[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}", "1a2b3c4d"),
    Rule(WHEN, rf"(?i:pid|job|jobid|slurm|trial|attempt|uuid)[-_=]?{_NO_DATE}\d+", "trial_3"),
    # seeds by their name
    Rule(SEED, rf"(?i:random_?seeds?|seeds?|sd|rng|runs?|rep|repeat|replicate|repetition)[-_=: ]*{_NO_DATE}"
               r"(?P<value>\d{1,5})", "seed_3"),
    Rule(SEED, r"(?i:random_?seed|seed)[-_=: ]*(?P<value>\d+)", "seed=1234567"),
    Rule(SEED, r"[sS][-_=]?(?P<value>\d{1,5})", "s3"),
    # settings
    Rule(SETTING, rf"(?P<key>[A-Za-z][\w./]*?)=(?P<value>{_ANY_NUMBER}|[A-Za-z]\w*?(?=[,_]|$)|[^,=&/ ]+)", "lr=0.001"),
    Rule(WORD, r"v?\d+(?:\.\d+){2,}", "v0.2.1"),
    # what was trained, and where
    Rule(ALGORITHM, rf"(?i:{_ALGORITHMS})", "ppo"),
    Rule(ENVIRONMENT, rf"env(?!iron|pool|elop|s-)[-_]?(?P<value>{_GYM_ID})", "envcartpole-v0"),  # SpinningUp's
    Rule(ENVIRONMENT, _GYM_ID, "CartPole-v1"),
    Rule(ENVIRONMENT, rf"(?i:{_ENVIRONMENTS})", "HalfCheetah"),
    # the rest
    Rule(SETTING, rf"(?P<key>[A-Za-z]+)[-_ ]?(?P<value>{_NUMBER})", "lr1e-3"),
    Rule(WORD, _NUMBER, "0.5"),
    Rule(COUNT, r"(?P<value>\d+)", "3"),
    Rule(WORD, r"[^\W_]+", "baseline"),
)
_SETTINGS = frozenset((  # a whole number behind such a word is a setting, or counts something else than seeds
    "v version task level stage phase world agent player layer fold split step depth net exp experiment goal map env lr"
    " alpha beta gamma lambda lam tau eps epsilon clip ent vf coef batch bs minibatch size hidden unit width dim n k m"
    " num frame stack skip worker thread gpu cuda node rank block head filter channel kernel epoch iter iteration"
    " horizon len length rollout buffer temp noise decay delay freq interval period ratio scale weight reward cost"
    " budget limit threshold utd ensemble critic actor degree order group option variant config cfg setting ablation"
    " difficulty ckpt checkpoint model part chunk shard").split())
_LONGEST = 1000  # characters that are looked at
_LEVEL = re.compile(r"(?i:world|level|stage|map)\d+")
_OF_SEEDS = frozenset(("seed", "s", "sd", "rep", "repeat", "replicate", "repetition"))
_BEFORE, _BEHIND = r"(?<![^\W_])", r"(?![^\W_])"
_COMPILED = [(rule.kind, re.compile(_BEFORE + f"(?:{rule.pattern})" + _BEHIND)) for rule in RULES]
_COMPILED.append((WORD, re.compile(r"[^\w\s.,=&()\[\]{}#~@;:'\"-]+")))  # ``ppo+`` is another one than ``ppo``


@functools.lru_cache(maxsize=65536)
def tokens(name: str) -> Tuple[Token, ...]:
    """The pieces of a name, in their order; what stands between them is skipped."""
    found: List[Token] = []
    if len(name) > _LONGEST:
        return tokens(name[:_LONGEST]) + (Token(WORD, name[_LONGEST:], "", "", ""),)
    place = end = 0
    while place < len(name):
        kind, match = next(((kind, match) for kind, match in ((kind, pattern.match(name, place))
                                                              for kind, pattern in _COMPILED) if match), ("", None))
        if match is None:
            place += 1
            continue
        groups = match.groupdict()
        token = Token(kind, match.group(), groups.get("key") or "", groups.get("value") or match.group(),
                      name[end:place])
        found.append(_together(found.pop(), token) if found and _are_one(found[-1], token) else token)
        place = end = match.end()
    return tuple(found)


def _are_one(last: Token, token: Token) -> bool:
    """Whether a word and a number are a setting: ``net_64``, ``task-0``, ``level1-2``, and ``3_layers``."""
    if last.kind == WORD and token.kind == COUNT:
        return is_setting(last.text) or token.before == "-" and bool(_LEVEL.fullmatch(last.text))
    return last.kind == COUNT and token.kind == WORD and token.text.endswith("s") and is_setting(token.text)


def _together(last: Token, token: Token) -> Token:
    word, number = (last, token) if last.kind == WORD else (token, last)
    return Token(SETTING, last.text + token.before + token.text, word.text, number.value, last.before)


def is_setting(word: str) -> bool:
    """Whether a whole number behind this word is no seed."""
    plain = word.lower()
    return plain in _SETTINGS or plain[-1:] == "s" and plain[:-1] in _SETTINGS


def parts(path: Tuple[str, ...]) -> List[Tuple[Token, ...]]:
    """The tokens of each part of a path. A part that is a bare number counts what the folder above it is called:
    ``task/0``, ``seed/0``; below a time of day it counts the jobs of Hydra, below ``lightning_logs`` Lightning's."""
    found: List[Tuple[Token, ...]] = []
    for place, part in enumerate(path):
        own, above = tokens(part), path[place - 1] if place else ""
        if above and len(own) == 1 and (own[0].kind == COUNT or re.fullmatch(_ANY_NUMBER, own[0].text)):
            own = (_below(above, found[-1], own[0]),)
        elif above == "lightning_logs" and re.fullmatch(r"version_\d+", part):
            own = (Token(WHEN, part, "", part, ""),)
        found.append(own)
    return found


def _below(above: str, before: Tuple[Token, ...], number: Token) -> Token:
    word = above.lower().rstrip("s") or above
    if is_setting(above) and not word.startswith("exp"):
        return number._replace(kind=SETTING, key=above)
    if number.kind == COUNT and word in _OF_SEEDS:
        return number._replace(kind=SEED)
    return number._replace(kind=WHEN) if before and all(one.kind == WHEN for one in before) else number


def joined(own: Tuple[Token, ...]) -> str:
    """The text of tokens, with what stood between them, where some were taken out of a name."""
    text = ""
    for token in own:
        text += (token.before.strip("{}()[]") if text else "") + token.text
    return text
