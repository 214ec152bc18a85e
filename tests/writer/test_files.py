"""system/files, folders, descriptors: what is made in a folder that others may write to (S1, S20, S21, S25)."""
import os
import signal
import stat
import subprocess
import sys
import tempfile

import pytest
from adversary import PLANTS, UID, as_user, needs_root, open_folder, plant, state
from trainings import PACKAGE

from neptune_writer.system import descriptors, files, folders

WAYS = {"create": files.create, "create_or_open": files.create_or_open, "open_trusted": files.open_trusted,
        "replace": lambda path: files.replace(path, b"ours")}


@pytest.fixture(autouse=True)
def never_for_ever():
    """A FIFO that is opened the wrong way waits for ever."""
    old = signal.signal(signal.SIGALRM, lambda *args: pytest.fail("it waits for ever"))
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, old)


@pytest.fixture
def victim(tmp_path):
    path = tmp_path / "victim"
    path.write_text("a file of the victim's")
    path.chmod(0o640)
    return path


@pytest.fixture
def umask():
    old = os.umask(0o022)
    yield os.umask
    os.umask(old)


# What is planted

@pytest.mark.parametrize("what", sorted(PLANTS))
@pytest.mark.parametrize("way", sorted(WAYS))
def test_whatever_is_planted_under_a_name_is_left_alone(tmp_path, victim, way, what):
    """S1."""
    path = str(tmp_path / "name")
    plant(what, path, victim)
    before = state(victim), state(path)
    if (way, what) in (("replace", "another name of a file"), ("open_trusted", "another name of a file")):
        WAYS[way](path)  # a copy of a tree by links has such; the other name keeps what it has
        assert victim.read_text() == "a file of the victim's"
        return
    with pytest.raises(FileExistsError if way == "create" else files.NotOurs) as refusal:
        WAYS[way](path)
    assert (state(victim), state(path)) == before and len(os.listdir(str(tmp_path))) == 2
    if way != "create":
        words = {"a symlink to nothing": "a symlink", "another name of a file": "a file with a second name"}
        assert str(refusal.value) == "%s: %s, not a file of this user; it is left alone" % (
            path, words.get(what, what))


@pytest.mark.parametrize("what", ["a FIFO", "a folder", "a socket", "a device", "a symlink to a FIFO"])
def test_what_is_read_is_a_file(tmp_path, victim, what):
    """S21."""
    path = str(tmp_path / "name")
    if what == "a symlink to a FIFO":
        os.mkfifo(path + ".fifo")
        os.symlink(path + ".fifo", path)
    elif what not in PLANTS:
        pytest.skip("NOT TESTED: a device. Making one takes root")
    else:
        plant(what, path, victim)
    with pytest.raises(files.NotOurs) as refusal:
        files.open_to_read(path)
    assert str(refusal.value) == "%s: %s, not a file; it is left alone" % (path, what.split("to ")[-1])


def test_a_reader_follows_the_link_that_it_is_named(tmp_path, victim):
    os.symlink(str(victim), str(tmp_path / "name"))
    with files.open_to_read(str(tmp_path / "name")) as file:
        assert file.read() == b"a file of the victim's" and not os.get_inheritable(file.fileno())


def test_a_fifo_that_comes_between_the_look_and_the_opening_is_not_waited_for(tmp_path, monkeypatch):
    path = str(tmp_path / "name")
    os.mkfifo(path)
    with open(str(tmp_path / "file"), "w"):
        regular = os.stat(str(tmp_path / "file"))
    monkeypatch.setattr(os, "lstat", lambda path: regular)
    for way in (files.create_or_open, files.open_trusted):
        with pytest.raises(files.NotOurs, match="name: a FIFO"):
            way(path)


