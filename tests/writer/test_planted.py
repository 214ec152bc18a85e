"""S1: in a folder that others may write to, something is planted under every name that they can know of.

The names are those that a training, `replay.py` and `report.py` really open, make or rename to, as Python's audit
hooks tell. Each is planted; nothing planted and nothing it leads to is touched, and all rows get where they belong.
"""
import contextlib
import hashlib
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from adversary import PLANTS, UID, as_user, needs_root, open_folder, plant, state
from journal_records import FIRST, row
from report_runs import report
from trainings import RECORDING, ROOT, environment, only_journal, recorded_points, run

from neptune_writer.journal import encoding

SPY = """
import os, sys
def hook(event, arguments):
    if event == "open" and arguments[2] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
        tell(arguments[0])
    elif event in ("os.rename", "os.link", "os.symlink"):
        tell(arguments[1])
    elif event in ("os.mkdir", "os.mkfifo"):
        tell(arguments[0])
told = os.open(%(told)r, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
def tell(path):
    if isinstance(path, (str, bytes)):
        path = os.path.abspath(os.fsdecode(path))
        if path.startswith(%(folder)r):
            os.write(told, os.fsencode(os.path.relpath(path, %(folder)r) + "\\n"))
sys.addaudithook(hook)
"""
TRAIN = """
from neptune_writer.recording import header
header.new_run_id = lambda: "r"  # a name that is known, as to somebody who watches the folder
logger = Logger(OUTPUT, "toy")
for epoch in range(20):
    neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
"""
SHORT = ("a symlink", "a FIFO")
RANDOM = re.compile(r"[0-9a-f]{8,}(?=\.tmp$)")
KEPT = "out/neptune-r.jsonl"
TARGET = KEPT + ".offline-" + hashlib.sha1(b"offline").hexdigest()[:6]
CURSOR, LOCK, LOG = TARGET + ".cursor", TARGET + ".cursor.lock", "out/neptune-r.log"


def records(count):
    return b"".join(map(encoding.encode, [FIRST] + [row(number) for number in range(count)]))


@pytest.fixture
def folder(training_folder):
    """Where all happens; the cache and the temporary files lie below it, too."""
    (training_folder / "tmp").mkdir()
    (training_folder / "victim").write_text("a file of the victim's")
    (training_folder / "victim").chmod(0o640)
    return training_folder


def variables(folder):
    return {"XDG_CACHE_HOME": str(folder / "cache"), "TMPDIR": str(folder / "tmp")}


def train(folder, output="'out'", **more):
    return run(TRAIN.replace("OUTPUT", output), folder, clients=[*more.pop("first", ()), RECORDING],
               NEPTUNE_EXPERIMENT="offline", **variables(folder))


def script(folder, name, *arguments, first=(), **how):
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / name)] + list(arguments), cwd=str(folder),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                          env=environment(*first, RECORDING, **variables(folder)), **how)
    return done.returncode, (done.stdout + done.stderr).decode()


def sent(folder):
    return sorted(step for step, _, _ in recorded_points(folder, "Epoch") + recorded_points(folder, "loss"))


@pytest.mark.slow
def test_these_are_all_the_names(folder, tmp_path_factory):
    spy = tmp_path_factory.mktemp("spy")
    (spy / "sitecustomize.py").write_text(SPY % {"told": str(spy / "told"), "folder": str(folder)})
    train(folder, first=[spy])
    for name in (CURSOR, LOG):
        (folder / name).unlink()
    code, said = script(folder, "replay.py", "out", "--to", "offline", first=[spy])
    assert code == 0, said
    train(folder, "None", first=[spy])
    (folder / "past").mkdir()
    (folder / "past/progress.csv").write_text("loss,step\n1,1\n")
    code, said = script(folder, "replay.py", "past", "--to", "offline", first=[spy])
    assert code == 0, said
    code, said = script(folder, "report.py", "out", first=[spy])
    assert code == 0, said
    told = {RANDOM.sub("RANDOM", name) for name in (spy / "told").read_text().splitlines()}
    told = {re.sub(r"(?<=neptune-)[0-9a-f]{16}|[0-9a-f]{16}(?=\.lock$)", "ID", name) for name in told}
    clients = re.compile(r"recorded\.jsonl|tmp/|training\.py|cache$|cache/neptune-writer$")
    beside = {".cursor", ".cursor.lock", ".cursor.RANDOM.tmp"}
    kept, cached = "neptune_journals/neptune-r", "cache/neptune-writer/journals/neptune-ID"
    assert {name for name in told if not clients.match(name)} == {
        "out", KEPT, LOG, *(TARGET + name for name in beside),
        "neptune_journals", kept + ".jsonl", kept + ".log", *(kept + TARGET[len(LOG) - 4:] + name for name in beside),
        "cache/neptune-writer/runs", os.path.dirname(cached), os.path.dirname(cached) + "/ID.lock",
        cached + ".jsonl", cached + ".jsonl.RANDOM.tmp",
        *(cached + TARGET[len(LOG) - 4:] + name for name in beside),
        "report.html", "report.html.RANDOM.tmp"}


def tries(names, plants):
    names_and_plants = [(name, what) for name in names for what in sorted(plants)
                        if (name, what) != (CURSOR, "another name of a file")]  # which is replaced: see test_files.py
    return [pytest.param(name, what, marks=[] if what in SHORT else pytest.mark.slow, id="%s-%s" % (
        name.rpartition(".")[2], what)) for name, what in names_and_plants]


