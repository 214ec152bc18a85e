"""scripts/drift.py: the newest release of an index of our own, and upstream's newest commit by the real git."""
import subprocess
import tarfile

import pytest
from small_checkout import LOGGER, SERIALISER, UNSUPPORTED, git, make
from small_formats import STABLE_BASELINES3
from small_wheels import wheel

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


@pytest.mark.slow
def test_what_cannot_be_had_is_said_and_is_no_failure(world, capsys):
    status, rows = table(capsys, "spinningup", "stable_baselines3")
    assert status == 0 and [row[3] for row in rows] == ["not tried"] * 4
    assert rows[0][:3] == ["spinningup", "index", "-"] and rows[0][4] == "it has no package on the index"
    assert "does not appear to be a git repository" in rows[1][4] and "No matching distribution" in rows[2][4]


@pytest.mark.slow
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
    assert "small/common/logger.py 6 insertions" in rows[2][4]


@pytest.mark.parametrize("files, anchor", [
    ({"a.py": UNSUPPORTED}, "a.py: Logger.dump_tabular is missing"),
    ({"a.py": LOGGER, "b.py": UNSUPPORTED}, "b.py: Logger.dump_tabular is missing"),
    ({"a.py": "x = 1\n"}, "no log_tabular and dump_tabular in it"),
    ({"a.py": "def log_tabular(): pass\n"}, "no log_tabular and dump_tabular in it; nearest: a.py, with "
     "log_tabular, without dump_tabular (spinningup)"),
    (STABLE_BASELINES3, "no log_tabular and dump_tabular in it")])
def test_the_anchor_that_broke_is_named(world, capsys, files, anchor):
    repository(world, "spinningup", files)
    status, rows = table(capsys, "spinningup")
    assert status == 1
    assert rows[1][3] == "broken" and anchor in rows[1][4]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small", "small-2-env"])
def test_a_source_archive_is_a_release_too(world, tmp_path, name):
    metadata = f"{name.replace('-', '_')}-2.1.dist-info"
    make(tmp_path / "src", {**LOGX, "pyproject.toml": f'[project]\nname = "{name}"\nversion = "2.1"\n'
                            '[build-system]\nrequires = []\nbuild-backend = "none"\nbackend-path = ["."]\n',
                            "none.py": "def prepare_metadata_for_build_wheel(folder, settings=None):\n    import os\n"
                            f"    os.mkdir(folder + '/{metadata}')\n"
                            f"    with open(folder + '/{metadata}/METADATA', 'w') as file:\n"
                            f"        file.write('Metadata-Version: 2.1\\nName: {name}\\nVersion: 2.1\\n')\n"
                            f"    return '{metadata}'\n"})
    (tmp_path / "src").rename(tmp_path / f"{name}-2.1")
    subprocess.run(["tar", "czf", str(world / f"wheels/{name}-2.1.tar.gz"), "-C", str(tmp_path), f"{name}-2.1"],
                   check=True)
    (tmp_path / "into").mkdir()
    tree = upstream.newest_release(name, tmp_path / "into")
    assert tree.version == "2.1" and (tree.folder / f"{name}-2.1/small/logx.py").exists()


@pytest.mark.skipif(not hasattr(tarfile, "data_filter"), reason="this Python unpacks what an archive says")
@pytest.mark.parametrize("member, target", [("../outside.py", ""), ("small-2.1/link", "/etc")])
def test_an_archive_that_reaches_out_of_its_folder_is_not_unpacked(tmp_path, member, target):
    archive = tmp_path / "small-2.1.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        entry = tarfile.TarInfo(member)
        entry.type, entry.linkname = (tarfile.SYMTYPE, target) if target else (tarfile.REGTYPE, "")
        file.addfile(entry)
    with pytest.raises(upstream.Unavailable, match="small-2.1.tar.gz: .*(outside|absolute)"):
        upstream._unpack(archive, tmp_path / "into")
    assert not (tmp_path / "outside.py").exists() and not (tmp_path / "into/small-2.1/link").is_symlink()


def test_a_name_that_is_no_patch_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        drift.main(["spinup"])
    assert stopped.value.code == 2 and "no patch is called " in capsys.readouterr().err