def test_a_link_that_comes_between_the_look_and_the_opening_is_not_followed(tmp_path, victim, monkeypatch):
    os.symlink(str(victim), str(tmp_path / "name"))
    regular = os.stat(str(victim))
    monkeypatch.setattr(os, "lstat", lambda path: regular)
    for way in (files.create_or_open, files.open_trusted):
        with pytest.raises(files.NotOurs, match=": a symlink"):
            way(str(tmp_path / "name"))


@needs_root
def test_a_file_of_another_user_is_neither_read_nor_written_where_everybody_may_plant_one():
    with open_folder() as folder:
        path = os.path.join(folder, "name")
        as_user(lambda: files.replace(path, b"planted", 0o666))
        before = state(path)
        for way in ("create_or_open", "open_trusted", "replace"):
            with pytest.raises(files.NotOurs, match=r"a (file|folder) of another user \(uid %d\)" % UID):
                WAYS[way](path)
        assert state(path) == before and os.listdir(folder) == ["name"]


@needs_root
def test_in_a_folder_of_a_group_a_colleagues_file_is_read_and_not_written_to():
    """Who sends a shared run again must see how far a colleague has sent it."""
    with open_folder(0o770) as folder:
        path = os.path.join(folder, "name")
        with open(path, "wb") as file:
            file.write(b"a colleague's")
        os.chown(path, UID, 0)
        with os.fdopen(files.open_trusted(path), "rb") as file:
            assert file.read() == b"a colleague's"
        before = state(path)
        for way in ("create_or_open", "replace"):
            with pytest.raises(files.NotOurs):
                WAYS[way](path)
        assert state(path) == before and os.listdir(folder) == ["name"]
        files.replace(path, b"ours", of_colleagues=True)  # by its name, as they may replace ours
        assert os.stat(path).st_uid == 0


def test_a_file_of_ours_is_opened_again_and_replaced_whole(tmp_path, monkeypatch):
    path = str(tmp_path / "name")
    os.write(files.create_or_open(path, append=True), b"one ")
    os.write(files.create_or_open(path, append=True), b"two")
    assert (tmp_path / "name").read_text() == "one two"
    files.replace(path, b"three")
    assert (tmp_path / "name").read_text() == "three"

    def fails(*paths):
        raise OSError("no rename")
    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="no rename"):
        files.replace(path, b"four")
    assert (tmp_path / "name").read_text() == "three" and os.listdir(str(tmp_path)) == ["name"]


# Modes

@pytest.mark.parametrize("folder, expected", [
    (0o755, 0o600), (0o711, 0o600), (0o700, 0o600), (0o1777, 0o600),
    (0o775, 0o640), (0o770, 0o640), (0o750, 0o640), (0o2750, 0o640), (0o2755, 0o640), (0o3770, 0o640), (0o777, 0o644)])
def test_the_mode_is_the_owners_alone_unless_the_folder_is_shared(tmp_path, umask, folder, expected):
    """A folder's 0755 is what everybody's is, and says nothing; a group that may write to it, or gets what is made in
    it, is one that it is shared with."""
    place = tmp_path / "folder"
    place.mkdir()
    place.chmod(folder)
    os.close(files.create(str(place / "made")))
    files.replace(str(place / "replaced"), b"")
    assert [stat.S_IMODE((place / name).stat().st_mode) for name in ("made", "replaced")] == [expected] * 2
    umask(0o077)
    os.close(files.create(str(place / "again")))
    assert stat.S_IMODE((place / "again").stat().st_mode) == 0o600


def test_the_mode_that_a_user_gave_a_file_outlives_its_replacement(tmp_path, umask):
    path = tmp_path / "report.html"
    files.replace(path, b"")
    path.chmod(0o644)
    files.replace(path, b"")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_default_acl_shares_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getxattr", lambda path, name: b"entries", raising=False)
    assert files.mode_in(str(tmp_path)) == 0o640
    monkeypatch.delattr(os, "getxattr")
    assert files.mode_in(str(tmp_path)) == 0o600


# Folders

