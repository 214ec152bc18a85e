"""No secret leaves, for real: every client, its own files included."""
import base64
import json

import pytest
from environment import EnvironmentUnavailable, python_of
from standin.servers.neptune_server import NeptuneServer
from training_with_secrets import BY_SPEC, assert_holds_no_secret, train
from trainings import CLIENTS, TOKEN, recorded

pytestmark = pytest.mark.training

FIRST_GENERATION = """
try:
    from neptune.legacy.internal.api_clients.credentials import Credentials
except ImportError:
    from neptune.internal.backends.credentials import Credentials
import recording_backend
experiment = recording_backend.create_experiment()
experiment._backend.credentials = Credentials(TOKEN)
"""
SECOND_GENERATION = """
try:
    from neptune import init_run
except ImportError:
    from neptune.new import init_run
experiment = init_run(api_token=TOKEN, mode=os.environ["TOY_MODE"], source_files=[], capture_hardware_metrics=False)
"""
SCALE = """
import neptune_scale
experiment = neptune_scale.Run(project="ws/project", api_token=TOKEN, mode="offline")
"""
MINFX = """
import minfx
experiment = minfx.init_run(api_token=TOKEN, mode=os.environ["TOY_MODE"], source_files=[],
                            capture_hardware_metrics=False)
"""
GOODSEED = {
    "goodseed": """
import goodseed
experiment = goodseed.Run(project="ws/project", api_key=TOKEN, storage="local", capture_hardware_metrics=False)
""",
    "goodseed.neptune": """
import goodseed.neptune
experiment = goodseed.neptune.init_run(project="ws/project", api_token=TOKEN, mode="offline",
                                       capture_hardware_metrics=False)
""",
    "goodseed.neptune_scale": """
import goodseed.neptune_scale
experiment = goodseed.neptune_scale.Run(project="ws/project", api_token=TOKEN, mode="offline",
                                        capture_hardware_metrics=False)
""",
}
ONLY_CARRIED = 'del NAMED["api_tokens"]\n'  # so that nothing but the experiment tells which token it is


@pytest.fixture
def python(request):
    try:
        return str(python_of(request.param))
    except EnvironmentUnavailable as error:
        pytest.skip("NO REAL CLIENT: %s" % error)


@pytest.fixture
def server():
    with NeptuneServer() as server:
        yield server


def token_for(address):
    """A token that clients take, yet none that would be told by how it looks."""
    content = {"api_address": address, "api_url": address, "api_key": "key-of-nobody"}
    return base64.b64encode(b" " + json.dumps(content).encode()).decode()


def stored(folder, *names):
    """Whether the client has stored a metric of the run, in a file so named."""
    return any(b"Loss" in path.read_bytes() for name in names for path in folder.rglob(name))


# Live, the token given to the client only

@pytest.mark.parametrize("python", ["neptune-client-0.4-py37", "neptune-client-0.16-py37"], indirect=True)
def test_an_experiment_of_the_first_generation(training_folder, python):
    token = token_for("http://127.0.0.1:9")
    output = train(training_folder, FIRST_GENERATION + ONLY_CARRIED, python, token, [CLIENTS / "first_generation"])
    assert_holds_no_secret(training_folder, output, token)
    assert ["set", "config/lr", "0.5"] in recorded(training_folder)


@pytest.mark.parametrize("python", ["neptune-1.14-py311"], indirect=True)
def test_a_run_that_is_stored_offline(training_folder, python):
    output = train(training_folder, SECOND_GENERATION, python, TOY_MODE="offline")
    assert_holds_no_secret(training_folder, output)
    assert stored(training_folder, "data-*.log")


@pytest.mark.parametrize("python", ["neptune-client-0.16-py37", "neptune-1.11-py37", "neptune-1.14-py311"],
                         indirect=True)
