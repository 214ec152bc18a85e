"""scripts/uninstall.py: what comes back, and what is kept."""
import json
import os
import shutil
import stat

import pytest
from small_checkout import LOGGER, call, make, run, snapshot
from small_formats import BASELINES

from patches import spinningup
from scripts import install, uninstall
from scripts.checkout import files

HIDDEN = ".neptune-rl-logging"


def installed(folder, content=None):
    """A checkout with our edits in it, and what it was before."""
    make(folder, content)
    before = snapshot(folder)
    assert call(install, folder) == 0
    return before


def refused(capsys, folder):
    """Uninstall refuses and changes nothing; returns its line on stderr."""
    before = snapshot(folder)
    capsys.readouterr()
    assert call(uninstall, folder) == 1
    assert snapshot(folder) == before
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def change(place, old, new):
    """Edit a file as a user does."""
    text = place.read_bytes()
    assert old.encode() in text
    place.write_bytes(text.replace(old.encode(), new.encode()))


def test_a_checkout_without_our_edits_has_nothing_to_take_out(tmp_path, capsys):
    before = snapshot(make(tmp_path))
    assert call(uninstall, tmp_path) == 0
    said = capsys.readouterr().out
    assert said.endswith("nothing to take out\n") and "to make" not in said  # those that install would make
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name, reason", [
    ("missing", "there is no such folder"), ("file", "this is a file"), ("empty", "this folder is empty"),
    ("other", "no logger of a supported framework")])
def test_what_is_no_checkout_is_refused(tmp_path, capsys, name, reason):
    make(tmp_path, {"file": "x", "other/a.py": "x = 1\n"})
    (tmp_path / "empty").mkdir()
    assert call(uninstall, tmp_path / name) == 1
    assert f"{tmp_path / name}: {reason}" in capsys.readouterr().err


def test_everything_comes_back(tmp_path, capsys):
    before = installed(tmp_path)
    make(tmp_path, {"small/neptune_writer/__pycache__/values.cpython-37.pyc": "x"})
    capsys.readouterr()
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines][:3] == [
        ["restored", "small/logx.py"], ["restored", "small/serialise.py"],
        ["removed", "small/neptune_writer/"]]
    assert lines[3].endswith("your runs are untouched")  # N3: what it leaves


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    installed(tmp_path)
    before = snapshot(tmp_path)
    assert call(uninstall, tmp_path, "--dry-run") == 0
    assert "nothing was written" in capsys.readouterr().out
    assert snapshot(tmp_path) == before


def test_hard_linked_siblings_of_the_patched_file_stay(tmp_path):
    before = installed(tmp_path / "one")
    os.link(tmp_path / "one/small/logx.py", tmp_path / "sibling.py")
    patched = (tmp_path / "sibling.py").read_bytes()
    assert call(uninstall, tmp_path / "one") == 0
    assert (tmp_path / "sibling.py").read_bytes() == patched
    assert snapshot(tmp_path / "one") == before


def test_the_mode_comes_back(tmp_path):
    make(tmp_path)
    (tmp_path / "small/logx.py").chmod(0o555)
    assert call(install, tmp_path) == 0
    (tmp_path / "small/logx.py").chmod(0o644)  # say, by a tool that copied it
    assert call(uninstall, tmp_path) == 0
    assert stat.S_IMODE(os.stat(tmp_path / "small/logx.py").st_mode) == 0o555


def test_set_id_bits_stay_and_are_not_taken_from_a_manifest(tmp_path):
    make(tmp_path)
    place = tmp_path / "small/logx.py"
    place.chmod(0o2755)
    before = snapshot(tmp_path)
    for forged in ("0755", "4755"):
        assert call(install, tmp_path) == 0
        assert stat.S_IMODE(os.stat(place).st_mode) == 0o2755
        manifest = tmp_path / HIDDEN / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"0755"', f'"{forged}"'))
        assert call(uninstall, tmp_path) == 0
        assert snapshot(tmp_path) == before


