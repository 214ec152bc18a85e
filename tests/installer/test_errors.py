"""scripts/checkout/errors.py: what the system refuses, in one line that says what to do; as a user who may not."""
import errno
import json
import os
import shutil

import pytest
from small_checkout import call, make, snapshot
from small_trees import fast_folder, said, small_package  # noqa: F401

from scripts import diff, install, status, uninstall, update, vendor
from scripts.checkout import errors

NOBODY = 65534
OWNER = "chmod u+rwX it, or run this as its owner"
pytestmark = pytest.mark.usefixtures("small_package")


def as_nobody(command, folder):
    """Run a command as a user who owns nothing but the checkout; its exit status, and the last line that it says."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writer, json.dumps(said(command, folder)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as answer:
        code, printed = json.load(answer)
    return code, printed.splitlines()[-1]


@pytest.fixture
def folder(fast_folder):  # noqa: F811
    """An installed checkout that is nobody's."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    fast_folder.chmod(0o755)
    shutil.rmtree(fast_folder / "one", ignore_errors=True)
    call(install, make(fast_folder / "one"))
    for place in (fast_folder / "one", *(fast_folder / "one").rglob("*")):
        os.chown(place, NOBODY, NOBODY)
    return fast_folder / "one"


@pytest.mark.parametrize("command", [status, install, uninstall, diff, vendor, update])
@pytest.mark.parametrize("place", [".neptune-rl-logging/manifest.json", "small/logx.py",
                                   "small/neptune_writer/installed.json"])
def test_what_may_not_be_read_is_named(folder, command, place):
    before = snapshot(folder)
    (folder / place).chmod(0)
    name = command.__name__.split(".")[1]
    assert as_nobody(command, folder) == (1, f"{name}: {folder / place}: Permission denied; {OWNER}")
    (folder / place).chmod(before[place][0])
    assert snapshot(folder) == before


@pytest.mark.parametrize("command", [install, uninstall])
def test_what_may_not_be_written_is_named(folder, command):
    if command is install:
        call(uninstall, folder)
    before = snapshot(folder)
    os.chown(folder / "small", 0, 0)
    code, line = as_nobody(command, folder)
    assert code == 1 and line.endswith("small: read-only; chmod "
                                       "u+w it, run this as its owner, or work on a copy")
    assert snapshot(folder) == before


@pytest.mark.parametrize("number, advice", [
    (errno.EACCES, f"; {OWNER}"), (errno.EPERM, f"; {OWNER}"), (errno.ENOSPC, "; make room there, then run this again"),
    (errno.EDQUOT, "; make room there, then run this again"), (errno.EROFS, "; work on a copy"), (errno.EIO, "")])
def test_each_error_has_its_way_out(number, advice):
    error = OSError(number, os.strerror(number), "a/b.py")
    assert errors.one_line(error, "a") == f"a/b.py: {os.strerror(number)}{advice}"
    assert errors.one_line(OSError(number, "no"), "a", ", so nothing was done") == f"a: no, so nothing was done{advice}"
    assert errors.one_line(OSError("odd"), "a") == "a: odd"