def test_a_run_on_a_server(training_folder, python, server):
    token = token_for(server.url)
    output = train(training_folder, SECOND_GENERATION + ONLY_CARRIED, python, token, TOY_MODE="async",
                   **dict(server.variables(), NEPTUNE_API_TOKEN=""))
    assert_holds_no_secret(training_folder, output, token)
    run, = server.runs.values()
    assert run.fields["config/lr"] == 0.5
    assert token not in repr(run.fields) and len(run.series["Loss"]) == 3


@pytest.mark.parametrize("python", ["trackers-py311"], indirect=True)
def test_a_run_of_neptune_scale(training_folder, python):
    output = train(training_folder, SCALE + ONLY_CARRIED, python)
    assert_holds_no_secret(training_folder, output)
    assert stored(training_folder, "*.sqlite3*")


@pytest.mark.parametrize("python", ["trackers-py311"], indirect=True)
def test_a_run_of_minfx_that_is_stored_offline(training_folder, python):
    output = train(training_folder, MINFX, python, TOY_MODE="offline")
    assert_holds_no_secret(training_folder, output)
    assert stored(training_folder, "data-*.log")


@pytest.mark.parametrize("python", ["trackers-py311"], indirect=True)
def test_a_run_of_minfx_on_a_server(training_folder, python, server):
    token = token_for(server.url)
    output = train(training_folder, MINFX + ONLY_CARRIED, python, token, TOY_MODE="async",
                   **dict(server.variables(), NEPTUNE_API_TOKEN=""))
    assert_holds_no_secret(training_folder, output, token)
    run, = server.runs.values()
    assert token not in repr(run.fields) and len(run.series["Loss"]) == 3


@pytest.mark.parametrize("python", ["trackers-py311"], indirect=True)
@pytest.mark.parametrize("shape", sorted(GOODSEED))
def test_a_run_of_goodseed(training_folder, python, shape):
    output = train(training_folder, GOODSEED[shape], python)
    assert_holds_no_secret(training_folder, output)
    assert stored(training_folder, "*.sqlite*")


# By spec, the token in the environment

@pytest.mark.parametrize("python", ["neptune-client-0.4-py37"], indirect=True)
def test_a_spec_of_the_first_generation(training_folder, python):
    output = train(training_folder, BY_SPEC, python, clients=[CLIENTS / "first_generation"],
                   NEPTUNE_EXPERIMENT="ws/project", NEPTUNE_API_TOKEN=TOKEN)
    assert_holds_no_secret(training_folder, output)
    assert ["set", "config/lr", "0.5"] in recorded(training_folder)


@pytest.mark.parametrize("spec, python, variable, files", [
    ("offline", "neptune-client-0.16-py37", "NEPTUNE_API_TOKEN", "data-*.log"),
    ("offline", "neptune-1.11-py37", "NEPTUNE_API_TOKEN", "data-*.log"),
    ("offline", "neptune-1.14-py311", "NEPTUNE_API_TOKEN", "data-*.log"),
    ("scale:offline", "trackers-py311", "NEPTUNE_API_TOKEN", "*.sqlite3*"),
    ("minfx:offline", "trackers-py311", "NEPTUNE_API_TOKEN", "data-*.log"),
    ("goodseed:offline", "trackers-py311", "GOODSEED_API_KEY", "*.sqlite*"),
    ("tensorboard:", "trackers-py311", "HF_TOKEN", "*tfevents*"),
], indirect=["python"])
def test_a_spec(training_folder, python, spec, variable, files):
    output = train(training_folder, BY_SPEC, python, NEPTUNE_EXPERIMENT=spec, **{variable: TOKEN})
    assert_holds_no_secret(training_folder, output)
    assert stored(training_folder, files)


@pytest.mark.parametrize("python", ["neptune-1.14-py311"], indirect=True)
def test_a_spec_on_a_server(training_folder, python, server):
    token = token_for(server.url)
    output = train(training_folder, BY_SPEC, python, token, NEPTUNE_EXPERIMENT="async",
                   **dict(server.variables(), NEPTUNE_API_TOKEN=token))
    assert_holds_no_secret(training_folder, output, token)
    run, = server.runs.values()
    assert token not in repr(run.fields) and len(run.series["Loss"]) == 3