def test_what_is_kept_of_a_private_file_is_private(tmp_path):
    make(tmp_path)
    (tmp_path / "small/logx.py").chmod(0o600)
    assert call(install, tmp_path) == 0
    kept = tmp_path / HIDDEN / "originals/small/logx.py"
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600


def test_lines_the_user_added_are_kept(tmp_path, capsys):
    installed(tmp_path)
    place = tmp_path / "small/logx.py"
    change(place, "        print(self.log_current_row)", "        # mine\n        print('row')")
    assert call(uninstall, tmp_path) == 0
    assert "our lines taken out, yours kept" in capsys.readouterr().out
    assert place.read_text() == LOGGER.replace(
        "        print(self.log_current_row)", "        # mine\n        print('row')")
    assert not (tmp_path / HIDDEN).exists()


ROW = 'neptune_writer.write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))'


@pytest.mark.parametrize("originals", [True, False])
@pytest.mark.parametrize("old, new", [
    (f"{ROW}  #", f"{ROW}; self.my_hook()  #"), (f"{ROW}  #", f"{ROW}  # mine  #"),
    (f"{ROW}  #", f"if self.rows: {ROW}  #"), ('"TotalEnvInteracts"', "self.steps()")])
def test_code_of_the_user_on_a_line_of_ours_is_not_thrown_away(tmp_path, capsys, originals, old, new):
    installed(tmp_path)
    if not originals:
        shutil.rmtree(tmp_path / HIDDEN)
    change(tmp_path / "small/logx.py", old, new)
    state = "edited" if originals else "orphaned"
    assert f"small/logx.py: {state}: lines that install added were changed and cannot be told from yours: line " \
        f"24 should be {ROW}  # neptune; restore those lines" in refused(capsys, tmp_path)


@pytest.mark.parametrize("originals", [True, False])
@pytest.mark.parametrize("mine", ["self.my_hook()", "self.my_hook()  # neptune", "self.my_hook()  # neptune, one day"])
def test_once_it_is_on_a_line_of_its_own_it_is_kept(tmp_path, originals, mine):
    installed(tmp_path)
    if not originals:
        shutil.rmtree(tmp_path / HIDDEN)
    change(tmp_path / "small/logx.py", f"{ROW}  # neptune", f"{ROW}  # neptune\n        {mine}")
    assert call(uninstall, tmp_path) == 0
    assert (tmp_path / "small/logx.py").read_text() == LOGGER.replace(
        "        print(self.log", f"        {mine}\n        print(self.log")


@pytest.mark.parametrize("old, new", [
    (f"        {ROW}  # neptune\n", ""), (", neptune_experiment=None", ""), (f"    {ROW}", f"      {ROW}")])
def test_a_line_of_ours_that_was_deleted_or_indented_is_no_edit_to_keep(tmp_path, old, new):
    before = installed(tmp_path)
    change(tmp_path / "small/logx.py", old, new)
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("old, new", [
    ("neptune_experiment=None):", "neptune_experiment='offline'):"),
    ("        neptune_writer.write_row", "        if 1:\n            neptune_writer.write_row"),
])
def test_what_cannot_be_told_from_the_users_is_refused(tmp_path, capsys, old, new):
    installed(tmp_path)
    change(tmp_path / "small/logx.py", old, new)
    assert "small/logx.py: edited: lines that install added were changed" in \
        refused(capsys, tmp_path)


@pytest.mark.parametrize("old, new, status", [
    ("print(self.log", "print('|', self.log", 0), ('"Epoch"))  #', '"Epoch")); self.my_hook()  #', 1)])
def test_lines_of_an_older_version_are_known_by_their_record(tmp_path, monkeypatch, old, new, status):
    with monkeypatch.context() as older:
        older.setattr(spinningup, "STEP", '("Steps", "Epoch")')
        installed(tmp_path)
    change(tmp_path / "small/logx.py", old, new)
    assert call(uninstall, tmp_path) == status
    text = (tmp_path / "small/logx.py").read_text()
    assert new in text and ("neptune" in text) == bool(status)


