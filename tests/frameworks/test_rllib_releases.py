"""Every layout that Ray had, from the package index: installed, compiled, imported, taken out; the old ones trained."""
import json
import os
import shutil

import pytest
from ray_training import OLD_STACK, Ray, assert_journal_is_the_trial
from real_training import python, run, script
from releases import ReleaseUnavailable, unpacked
from small_checkout import snapshot
from trainings import journals, stored

pytestmark = pytest.mark.training
RELEASES = {"1.0.1": "ray-1.0.1-py37", "1.13.0": "ray-1.13-py37", "2.10.0": "ray-py311", "2.40.0": "ray-py311",
            "2.60.0": "ray-py311"}
IMPORTS = """
import json, sys
if sys.argv[1] == "2.10.0":  # wants a pyarrow of its time
    import pyarrow
    pyarrow.PyExtensionType = type("", (pyarrow.ExtensionType,), {"set_auto_load": staticmethod(lambda on: None)})
import ray, ray.tune
from ray.tune import logger
print(json.dumps([ray.__version__, ray.__file__, hasattr(logger, "NeptuneLoggerCallback"),
                  hasattr(logger, "NeptuneLogger"), logger.neptune_writer.__name__]))
if hasattr(logger, "NeptuneLoggerCallback"):
    assert issubclass(logger.NeptuneLoggerCallback, ray.tune.Callback)
"""


def linked(version, folder):
    """A copy of a release that costs no room, of its Python files and what they load."""
    try:
        source = unpacked("ray==" + version)
    except ReleaseUnavailable as error:
        pytest.skip("NO REAL TRAINING: %s" % error)
    link = os.link if os.stat(source).st_dev == os.stat(folder).st_dev else shutil.copy2
    left_out = shutil.ignore_patterns("*.jar", "build")
    shutil.copytree(source / "ray", folder / "ray", copy_function=link, ignore=left_out)
    return folder


def source_of(folder):
    """What is there, without what Python caches."""
    return {path: content for path, content in snapshot(folder).items() if "__pycache__" not in path}


@pytest.mark.parametrize("version", sorted(RELEASES))
def test_a_release_is_patched_imported_and_comes_back_byte_for_byte(version, tmp_path, training_folder):
    folder = tmp_path / "checkout"
    folder.mkdir()
    before = source_of(linked(version, folder))
    script("install.py", folder)
    interpreter = python(RELEASES[version])
    run(interpreter, folder, training_folder, "-m", "compileall", "-q", folder / "ray" / "tune")
    output, errors = run(interpreter, folder, training_folder, "-W", "ignore", "-c", IMPORTS, version)
    found, file, has_callback, has_logger, name = json.loads(output.splitlines()[-1])
    assert (found, name) == (version, "ray.tune.neptune_writer.frameworks.rllib") and file.startswith(str(folder))
    assert has_callback == (version != "1.0.1") and has_logger == version.startswith("1.")
    assert "neptune: " not in errors and "applied" in script("status.py", folder)
    script("uninstall.py", folder)
    assert source_of(folder) == before


# Ray 1.x, trained once each

GRID = """
import os
import ray
from ray import tune
ray.init(num_cpus=2, include_dashboard=False, object_store_memory=200 * 1024 * 1024)
config = dict(env="CartPole-v0", lr=tune.grid_search([1e-4, 1e-3]), num_workers=0, train_batch_size=400,
              sgd_minibatch_size=100, num_sgd_iter=2, framework="tf")
tune.run("PPO", config=config, stop={"training_iteration": 3}, local_dir=os.path.abspath("results"), verbose=0)
"""
IN_CODE = """
from ray.tune.logger import DEFAULT_LOGGERS, NeptuneLogger
tune.run("PPO", config=dict(config, lr=1e-2, logger_config={"neptune_project_name": "me/walks"}), verbose=0,
         stop={"training_iteration": 3}, local_dir=os.path.abspath("results"),
         loggers=DEFAULT_LOGGERS + (NeptuneLogger,))
"""


@pytest.mark.parametrize("environment, in_code, expected", [
    ("ray-1.13-py37", "", [0.0001, 0.001]), ("ray-1.0.1-py37", IN_CODE, [0.0001, 0.001, 0.01])])
def test_a_grid_search_of_1_x_is_a_run_a_trial(environment, in_code, expected, tmp_path_factory, training_folder):
    """In 1.0 with a logger in the code, too."""
    ray = Ray(environment, tmp_path_factory.mktemp("ray"))
    try:
        (training_folder / "train.py").write_text(GRID + in_code)
        variables = {"NEPTUNE_EXPERIMENT": "offline", "NEPTUNE_MODE": "offline"}  # which a project's run is in, too
        ray.run(training_folder, "train.py", **variables)
        runs = ray.runs(training_folder)
        assert len(runs) == len(expected) == len(journals(training_folder))
        for path in journals(training_folder / "results"):
            assert_journal_is_the_trial(path, OLD_STACK)
            one = runs[stored(path).header["name"]]
            assert [point[0] for point in one["series"]["episode_reward_mean"]] == [400, 800, 1200]
            assert one["fields"]["config/trial_state"] == "terminated"
        assert sorted(one["fields"]["config/lr"] for one in runs.values()) == expected
    finally:
        ray.close()
