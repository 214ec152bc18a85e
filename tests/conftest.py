"""What tests share: `vendored/` on the path, and nothing of the surrounding shell or of an earlier test."""
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT / "vendored", ROOT):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

sys.modules.setdefault("rfc3987_syntax", None)  # a second of Neptune's import, and only to know odd web addresses

# A shell that runs the tests in its background has them ignore Ctrl-C, and with them every program that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_OF_THE_SHELL = ("NEPTUNE_", "PMI_", "OMPI_", "SLURM_")


def trains_ray(nodeid):
    """Whether a test of the training lane starts Ray: two of these at once take 3 to 5 times as long."""
    return "rllib" in nodeid


def pytest_collection_modifyitems(config, items):
    """In the training lane what takes longest begins first."""
    if config.option.markexpr == "training":
        items.sort(key=lambda item: not trains_ray(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """In the training lane Ray's tests run one behind the other, whichever file they are in."""
    from xdist.scheduler import LoadFileScheduling

    class RayInTurn(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return "ray" if trains_ray(nodeid) else super()._split_scope(nodeid)
    return RayInTurn(config, log) if config.option.markexpr == "training" else None


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    """Without the shell's variables for clients, ranks and schedulers."""
    for name in list(os.environ):
        if name.startswith(_OF_THE_SHELL) or name.endswith(("API_TOKEN", "API_KEY")):
            monkeypatch.delenv(name)


@pytest.fixture
def warnings():
    """Every warning that the writer gives in this test."""
    from neptune_writer import masking, messages
    del messages.failures[:]
    messages._said.clear()
    masking._known.clear()
    yield messages.failures
    masking._known.clear()


@pytest.fixture
def folder(tmp_path, monkeypatch, warnings):
    """An empty working directory, after which this process has no runs left to end."""
    import neptune_writer
    from neptune_writer import ending
    from neptune_writer.delivery import route
    from neptune_writer.recording import header
    from neptune_writer.journal import open_files
    neptune_writer._writers._entries.clear()
    header._named.clear()
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    ending._finish(os.getpid())
    del ending._writers[:], ending._forwarders[:]
    for journal in list(open_files._open):  # of loggers that are not runs
        journal._close()
    route._child = None
    route._told = 0


@pytest.fixture
def token(monkeypatch):
    """A token that the environment names."""
    from trainings import TOKEN
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    return TOKEN


@pytest.fixture(scope="session")
def small_checkouts(tmp_path_factory):
    """(framework of `small_formats`, whether it is patched) -> its folder."""
    from scripts import install
    from small_checkout import call, make
    from small_formats import FRAMEWORKS
    found = {(name, is_patched): make(tmp_path_factory.mktemp(name), files)
             for name, files in FRAMEWORKS.items() for is_patched in (True, False)}
    for (_, is_patched), folder in found.items():
        assert not is_patched or call(install, folder) == 0
    return found


@pytest.fixture
def train(small_checkouts, training_folder):
    """Runs a script on a framework of `small_formats`, in `training_folder`; returns its stdout and stderr."""
    from small_formats import PROLOGUES
    from trainings import RECORDING

    def train(framework, code, is_patched=True, status=0, python=sys.executable, **variables):
        (training_folder / "train.py").write_text(PROLOGUES[framework] + textwrap.dedent(code))
        path = os.pathsep.join([str(small_checkouts[framework, is_patched]), str(RECORDING)])
        done = subprocess.run([python, "train.py"], cwd=training_folder, capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1", **variables))
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout, done.stderr
    return train


@pytest.fixture(scope="session")
def ray(tmp_path_factory):
    """The newest Ray, patched."""
    from ray_training import Ray
    made = Ray("ray-py311", tmp_path_factory.mktemp("ray"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def upstream(tmp_path_factory):
    """SpinningUp as nobody has patched it."""
    import spinningup_clone
    return spinningup_clone.clone(tmp_path_factory)


@pytest.fixture
def training_folder(tmp_path):
    """An empty folder, in which no process is left in the end."""
    from trainings import processes_of, wait_until
    yield tmp_path
    wait_until(lambda: not processes_of(tmp_path), 15)
    left_behind = processes_of(tmp_path)
    for process in left_behind:
        os.kill(process, signal.SIGKILL)
    assert not left_behind


@pytest.fixture
def at_once(monkeypatch):
    """A journal whose disk was full tries again at every record, not once a second."""
    from neptune_writer.journal import journal
    monkeypatch.setattr(journal, "_RETRY_SECONDS", 0.0)