def test_a_file_that_git_brought_back_stays_as_it_is(tmp_path, capsys):
    before = installed(tmp_path)
    (tmp_path / "small/logx.py").write_text(LOGGER)
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before
    assert "left as it is" in capsys.readouterr().out


def test_a_file_that_was_deleted_stays_deleted(tmp_path):
    before = installed(tmp_path)
    for name in ("logx.py", "serialise.py"):
        (tmp_path / "small" / name).unlink()
        del before[f"small/{name}"]
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("content", [None, {"logx.py": LOGGER.replace("\n", "\r\n")}])
def test_a_committed_fork_without_originals(tmp_path, content):
    """The hidden folder did not travel: the hash in installed.json is the proof."""
    before = installed(tmp_path / "one", content)
    shutil.copytree(tmp_path / "one", tmp_path / "two", ignore=shutil.ignore_patterns(HIDDEN))
    assert call(uninstall, tmp_path / "two") == 0
    assert snapshot(tmp_path / "two") == before


def test_a_committed_fork_with_edits(tmp_path, capsys):
    """There, applying the patch again gives the very same bytes: that is the proof."""
    installed(tmp_path)
    shutil.rmtree(tmp_path / HIDDEN)
    change(tmp_path / "small/logx.py", "print(self", "print('|', self")
    assert call(uninstall, tmp_path) == 0
    assert (tmp_path / "small/logx.py").read_text() == LOGGER.replace(
        "print(self", "print('|', self")
    assert "our lines taken out, yours kept" in capsys.readouterr().out


def test_without_any_record_the_edits_prove_themselves(tmp_path):
    before = installed(tmp_path)
    shutil.rmtree(tmp_path / HIDDEN)
    (tmp_path / "small/neptune_writer/installed.json").unlink()
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before


def test_a_committed_fork_with_changed_lines_of_ours_is_refused(tmp_path, capsys):
    installed(tmp_path)
    shutil.rmtree(tmp_path / HIDDEN)
    change(tmp_path / "small/logx.py", "neptune_experiment=None", "neptune_experiment=1")
    assert "small/logx.py: orphaned: " in refused(capsys, tmp_path)


@pytest.mark.parametrize("original", ["", "forged\n", None])
def test_an_original_with_another_hash_is_not_believed(tmp_path, original):
    before = installed(tmp_path)
    place = tmp_path / HIDDEN / "originals/small/logx.py"
    place.unlink()
    if original is not None:
        place.write_text(original)
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before


def test_a_body_on_one_line_comes_back_from_its_original_only(tmp_path, capsys):
    text = LOGGER.replace("convert_json(config)))", "config))").replace(
        "(self, config):\n        print", "(self, config): print")
    before = installed(tmp_path, {"logx.py": text})
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before


def test_files_of_the_user_in_the_package_are_kept_and_named(tmp_path, capsys):
    installed(tmp_path)
    make(tmp_path, {"small/neptune_writer/notes.txt": "mine"})
    assert call(uninstall, tmp_path) == 0
    assert "small/neptune_writer/notes.txt: kept" in capsys.readouterr().err
    assert os.listdir(tmp_path / "small/neptune_writer") == ["notes.txt"]


@pytest.mark.parametrize("path", ["../x.py", "/etc/passwd", ".git/config", "a/../../x.py",
                                  "link/x.py", "small\\x.py", "sub/.GIT/config"])