@pytest.mark.parametrize("make", [folders.private, folders.shared])
@pytest.mark.parametrize("what", sorted(set(PLANTS) - {"a folder"}) + ["a link to a folder", "a file"])
def test_whatever_is_planted_as_a_folder_is_left_alone(tmp_path, victim, make, what):
    """S1, S21."""
    path = str(tmp_path / "name")
    if what == "a link to a folder":
        (tmp_path / "elsewhere").mkdir()
        os.symlink(str(tmp_path / "elsewhere"), path)
    elif what == "a file":
        (tmp_path / "name").write_text("")
    else:
        plant(what, path, victim)
    before = state(path)
    with pytest.raises(files.NotOurs, match=": a .*, not a folder of this user"):
        make(path)
    assert state(path) == before


@needs_root
def test_a_folder_of_another_user_is_not_used():
    """S21: the fallback folder among the temporary files belongs to whoever made it first."""
    with open_folder() as folder:
        path = os.path.join(folder, "name")
        as_user(lambda: os.mkdir(path, 0o777))
        for make in (folders.private, folders.shared):
            with pytest.raises(files.NotOurs, match=r"a (file|folder) of another user \(uid %d\)" % UID):
                make(path)


def test_a_private_folder_is_closed_to_others_also_where_an_older_version_made_it(tmp_path):
    (tmp_path / "old").mkdir(0o755)
    (tmp_path / "old").chmod(0o777)
    for name in ("old", "new"):
        assert stat.S_IMODE(os.stat(folders.private(str(tmp_path / name))).st_mode) == 0o700


@pytest.mark.parametrize("above, expected", [(0o755, 0o700), (0o2775, 0o2750), (0o1777, 0o700), (0o777, 0o755)])
def test_a_shared_folder_lets_in_whom_the_one_above_is_shared_with(tmp_path, umask, above, expected):
    place = tmp_path / "above"
    place.mkdir()
    place.chmod(above)
    assert stat.S_IMODE(os.stat(folders.shared(str(place / "made"))).st_mode) == expected
    assert folders.shared(str(place / "made"))


# The cache, with and without a home

@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "tmp" / ("neptune-writer-%d" % os.geteuid())