@contextlib.contextmanager
def planted(folder, name, what):
    """Something under that name, which is as it was in the end; so is a file that it leads to."""
    place, victim = folder / name, folder / "victim"
    place.parent.mkdir(exist_ok=True)
    plant(what, place, victim)
    before = state(place), state(victim)
    yield
    assert (state(place), state(victim)) == before
    for path in folder.rglob("*"):
        if path != place and RANDOM.search(path.name):
            pytest.fail("%s is left" % path)


@pytest.mark.parametrize("name, what", tries([KEPT, LOG, CURSOR, LOCK], PLANTS))
def test_a_training(folder, name, what):
    with planted(folder, name, what):
        errors = train(folder)
    assert [line for line in errors.splitlines() if name.rpartition("/")[2] in line and (
        ", not a file of this user;" in line or "([Errno 17] File exists" in line)]
    if name == LOCK:
        assert sent(folder) == [] and "To send them: " in errors and len(only_journal(folder).rows) == 20
    else:
        assert sent(folder) == list(range(20)) and "not been sent" not in errors
    if name == KEPT:
        assert len(only_journal(folder / "neptune_journals").rows) == 20
    if name == LOG:
        log, = [path for path in (folder / "out").iterdir() if path.name.startswith("neptune-r.log.")]
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.slow
@pytest.mark.parametrize("name, what", tries([CURSOR, LOCK], PLANTS))
def test_a_run_that_is_sent_again(folder, name, what):
    (folder / "out").mkdir()
    (folder / KEPT).write_bytes(records(10))
    with planted(folder, name, what):
        for number in range(2):
            code, said = script(folder, "replay.py", "out", "--to", "offline")
            assert "Traceback" not in said
            if name == LOCK:
                assert code == 1 and sent(folder) == [] and "%s: a " % name in said
            else:
                assert code == 0 and sent(folder) == list(range(10))  # the second time it knows, from the cache folder
            assert number or ", not a file of this user;" in said


@pytest.mark.parametrize("what", sorted(set(PLANTS) - {"another name of a file"}))
def test_a_report(folder, what, capsys):
    (folder / "out").mkdir()
    (folder / KEPT).write_bytes(records(3))
    with planted(folder, "report.html", what):
        said = report(folder / "out", "-o", folder / "report.html", status=1, capsys=capsys)
    expected = ("this is a folder" if what == "a folder" else
                "%s, not a file of this user; it is left alone" % what.replace(" to nothing", ""))
    assert said.startswith("report: -o %s: %s" % (folder / "report.html", expected)) and said.count("\n") == 1


@pytest.mark.slow
def test_a_folder_that_is_a_link(folder):
    """The fallback folder of journals, and both of the cache."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    for name in ("neptune_journals", "cache/neptune-writer"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).symlink_to(elsewhere)
    (folder / "past").mkdir()
    (folder / "past/progress.csv").write_text("loss,step\n1,1\n")
    errors = train(folder, "None")
    assert "neptune_journals: a symlink, not a folder of this user; it is left alone" in errors
    code, said = script(folder, "replay.py", "past", "--to", "offline")
    assert code == 0 and os.listdir(str(elsewhere)) == [] and sent(folder) == sorted([1, *range(20)]), said
    assert stat.S_IMODE((folder / "tmp" / ("neptune-writer-%d" % os.getuid())).stat().st_mode) == 0o700


# Another user, really

@pytest.mark.slow
@needs_root
def test_a_training_and_a_resend_in_a_folder_where_another_user_plants_all_names():
    """As in /tmp: they see the journal's name, and come first."""
    with open_folder() as place, open_folder(0o700) as own:
        own = Path(own)
        (own / "tmp").mkdir()
        victim = os.path.join(own, "victim")
        with open(victim, "w") as file:
            file.write("a file of the victim's")
        before = state(victim)
        out = os.path.join(place, "out")
        os.mkdir(out)
        os.chmod(out, 0o1777)
        names = [os.path.join(place, name) for name in (KEPT, LOG, CURSOR, LOCK)]
        as_user(lambda: [os.symlink(victim, name) for name in names])
        errors = train(own, repr(out))
        assert len(only_journal(own).rows) == 20 and sent(own) == list(range(20)), errors
        assert sorted(os.listdir(out)) == sorted(map(os.path.basename, names)) and state(victim) == before
        for name in names[1:]:
            as_user(lambda: os.remove(name))
        as_user(lambda: [os.remove(names[0]), open(names[0], "wb").write(records(5))])
        for name, content in ((names[2], b'{"offset": 1000, "series": {}}'), (names[3], b"process 1 on x")):
            as_user(lambda: open(name, "wb").write(content))
        planted = [state(name) for name in names[2:]]
        code, said = script(own, "replay.py", out, "--to", "offline")
        assert code == 1 and "a file of another user (uid %d)" % UID in said and sent(own) == list(range(20))
        as_user(lambda: os.remove(names[3]))
        code, said = script(own, "replay.py", out, "--to", "offline")
        assert code == 0 and sent(own) == sorted([*range(20), *range(5)]), said
        assert state(names[2]) == planted[0]