def test_a_forged_manifest_is_refused(tmp_path, capsys, path):
    folder = tmp_path / "one"
    installed(folder)
    make(tmp_path, {"x.py": "x = 1\n", "one/.git/config": "x"})
    (folder / "link").symlink_to(tmp_path)
    place = folder / HIDDEN / "manifest.json"
    manifest = json.loads(place.read_text())
    manifest["files"][path] = manifest["files"]["small/logx.py"]
    place.write_text(json.dumps(manifest))
    before = snapshot(tmp_path)
    assert f"{HIDDEN}/manifest.json: damaged, " in refused(capsys, folder)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("text", [
    "", "[]", "{}", '{"format": 2, "files": {}}', '{"format": 1, "files": {"a.py": {}}}',
    '{"format": 1, "files": {"a.py": {"patch": 1, "original_sha256": "", "mode": "0"}}}'])
@pytest.mark.parametrize("name", [f"{HIDDEN}/manifest.json", "small/neptune_writer/installed.json"])
def test_a_damaged_record_is_refused_by_name(tmp_path, capsys, name, text):
    installed(tmp_path)
    (tmp_path / name).write_text(text)
    assert f"{name}: damaged, " in refused(capsys, tmp_path)


def test_a_hidden_folder_that_leads_away_is_not_followed(tmp_path, capsys):
    installed(tmp_path / "one")
    (tmp_path / "one" / HIDDEN).rename(tmp_path / "two")
    (tmp_path / "one" / HIDDEN).symlink_to(tmp_path / "two")
    assert "is a symlink, which is not followed" in refused(capsys, tmp_path / "one")


def test_a_package_that_leads_away_is_not_followed(tmp_path, capsys):
    installed(tmp_path / "one")
    (tmp_path / "one/small/neptune_writer").rename(tmp_path / "two")
    (tmp_path / "one/small/neptune_writer").symlink_to(tmp_path / "two")
    assert "is a symlink, which is not followed" in refused(capsys, tmp_path / "one")


@pytest.mark.parametrize("half, name", [
    ("package", "../../x.py"), ("package", "/etc/passwd"), ("files", "../x.py"), ("files", "a\\b.py")])
def test_a_forged_record_of_the_package_is_refused(tmp_path, capsys, half, name):
    installed(tmp_path)
    place = tmp_path / "small/neptune_writer/installed.json"
    record = json.loads(place.read_text())
    record[half][name] = next(iter(record[half].values()))
    place.write_text(json.dumps(record))
    assert "small/neptune_writer/installed.json: damaged, " in \
        refused(capsys, tmp_path)


def test_of_a_cache_only_what_python_cached_is_removed(tmp_path):
    installed(tmp_path / "one")
    make(tmp_path / "one/small/neptune_writer/__pycache__", {"a.cpython-37.pyc": "x", "a.nbi": "mine"})
    assert call(uninstall, tmp_path / "one") == 0
    assert os.listdir(tmp_path / "one/small/neptune_writer/__pycache__") == ["a.nbi"]


def test_a_cache_that_leads_away_is_not_emptied(tmp_path):
    installed(tmp_path / "one")
    make(tmp_path / "cache", {"a.cpython-37.pyc": "x"})
    (tmp_path / "one/small/neptune_writer/__pycache__").symlink_to(tmp_path / "cache")
    call(uninstall, tmp_path / "one")
    assert os.listdir(tmp_path / "cache") == ["a.cpython-37.pyc"]


def test_as_a_user_runs_it(tmp_path):
    before = installed(tmp_path)
    done = run("uninstall", tmp_path, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["ok"]
    assert snapshot(tmp_path) == before
    assert files.digest(LOGGER.encode()) == files.digest((tmp_path / "small/logx.py").read_bytes())


def test_a_file_that_imports_no_package_has_its_record_in_that_of_the_folder_above(tmp_path, capsys):
    """As Stable Baselines 2 has it: the originals are gone, and still every byte is known by its hash."""
    before = installed(tmp_path, BASELINES)
    shutil.rmtree(tmp_path / HIDDEN)
    capsys.readouterr()
    assert call(uninstall, tmp_path) == 0
    assert capsys.readouterr().out.count("byte for byte") == 2
    assert snapshot(tmp_path) == before
