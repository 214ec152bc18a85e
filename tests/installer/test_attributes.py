"""What a file has besides its bytes comes through install and uninstall (S16, S17): owner, ACL, attributes, time."""
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from small_checkout import REPO, call, make, snapshot

from scripts import install, uninstall
from scripts.checkout import attributes

PLACE = "small/logx.py"
SOMEBODY = 12345
ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="it has to become another user")


def acl(*entries):
    """The kernel's form of an ACL: (tag, permissions, id) each, tags in rising order."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, bits, who) for tag, bits, who in entries)


OWNER, USER, GROUP, MASK, OTHER, NOBODY = 1, 2, 4, 16, 32, 0xFFFFFFFF
FOR_SOMEBODY = acl((OWNER, 6, NOBODY), (USER, 6, SOMEBODY), (GROUP, 4, NOBODY), (MASK, 6, NOBODY), (OTHER, 0, NOBODY))


def has_acls(folder):
    place = folder / "try"
    place.touch()
    try:
        os.setxattr(place, ACCESS, FOR_SOMEBODY)
        os.setxattr(place, "user.note", b"x")
        return True
    except (AttributeError, OSError):
        return False


@pytest.fixture
def folder():
    """One that every user may pass through, on a disk that keeps ACLs."""
    for above in (None, REPO, "/dev/shm"):
        if above is None or os.access(above, os.W_OK):
            with tempfile.TemporaryDirectory(prefix="neptune-rl-", dir=above) as name:
                os.chmod(name, 0o755)
                if has_acls(Path(name)):
                    os.remove(os.path.join(name, "try"))
                    yield Path(name)
                    return
    pytest.skip("no folder here keeps ACLs and extended attributes")


def shown(place):
    status = os.stat(place)
    return {"mode": status.st_mode, "owner": (status.st_uid, status.st_gid),
            **{name: os.getxattr(place, name) for name in os.listxattr(place)}}


def test_acl_and_attributes_are_those_of_the_file_before_and_after(folder):
    """S16: the named user could not write any more, and the owning group could."""
    made = make(folder / "one")
    place = made / PLACE
    place.chmod(0o640)
    os.setxattr(place, ACCESS, FOR_SOMEBODY)
    os.setxattr(place, "user.note", b"mine")
    before = shown(place)
    assert before[ACCESS] == FOR_SOMEBODY
    assert call(install, made) == 0
    assert "neptune" in place.read_text() and shown(place) == before
    assert call(uninstall, made) == 0
    assert "neptune" not in place.read_text() and shown(place) == before


def test_a_default_acl_of_the_folder_is_not_put_on_a_file_that_has_none(folder):
    made = make(folder / "one")
    place = made / PLACE
    os.setxattr(made / "small", DEFAULT, FOR_SOMEBODY)
    before = shown(place)
    assert ACCESS not in before
    assert call(install, made) == 0 and shown(place) == before
    assert call(uninstall, made) == 0 and shown(place) == before


def test_an_attribute_that_cannot_be_kept_is_a_refusal(folder, monkeypatch, capsys):
    made = make(folder / "one")
    os.setxattr(made / PLACE, "user.note", b"mine")
    before, real = snapshot(made), os.setxattr

    def full(file, name, *rest):
        if name == "user.note":
            raise OSError(28, "No space left on device")
        real(file, name, *rest)
    monkeypatch.setattr(attributes.os, "setxattr", full)
    assert call(install, made) == 1 and snapshot(made) == before
    assert ("small/logx.py: its attribute user.note cannot be kept (No space left on device); nothing was changed"
            in capsys.readouterr().err)


def test_the_time_of_a_file_comes_back(folder):
    """What is patched has a time of its own, so that no bytecode of the other is taken for it."""
    made = make(folder / "one")
    place = made / PLACE
    os.utime(place, ns=(1_600_000_000_123_456_789, 1_500_000_000_123_456_789))
    assert call(install, made) == 0
    assert place.stat().st_mtime_ns > 1_600_000_000_000_000_000
    assert call(install, made) == 0
    assert call(uninstall, made) == 0
    assert place.stat().st_mtime_ns == 1_500_000_000_123_456_789


def test_the_time_of_a_file_that_was_edited_since_is_that_of_the_change(folder):
    made = make(folder / "one")
    place = made / PLACE
    os.utime(place, (1_500_000_000, 1_500_000_000))
    assert call(install, made) == 0
    place.write_text(place.read_text() + "# mine\n")
    assert call(uninstall, made) == 0
    assert place.read_text().endswith("# mine\n") and place.stat().st_mtime > 1_600_000_000


@pytest.mark.slow
def test_stale_bytecode_is_never_run(folder):
    """That of the patched file is not taken for the restored one, whose time lies before it."""
    made = make(folder / "one")
    run = [sys.executable, "-c", "import small.logx as m; print(hasattr(m, 'neptune_writer'))"]
    seen = []
    for command in (None, install, uninstall, install):
        if command:
            assert call(command, made) == 0
        seen.append(subprocess.run(run, cwd=made, capture_output=True, text=True).stdout.strip())
    assert seen == ["False", "True", "False", "True"]


@pytest.mark.slow
@as_root
def test_what_root_installs_in_a_users_clone_is_the_users(folder):
    """S17: 83 files and folders were root's."""
    made = make(folder / "one")
    for path in [made, *made.rglob("*")]:
        os.chown(path, SOMEBODY, SOMEBODY)
    before = snapshot(made)
    assert call(install, made) == 0
    assert {os.lstat(path).st_uid for path in [made, *made.rglob("*")]} == {SOMEBODY}
    assert {os.lstat(path).st_gid for path in made.rglob("*")} == {SOMEBODY}
    done = subprocess.run([sys.executable, "-c", BECOME, str(REPO), str(made)], capture_output=True, text=True,
                          cwd="/", env=dict(os.environ, HOME=str(made)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert snapshot(made) == before


BECOME = """if True:
    import os, sys
    sys.path.insert(0, sys.argv[1])
    from scripts import uninstall
    from scripts.checkout import package
    sources = package.vendored()
    package.vendored = lambda: sources
    assert uninstall.main(["--dry-run", sys.argv[2]]) == 0  # imports what may lie where nobody else may read
    os.setgroups([]); os.setgid(%d); os.setuid(%d)
    sys.exit(uninstall.main([sys.argv[2]]))
""" % (SOMEBODY, SOMEBODY)
