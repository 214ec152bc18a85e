"""Several ways to name one small clone, and what the scripts say then."""
import contextlib
import io
import subprocess
import sys

import pytest
from small_checkout import call

HIDDEN = ".neptune-rl-logging"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The Python of a virtual environment, and the file that names what is installed in place, as `pip install -e`."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site_packages, = folder.glob("lib/python*/site-packages")
    return str(folder / "bin/python"), site_packages / "clone.pth"


@pytest.fixture
def routes(tmp_path, environment):
    """Name -> what the scripts take: ways to one clone."""
    python, editable = environment
    clone = tmp_path / "clone"
    editable.write_text(str(clone))
    (tmp_path / "link").symlink_to("clone/small")
    return {"clone": [clone], "package": [clone / "small"], "inside": [tmp_path / "clone/train/../small/"],
            "link": [tmp_path / "link"], "by name": ["--python", python, "small"]}


def said(command, *arguments):
    """Run a command; its exit status, what it prints, and its lines on stderr."""
    out, errors = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = call(command, *arguments)
    return code, out.buffer.getvalue().decode(), errors.getvalue().splitlines()
