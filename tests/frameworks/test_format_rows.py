"""frameworks/stable_baselines and stable_baselines3: what becomes of a row, its step, and its odd values."""
import textwrap

import pytest
from small_formats import JOURNAL, TRAIN
from trainings import only_journal


RECORDS = """
made = configure("out")
%s
made.dump(3)
"""


def values_of(train, training_folder, records):
    _, errors = train("stable-baselines3", RECORDS % textwrap.dedent(records), **JOURNAL)
    run = only_journal(training_folder)
    return run.rows[0]["values"], run.configs, [line for line in errors.splitlines() if "skipped" in line]


def test_keys_that_exclude_it_are_left_out(train, training_folder):
    values, _, said = values_of(train, training_folder, """
        made.record("kept", 1.0, exclude=("tensorboard", "csv"))
        made.record("a", 2.0, exclude=("neptune",))
        made.record("b", 3.0, exclude="neptune")
        made.name_to_value["c"], made.name_to_excluded["c"] = 4.0, None
        made.output_formats[:] = made.output_formats[1:]
        """)
    assert values == {"kept": 1.0, "c": 4.0} and said == []


def test_videos_and_texts_are_skipped_with_one_line(train, training_folder):
    values, _, said = values_of(train, training_folder, """
        for _ in range(2):
            made.record("video", Video([1]), exclude=("stdout",))
            made.record("note", "text")
            made.record("vector", [1.0, 2.0])
            made.record("loss", 0.5)
            made.dump(1)
        made.record("loss", 0.25)
        """)
    assert values == {"loss": 0.5}
    assert said == ["neptune: %s: skipped, expected a number, found %s" % pair
                    for pair in (("video", "Video"), ("note", "str"), ("vector", "list"))]


def test_hparams_join_the_config(train, training_folder):
    values, configs, said = values_of(train, training_folder, """
        made.record("hparams", HParam({"learning rate": 0.1, "fn": len}, {"loss": 0.0}), exclude=("stdout",))
        made.record("loss", 0.5)
        """)
    assert values == {"loss": 0.5} and said == []
    assert configs[-1] == {"learning rate": 0.1, "fn": "len"}


def test_hparams_of_a_model_join_its_own(train, training_folder):
    train("stable-baselines3", """
        model = Walk('P', CartPole()).learn(100)
        model._logger.record("hparams", HParam({"gamma": 0.9}, {"loss": 0.0}))
        model._logger.dump()
        """, **JOURNAL)
    first, second = only_journal(training_folder).configs
    assert second == dict(first, gamma=0.9)


def test_a_row_that_says_no_step_stands_where_the_model_is(train, training_folder):
    train("stable-baselines3", """
        model = Walk('P', CartPole()).learn(200)
        model._logger.record("score", 1.0)
        model._logger.dump()
        model.learn(100, reset_num_timesteps=False)
        """, **JOURNAL)
    assert [row["step"] for row in only_journal(training_folder).rows] == [100, 200, 200, 300]


def test_a_row_of_the_users_own_stands_where_the_model_is(train, training_folder):
    train("baselines", """
        model = Walk('P', CartPole(), verbose=1)
        model.learn(200)
        logger.logkvs({"score": 1.0})
        logger.dumpkvs()
        model.learn(100, reset=False)
        """, **JOURNAL)
    assert [row["step"] for row in only_journal(training_folder).rows] == [100, 200, 200, 300]


def test_a_row_stands_at_the_step_it_names_else_where_the_model_is(train, training_folder):
    train("baselines", """
        model = Walk('P', CartPole(), verbose=1).learn(0)
        model.num_timesteps = 50
        for row in ({"score": 1.0}, {"total_timesteps": 70, "score": 2.0}, {"total_timesteps": "soon", "score": 3.0}):
            logger.logkvs(row)
            logger.dumpkvs()
            model.num_timesteps = 80
        """, **JOURNAL)
    assert [row["step"] for row in only_journal(training_folder).rows] == [50, 70, 80]


@pytest.mark.parametrize("name", ["total_timesteps", "total timesteps", "misc/total_timesteps", "TimestepsSoFar",
                                  "total/steps", "steps", "step"])
def test_the_familys_names_of_a_step(train, training_folder, name):
    train("baselines", """
        for step in (10, 20):
            logger.logkvs({"episodes": 3, %r: step})
            logger.dumpkvs()
        """ % name, **JOURNAL)
    assert [row["step"] for row in only_journal(training_folder).rows] == [10, 20]


def test_rows_are_copied_at_once(train, training_folder):
    train("baselines", """
        class Spoil(logger.KVWriter):
            def writekvs(self, kvs):
                for name in kvs:
                    kvs[name] = -1.0
        Logger.CURRENT.output_formats.append(Spoil())
        """ + TRAIN, **JOURNAL)
    assert [row["values"]["reward"] for row in only_journal(training_folder).rows] == [50.0, 100.0, 150.0]
