"""scripts/drift.py: the newest release of an index of our own, and upstream's newest commit by the real git."""
import subprocess

import pytest
from small_checkout import LOGGER, SERIALISER, UNSUPPORTED, git, make
from small_formats import STABLE_BASELINES3
from test_installed_packages import wheel

from patches import discover
from scripts import drift, upstream

LOGX = {"small/logx.py": LOGGER, "small/serialise.py": SERIALISER}


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Every URL of an upstream leads to a repository here, and pip knows the wheels of a folder only."""
    for number, patch in enumerate(discover()):
        repository = f"file://{tmp_path}/{patch.name}"
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", f"url.{repository}.insteadOf")
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", patch.upstream)
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(discover())))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    (tmp_path / "wheels").mkdir()
    return tmp_path


def repository(world, framework, files):
    """An upstream with one commit; its hash."""
    folder = make(world / framework, files)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "upstream")
    return git(folder, "rev-parse", "--short=7", "HEAD").stdout.decode().strip()


def table(capsys, *arguments):
    """The exit status, and the rows: framework, source, version, verdict and detail."""
    status = drift.main(arguments)
    lines = capsys.readouterr().out.splitlines()
    columns = [lines[0].index(name) for name in ("framework", "source", "version", "patch")]
    starts = [*columns, columns[-1] + len("not tried  ")]
    return status, [[line[a:b].strip() for a, b in zip(starts, [*starts[1:], None])] for line in lines[1:]]


def test_every_patch_says_where_it_is_developed():
    for patch in discover():
        assert patch.upstream.startswith("https://") and (patch.package is None or "/" not in patch.package)


def test_what_cannot_be_had_is_said_and_is_no_failure(world, capsys):
    status, rows = table(capsys, "spinningup", "stable_baselines3")
    assert status == 0 and [row[3] for row in rows] == ["not tried"] * 4
    assert rows[0][:3] == ["spinningup", "index", "-"] and rows[0][4] == "it has no package on the index"
    assert "does not appear to be a git repository" in rows[1][4] and "No matching distribution" in rows[2][4]


def test_what_fits(world, capsys, monkeypatch):
    for version in ("1.0", "1.10", "1.9"):
        wheel(world / "wheels", version, STABLE_BASELINES3)
    commit = repository(world, "spinningup", LOGX)
    patches = [patch._replace(package="small" if patch.package else None) for patch in discover()]
    monkeypatch.setattr(drift, "discover", lambda: patches)
    status, rows = table(capsys, "spinningup", "stable_baselines3")
    assert status == 0
    assert rows[1][:4] == ["spinningup", "HEAD", commit, "fits"]
    assert rows[1][4] == "small/logx.py 5 insertions, small/serialise.py 2 insertions"
    assert rows[2][:4] == ["stable_baselines3", "index", "1.10", "fits"]
    assert "small/common/logger.py 4 insertions" in rows[2][4]


@pytest.mark.parametrize("files, anchor", [
    ({"a.py": UNSUPPORTED}, "a.py: expected Logger.dump_tabular once, found none"),
    ({"a.py": LOGGER, "b.py": UNSUPPORTED}, "b.py: expected Logger.dump_tabular once, found none"),
    ({"a.py": "x = 1\n"}, "log_tabular and dump_tabular (spinningup)"),
    (STABLE_BASELINES3, "expected a class that has log_tabular and dump_tabular, found none")])
def test_the_anchor_that_broke_is_named(world, capsys, files, anchor):
    repository(world, "spinningup", files)
    status, rows = table(capsys, "spinningup")
    assert status == 1
    assert rows[1][3] == "broken" and anchor in rows[1][4]


def test_a_source_archive_is_a_release_too(world, tmp_path):
    make(tmp_path / "src", {**LOGX, "pyproject.toml": '[project]\nname = "small"\nversion = "2.1"\n'
                            '[build-system]\nrequires = []\nbuild-backend = "none"\nbackend-path = ["."]\n',
                            "none.py": "def prepare_metadata_for_build_wheel(folder, settings=None):\n    import os\n"
                            "    os.mkdir(folder + '/small-2.1.dist-info')\n"
                            "    with open(folder + '/small-2.1.dist-info/METADATA', 'w') as file:\n"
                            "        file.write('Metadata-Version: 2.1\\nName: small\\nVersion: 2.1\\n')\n"
                            "    return 'small-2.1.dist-info'\n"})
    (tmp_path / "src").rename(tmp_path / "small-2.1")
    subprocess.run(["tar", "czf", str(world / "wheels/small-2.1.tar.gz"), "-C", str(tmp_path), "small-2.1"], check=True)
    (tmp_path / "into").mkdir()
    tree = upstream.newest_release("small", tmp_path / "into")
    assert tree.version == "2.1" and (tree.folder / "small-2.1/small/logx.py").exists()


def test_a_name_that_is_no_patch_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        drift.main(["spinup"])
    assert stopped.value.code == 2 and "expected some of " in capsys.readouterr().err
