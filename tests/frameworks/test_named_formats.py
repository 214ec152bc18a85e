"""frameworks/output_format: selected by name like any other format, and made in code with an experiment."""
import pytest
from small_formats import JOURNAL, TRAIN, both
from trainings import journals, recorded, recorded_points, stored


@both
def test_it_is_selected_by_name_like_any_other_format(train, training_folder, framework):
    set_up = {"baselines": "logger.configure('out', ['stdout', 'neptune'])\nmodel = Walk('P', CartPole(), verbose=1)",
              "stable-baselines3": "model = Walk('P', CartPole())\n"
                                   "model.set_logger(configure('out', ['stdout', 'neptune']))"}[framework]
    train(framework, set_up + "\nmodel.learn(200)")
    assert [len(stored(path).rows) for path in journals(training_folder / "out")] == [2]


@both
def test_named_and_in_the_environment_it_is_there_once(train, training_folder, framework):
    output, _ = train(framework, """
        made = [logger.make_output_format(name, "out") for name in ("stdout", "neptune")]
        print([len(Logger("out", formats).output_formats) for formats in (made, made[:1], [])], len(made))
        """, **JOURNAL)
    assert output == "[2, 2, 1] 2\n"


@both
def test_an_unknown_name_is_the_frameworks_own_error(train, framework):
    code = "logger.make_output_format('nptune', 'out')"
    errors = [train(framework, code, is_patched, status=1)[1].splitlines()[-1] for is_patched in (True, False)]
    assert errors[0] == errors[1] == "ValueError: Unknown format specified: nptune"


APPENDED = """
import neptune
run = neptune.init_run(mode="offline")
for _ in range(2):
    model = Walk('P', CartPole(), verbose=1)
    %s
    model.learn(200)
run.stop()
"""
HOW_TO_APPEND = {
    "baselines": "if not _: Logger.CURRENT.output_formats.append(logger.NeptuneOutputFormat(run))",
    "stable-baselines3": "model.set_logger(Logger('out', [logger.NeptuneOutputFormat(run)]))"}


@both
@pytest.mark.parametrize("variables", [{}, dict(NEPTUNE_EXPERIMENT="workspace/project")], ids=["alone", "environment"])
def test_a_live_experiment_is_one_run_and_goes_before_the_environment(train, training_folder, framework, variables):
    """Both models write to it: steps carry on from one to the other, and nothing is sent to the environment's."""
    train(framework, APPENDED % HOW_TO_APPEND[framework], **variables)
    calls = [call[0] for call in recorded(training_folder)]
    assert calls.count("init_run") == 1 and calls.count("stop") == 1
    name = {"baselines": "reward"}.get(framework, "rollout/reward")
    assert [point[:2] for point in recorded_points(training_folder, name)] == [
        (100, 50.0), (200, 100.0), (300, 50.0), (400, 100.0)]
    assert ["set", "config/algorithm", "Walk"] in recorded(training_folder)


def test_a_live_experiment_goes_on_in_another_logger(train, training_folder):
    train("baselines", """
        import neptune
        run = neptune.init_run(mode="offline")
        for step in (10, 20):
            logger.configure("out")
            Logger.CURRENT.output_formats.append(logger.NeptuneOutputFormat(run))
            logger.logkvs({"step": step})
            logger.dumpkvs()
            Logger.CURRENT.close()
        """)
    assert [point[0] for point in recorded_points(training_folder, "step")] == [10, 20]


@both
def test_two_formats_are_two_runs(train, training_folder, framework):
    train(framework, """
        model = Walk('P', CartPole(), verbose=1)
        shared = Logger("out", [logger.NeptuneOutputFormat(spec) for spec in ("journal", "offline")])
        if hasattr(Logger, "CURRENT"):
            Logger.CURRENT = shared
        else:
            model.set_logger(shared)
        model.learn(200)
        """)
    assert [len(stored(path).rows) for path in journals(training_folder / "out")] == [2, 2]
    assert len([call for call in recorded(training_folder) if call[0] == "init_run"]) == 1


@both
def test_what_is_no_experiment_is_refused_at_once(train, framework):
    _, errors = train(framework, "logger.NeptuneOutputFormat(3)", status=1)
    assert errors.splitlines()[-1].startswith("TypeError: neptune_experiment: expected a run or experiment object")


@both
def test_what_else_a_fork_hands_to_its_formats_is_left_alone(train, framework):
    row = {"baselines": "writekvs({'a': 1.0}, 3, step=4)", "stable-baselines3": "write({'a': 1.0}, {}, 3, 4, more=5)"}
    _, errors = train(framework, "logger.NeptuneOutputFormat('journal')." + row[framework])
    assert errors.startswith("neptune: journal ") and errors.count("\n") == 1


@both
def test_formats_that_are_no_list_stay_what_they_are(train, framework):
    output, _ = train(framework, "print(list(Logger('out', iter([1, 2])).output_formats))", **JOURNAL)
    assert output == "[1, 2]\n"


@both
def test_it_is_a_writer_of_the_framework(train, framework):
    train(framework, "assert issubclass(logger.NeptuneOutputFormat, logger.KVWriter)")


@pytest.mark.slow
def test_what_the_client_would_do_by_itself(train, training_folder):
    """Where the format is named, and nothing says which experiment."""
    code = "Logger('out', [logger.NeptuneOutputFormat()])\n" \
           "Logger.CURRENT.output_formats.append(logger.NeptuneOutputFormat())\n" + TRAIN
    for variables, mode in (({"NEPTUNE_MODE": "offline"}, "offline"), ({"NEPTUNE_PROJECT": "team/walk"}, "async")):
        train("baselines", code, **variables)
        assert [call[1]["mode"] for call in recorded(training_folder) if call[0] == "init_run"][-1] == mode
    before = len(recorded(training_folder))
    train("baselines", code)
    assert len(recorded(training_folder)) == before and len(journals(training_folder)) == 3
