"""Every client generation, for real: what was logged is in the stored run, read back with that client's own reader."""
import pytest
from environment import EnvironmentUnavailable, python_of
from trainings import CLIENTS as FAKES
from trainings import offline_runs, only_journal, recorded, recorded_points, run

pytestmark = pytest.mark.training

CLIENTS = ["neptune-1.14-py311", "neptune-1.14-py312", "neptune-1.14-py313", "neptune-1.11-py37",
           "neptune-client-0.16-py37", "neptune-client-0.9-py37"]

SPEC = """
logger = Logger("out", "toy", "offline")
neptune_writer.write_config(logger, {"lr": 0.5, "env": "CartPole-v1", "ac": {"sizes": [64, 64]}})
for epoch in range(ROWS):
    neptune_writer.write_row(logger, {"Epoch": epoch, "Loss": epoch / 4, "TotalEnvInteracts": 4000 * (epoch + 1)},
                             ("TotalEnvInteracts", "Epoch"))
"""
LIVE = """
try:
    from neptune import init_run
except ImportError:
    from neptune.new import init as init_run
experiment = init_run(mode="offline", capture_stdout=False, capture_stderr=False, capture_hardware_metrics=False,
                      source_files=[])
""" + SPEC.replace('"offline"', "experiment")


@pytest.fixture
def python(request):
    try:
        return str(python_of(request.param))
    except EnvironmentUnavailable as error:
        pytest.skip("NO REAL CLIENT: %s" % error)


def check(folder, python, rows):
    """The stored run has every metric, step and time of the journal, and its config."""
    journal = only_journal(folder)
    found, = offline_runs(folder, python)
    assert len(journal.rows) == rows
    expected = {}
    for row in journal.rows:
        for name, value in row["values"].items():
            expected.setdefault(name, []).append([row["step"], value, row["t"]])
    assert set(expected) == set(found["series"])
    for name in expected:
        assert found["series"][name] == expected[name]
    fields = found["fields"]
    assert (fields["config/lr"], fields["config/env"], fields["config/ac/sizes"]) == (0.5, "CartPole-v1", "[64, 64]")
    return fields


@pytest.mark.parametrize("python", CLIENTS, indirect=True)
@pytest.mark.parametrize("rows", [5, 60000])
def test_a_spec_served_by_the_child_process(tmp_path, python, rows):
    errors = run(SPEC.replace("ROWS", str(rows)), tmp_path, python=python, seconds=120,
                 NEPTUNE_WRITER_EXIT_SECONDS="100")
    fields = check(tmp_path, python, rows)
    assert fields["sys/name"] == "toy" and fields["group"].startswith("toy-")
    assert not [path for path in fields if path.startswith("monitoring/")]
    assert "not been sent" not in errors


@pytest.mark.parametrize("python", CLIENTS, indirect=True)
@pytest.mark.parametrize("rows, end", [(5, "experiment.stop()"), (60000, "experiment.stop()"), (60000, "")],
                         ids=["5", "60000", "60000 and no stop"])
def test_a_live_run(tmp_path, python, rows, end):
    run(LIVE.replace("ROWS", str(rows)) + end, tmp_path, python=python, seconds=120, NEPTUNE_WRITER_EXIT_SECONDS="100")
    check(tmp_path, python, rows)


@pytest.mark.parametrize("python", ["neptune-client-0.4-py37"], indirect=True)
def test_the_first_generation_stores_nothing_offline_which_is_said(tmp_path, python):
    errors = run(SPEC.replace("ROWS", "5"), tmp_path, python=python)
    assert len(only_journal(tmp_path).rows) == 5
    assert "the first generation of the client stores nothing offline; the run is its journal" in errors
    assert "5 rows of" in errors  # for a client that does


@pytest.mark.parametrize("python", ["neptune-client-0.4-py37", "neptune-client-0.16-py37"], indirect=True)
def test_the_offline_object_of_the_first_generation(tmp_path, python):
    errors = run("""
        import neptune
        if hasattr(neptune, "OfflineBackend"):
            neptune.init("ws/project", backend=neptune.OfflineBackend())
        else:
            neptune.init("ws/project", backend=neptune.backend_factory(backend_name="offline"))
        experiment = neptune.create_experiment("toy")
        """.replace("\n        ", "\n") + SPEC.replace('"offline"', "experiment").replace("ROWS", "5")
                 + 'print(neptune_writer.write_config(logger, {"lr": 1, "e": experiment}))\n', tmp_path, python=python)
    assert len(only_journal(tmp_path).rows) == 5
    assert "stores nothing; journal " in errors


FIRST = """
import recording_backend
experiment = recording_backend.create_experiment()
""" + SPEC.replace('"offline"', "experiment").replace("ROWS", "200") + "experiment.stop()\n"


@pytest.mark.parametrize("python", ["neptune-client-0.4-py37", "neptune-client-0.16-py37"], indirect=True)
def test_a_live_experiment_of_the_first_generation(tmp_path, python):
    run(FIRST, tmp_path, clients=[FAKES / "first_generation"], python=python)
    check_first_generation(tmp_path, 200)


@pytest.mark.parametrize("python", ["neptune-client-0.4-py37"], indirect=True)
def test_an_experiment_of_the_first_generation_by_spec(tmp_path, python):
    run(SPEC.replace("ROWS", "200").replace('"offline"', '"ws/project"'), tmp_path, python=python,
        clients=[FAKES / "first_generation"])
    check_first_generation(tmp_path, 200)
    group = only_journal(tmp_path).header["group"]
    assert recorded(tmp_path)[0] == ["create", "toy", [], {"group": group}]
    assert recorded(tmp_path)[-1] == ["stop", None]


def check_first_generation(folder, rows):
    """Every point, in order, with the journal's times; the config as properties."""
    journal = only_journal(folder)
    assert len(journal.rows) == rows
    for name in ("Epoch", "Loss", "TotalEnvInteracts"):
        expected = [(row["step"], row["values"][name], row["t"]) for row in journal.rows]
        assert recorded_points(folder, name) == expected
    properties = {call[1]: call[2] for call in recorded(folder) if call[0] == "set"}
    assert properties == {"config/lr": "0.5", "config/env": "CartPole-v1", "config/ac/sizes": "[64, 64]"}


@pytest.mark.parametrize("python", CLIENTS[:2], indirect=True)
def test_the_trainer_may_be_on_another_version(tmp_path, python):
    try:
        trainer = python_of("neptune-client-0.4-py37")
    except EnvironmentUnavailable as error:
        pytest.skip("NO REAL CLIENT: %s" % error)
    run(SPEC.replace("ROWS", "500"), tmp_path, python=str(trainer), NEPTUNE_WRITER_PYTHON=python)
    check(tmp_path, python, 500)
