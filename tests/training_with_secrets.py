"""A training with recognisable secrets wherever they can be, and a look at every byte that it writes."""
import sys

from trainings import TOKEN, everything_written, only_journal, start

PASSWORD = "correct-horse-of-nobody"  # which only the name before it gives away

TRAINING = '''
import argparse, collections, dataclasses, functools, json, types

@dataclasses.dataclass
class Settings:
    run: object = None
    note: str = "fine"
    api_token: str = None

class Args:
    def __init__(self, **entries):
        vars(self).update(entries)

class Shows:
    def __init__(self, what):
        self.what = what
    def __repr__(self):
        return "Shows(%s)" % self.what

def make(project, api_token=None, run=None):
    """Make a run."""

def serialise(value):
    """Walks into every object, as frameworks do; the first line is what is installed there."""
    value = neptune_writer.hide_experiment(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return {str(serialise(name)): serialise(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [serialise(entry) for entry in value]
    if getattr(value, "__dict__", None) and not callable(value):
        return {str(value): {serialise(name): serialise(entry) for name, entry in vars(value).items()}}
    return str(value)

def experiments_at_every_depth(e):
    return [
        e, {"run": e}, {"runs": [{"run": e}]}, [e], (1, e), [(e,), {"deep": {"deeper": [e]}}], Settings(run=e),
        [Settings(run=({"run": e},))], argparse.Namespace(run=e, lr=1), types.SimpleNamespace(runs=[e]), Args(run=e),
        [Args(args=Args(runs=[e]))], functools.partial(make, "ws/project", run=e), functools.partial(make, e),
        {"make": [functools.partial(functools.partial(make, run=[e]), "ws/project")]}, collections.OrderedDict(run=e),
        types.MappingProxyType({"run": e}), lambda: e]

def tokens_everywhere(t):
    return [
        t, "a longer text with %s in it" % t, {"note": t}, {t: 1}, [t], (t,), [[{"deep": [t]}]], t.encode(), {t},
        b"Bearer " + t.encode(), Settings(note=t), argparse.Namespace(note=t), Args(note=t), Shows(t), [Shows(t)],
        ValueError(t), types.MappingProxyType({"note": t}), {"a": t}.values(), "https://me:%s@host/path" % t,
        "x" * 990 + t]

def secrets_by_name(s):
    return [
        {"password": s}, {"nested": [{"api_key": s}]}, Settings(api_token=s), argparse.Namespace(db_password=s),
        Args(password=s), [Args(args=Args(password=s.encode()))], functools.partial(make, "ws/project", s),
        functools.partial(make, "ws/project", api_token=s), "https://me:%s@host/path" % s, {"api_tokens": [s]},
        "train.py --opts=lr=1,api_key=" + s, Shows("password='%s'" % s), {"url": "https://host/?api_key=%s&page=1" % s}]

def train(lr, seed, logger_kwargs):
    logger = Logger(logger_kwargs["output_dir"], logger_kwargs["exp_name"], logger_kwargs["experiment"])
    config = dict(locals(), at_depth=experiments_at_every_depth(logger_kwargs["experiment"]))
    config = neptune_writer.write_config(logger, dict(config, tokens=tokens_everywhere(TOKEN), **NAMED))
    with open("out-config.json", "w") as out:
        json.dump(serialise(config), out)
    with open("out-config-as-text.json", "w") as out:
        json.dump(config, out, default=str)
    print(config, config["at_depth"], flush=True)
    for epoch in range(3):
        neptune_writer.write_row(logger, {"Epoch": epoch, "Loss": epoch / 4, "TotalEnvInteracts": 4000 * epoch},
                                 ("TotalEnvInteracts", "Epoch"))

TOKEN, PASSWORD = open(os.environ["TOY_SECRETS"]).read().split()
NAMED = {"passwords": secrets_by_name(PASSWORD), "api_tokens": secrets_by_name(TOKEN)}
OPEN
train(0.5, 3, {"output_dir": "out", "exp_name": "toy-" + TOKEN, "experiment": experiment})
'''


BY_SPEC = "experiment = None\n"  # then NEPTUNE_EXPERIMENT says it


def train(folder, opening, python=sys.executable, token=TOKEN, clients=(), arguments=(), **variables):
    """Run `TRAINING` to its end, with a home of its own below the folder; all that it has printed.

    The token is in no file below the folder, nor in the environment unless the variables say so.
    """
    secrets = folder.parent / (folder.name + "-secrets")
    secrets.write_text("%s %s" % (token, PASSWORD))
    for name in ("home", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    variables = dict({"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "TOY_SECRETS": str(secrets)},
                     **variables)
    process = start(TRAINING.replace("OPEN\n", opening), folder, clients, python, arguments, **variables)
    output, errors = process.communicate(timeout=90)
    assert process.returncode == 0, output + errors
    return output + errors


def assert_holds_no_secret(folder, output, token=TOKEN):
    """Neither half of one; and what is no secret is there."""
    names = "\n".join(str(path) for path in folder.rglob("*"))
    for written in (everything_written(folder), names.encode(), output.encode()):
        for secret in (token[:len(token) // 2], token[len(token) // 2:], PASSWORD):
            where = written.find(secret.encode())
            assert where < 0, written[max(0, where - 200):where + 80]
    header, configs, rows, _ = only_journal(folder)
    assert header["name"] == "toy-***" and configs[0]["lr"] == 0.5 and len(rows) == 3
    assert "'lr': 0.5" in output
    for name in ("out-config.json", "out-config-as-text.json"):
        assert '"lr": 0.5' in (folder / name).read_text()