def test_the_cache_lies_where_the_user_has_caches(tmp_path, temporary, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert folders.caches("cursors") == [str(tmp_path / "home/.cache/neptune-writer/cursors"),
                                         str(temporary / "cursors")]
    assert not (tmp_path / "home").exists() and not temporary.exists()
    assert folders.cache("cursors") == str(tmp_path / "home/.cache/neptune-writer/cursors")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the specification tells to pass over
    assert folders.cache("cursors") == str(tmp_path / "home/.cache/neptune-writer/cursors")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert folders.cache("cursors") == str(tmp_path / "xdg/neptune-writer/cursors")


@pytest.mark.parametrize("home", [None, "", "~", "relative", "/dev/null"])
def test_without_a_home_no_folder_is_named_after_it(tmp_path, temporary, monkeypatch, home):
    """S20."""
    if home is None:
        monkeypatch.delenv("HOME")
        monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # what it does for a uid without an entry
    else:
        monkeypatch.setenv("HOME", home)
    assert folders.cache("cursors") == str(temporary / "cursors")
    assert stat.S_IMODE(temporary.stat().st_mode) == 0o700 and os.listdir(str(tmp_path)) == ["tmp"]


@needs_root
def test_a_user_whom_the_system_does_not_know_has_a_cache():
    """S20, really: no HOME, and a uid without an entry."""
    with open_folder(0o777) as folder:
        def work():
            os.environ.pop("HOME", None)
            os.environ.pop("XDG_CACHE_HOME", None)
            os.chdir(folder)
            tempfile.tempdir = folder
            assert os.path.expanduser("~") == "~"
            assert folders.cache("cursors") == os.path.join(folder, "neptune-writer-%d" % UID, "cursors")
        as_user(work)
        assert os.listdir(folder) == ["neptune-writer-%d" % UID]


def test_a_cache_that_somebody_planted_is_passed_over_and_the_last_one_refused(tmp_path, temporary, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    os.symlink("/", str(tmp_path / "neptune-writer"))
    assert folders.cache("cursors") == str(temporary / "cursors")
    assert folders.caches("cursors") == [str(temporary / "cursors")]
    os.rmdir(str(temporary / "cursors"))
    os.symlink("/", str(temporary / "cursors"))
    with pytest.raises(files.NotOurs, match="%s/neptune-writer: a symlink, not a folder of this user" % tmp_path):
        folders.cache("cursors")
    assert folders.caches("cursors") == []


# Descriptors

DESCRIPTORS = """
import os, sys
for number in map(int, sys.argv[1:]):
    os.close(number)
from neptune_writer.system import descriptors, files
reading = files.open_to_read("file")
found = [files.create("made"), files.create_or_open("made"), files.open_trusted("made"), reading.fileno()]
found += descriptors.pipe()
with open("told", "w") as told:
    told.write(repr((min(found), any(map(os.get_inheritable, found)), len(set(found)))))
"""


@pytest.mark.parametrize("closed", ["0", "1", "2", "0 1", "0 1 2"])
def test_no_file_of_ours_has_the_number_of_a_standard_stream(tmp_path, closed):
    """S25: C code prints into 1 and 2, whatever they are."""
    (tmp_path / "file").write_text("")
    subprocess.run([sys.executable, "-c", DESCRIPTORS] + closed.split(), cwd=str(tmp_path), check=True,
                   env=dict(os.environ, PYTHONPATH=str(PACKAGE.parent)))
    lowest, inherited, count = eval((tmp_path / "told").read_text())
    assert lowest >= descriptors.LOWEST and not inherited and count == 6


def test_a_process_of_ours_has_all_three_streams(tmp_path):
    code = """
import os, sys
for number in range(3):
    os.close(number)
sys.stdin = sys.stdout = sys.stderr = None  # as Python starts then
from neptune_writer.system import descriptors
descriptors.fill_standard()
print("into nothing", flush=True)
print("this too", file=sys.stderr)
file = open("told", "w")
file.write(repr((sys.stdin.read(), file.fileno(), [os.get_inheritable(number) for number in range(3)])))
"""
    subprocess.run([sys.executable, "-c", code], cwd=str(tmp_path), check=True,
                   env=dict(os.environ, PYTHONPATH=str(PACKAGE.parent)))
    assert eval((tmp_path / "told").read_text()) == ("", 3, [True] * 3)


# Systems that lack some of it

def test_it_works_where_the_system_has_none_of_it(tmp_path):
    """B13: on Windows there is no O_NOFOLLOW, no owner, no fcntl, no fchmod."""
    code = """
import os, sys
for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "geteuid", "getuid", "fchmod", "getxattr", "chown"):
    delattr(os, name)
sys.modules["fcntl"] = None
from neptune_writer.system import descriptors, files, folders
os.write(files.create("a", append=True), b"1")
os.write(files.create_or_open("a", append=True), b"2")
files.replace("a", open("a", "rb").read() + b"3")
assert files.open_to_read("a").read() == b"123" and os.read(files.open_trusted("a"), 9) == b"123"
os.symlink("a", "link")
for way in (files.create_or_open, files.open_trusted):
    try:
        way("link")
        sys.exit("followed a link")
    except files.NotOurs:
        pass
assert os.path.isdir(folders.cache("cursors")) and folders.private("own") and folders.shared("shared")
os.close(0)
assert min(files.create("b"), *descriptors.pipe()) > 2
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=str(tmp_path), stderr=subprocess.PIPE,
                          env=dict(os.environ, PYTHONPATH=str(PACKAGE.parent), XDG_CACHE_HOME=str(tmp_path / "cache")))
    assert done.returncode == 0, done.stderr.decode()
