"""frameworks/runs: one run per model, however often it learns, and whatever loggers it writes through."""
from small_formats import JOURNAL, TRAIN, both
from trainings import journals, only_journal, stored


def steps(path):
    """The steps of a journal's rows, and whether they begin anew."""
    return [(row["step"], row.get("mark") == "restart") for row in stored(path).rows]


@both
def test_learning_again_goes_on_with_the_run(train, training_folder, framework):
    """The second time begins at a step beyond the last one of the first: only `_setup_learn` knows that it is anew."""
    train(framework, """
        model = Walk('MlpPolicy', CartPole(), verbose=1)
        model.learn(100)
        model.learn(200)
        """, **JOURNAL)
    path, = journals(training_folder)
    assert steps(path) == [(100, False), (200, True), (300, False)]
    assert len(stored(path).configs) == 1


@both
def test_going_on_without_a_reset_begins_nothing_anew(train, training_folder, framework):
    how = {"baselines": "reset=False", "stable-baselines3": "reset_num_timesteps=False"}[framework]
    learn = "model = Walk('MlpPolicy', CartPole(), verbose=1).learn(100)\nmodel.learn(100, %s)"
    train(framework, learn % how, **JOURNAL)
    assert steps(journals(training_folder)[0]) == [(100, False), (200, False)]


@both
def test_a_model_of_another_process_names_the_command_that_continues_its_run(train, training_folder, framework):
    """N4: resumed without a word, it counts as one more seed of its group."""
    how = {"baselines": "reset=False", "stable-baselines3": "reset_num_timesteps=False"}[framework]
    resume = ("model = Walk('MlpPolicy', CartPole(), verbose=1)\nmodel.num_timesteps = 300\n"
              "for _ in range(2):\n    model.learn(100, %s)" % how)
    _, errors = train(framework, resume, **JOURNAL)
    assert errors.count("the model has trained for 300 steps before") == 1
    assert "start again with NEPTUNE_CUSTOM_RUN_ID=ID, where its journal is neptune-ID.jsonl" in errors
    _, errors = train(framework, resume, NEPTUNE_CUSTOM_RUN_ID="before", **JOURNAL)
    assert "before, and this is" not in errors
    assert sorted(str(stored(path).header["resumes"]) for path in journals(training_folder)) == ["None", "before"]


@both
def test_two_models_are_two_runs_of_one_group(train, training_folder, framework):
    train(framework, """
        models = [Walk('MlpPolicy', CartPole(), verbose=1) for _ in range(2)]
        for model in models * 2:
            model.learn(100)
        """, **JOURNAL)
    runs = list(map(stored, journals(training_folder)))
    assert [len(run.rows) for run in runs] == [2, 2]
    assert len({run.header["group"] for run in runs}) == 1


@both
def test_a_run_ends_with_its_model(train, training_folder, framework):
    train(framework, """
        for _ in range(2):
            model = Walk('MlpPolicy', CartPole(), verbose=1).learn(100)
        os._exit(0)  # nothing is done at the exit
        """, **JOURNAL)
    assert sorted(stored(path).ended for path in journals(training_folder)) == [False, True]


@both
def test_a_logger_that_is_closed_ends_no_run_of_a_model(train, training_folder, framework):
    train(framework, """
        model = Walk('MlpPolicy', CartPole(), verbose=1)
        for _ in range(2):
            model.learn(100)
            getattr(model, "_logger", getattr(Logger, "CURRENT", None)).close()
        """, **JOURNAL)
    assert len(only_journal(training_folder).rows) == 2


def test_what_the_environment_no_longer_says_is_written_nowhere(train, training_folder):
    train("baselines", "del os.environ['NEPTUNE_EXPERIMENT']\n" + TRAIN, **JOURNAL)
    assert not journals(training_folder)


def test_rows_behind_the_end_of_a_model_are_no_longer_its_run(train, training_folder):
    train("baselines", TRAIN + "\nlogger.logkvs({'score': 1.0})\nlogger.dumpkvs()", **JOURNAL)
    assert sorted(len(stored(path).rows) for path in journals(training_folder)) == [1, 3]


def test_models_that_share_a_logger_are_two_runs(train, training_folder):
    train("stable-baselines3", """
        shared = configure("out")
        for _ in range(2):
            model = Walk('MlpPolicy', CartPole())
            model.set_logger(shared)
            model.learn(100)
        """, **JOURNAL)
    assert [len(stored(path).rows) for path in journals(training_folder / "out")] == [1, 1]


def test_a_fork_that_keeps_its_logger_elsewhere_trains_on(train, training_folder):
    _, errors = train("baselines", "del Logger.CURRENT\nWalk('P', CartPole()).learn(100)", **JOURNAL)
    assert errors.startswith("neptune: the model has no run of its own: AttributeError") and errors.count("\n") == 1
