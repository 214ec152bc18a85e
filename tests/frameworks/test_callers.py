"""idioms/callers: whose config it is that a framework is never told."""
import gc
import sys
import weakref
from argparse import Namespace

from neptune_writer.idioms import callers


def ask():
    return callers.config(sys._getframe())


def ask_for_trainer():
    return callers.trainer(sys._getframe(), "run", "algorithm")


def test_the_nearest_caller_counts_and_the_best_of_its_names():
    def outer(args):
        def inner(cfg, config_dict):
            return ask()
        return inner({"lr": 1}, {"lr": 2}), inner(None, {}), ask()
    assert outer(Namespace(lr=3)) == ({"lr": 2}, {"lr": 3}, {"lr": 3})


def test_what_is_no_config():
    def call(*args, config=None):
        return ask()
    assert call(1, 2) == call(config="a.yaml") == call(config=[1]) == call(config={1: 2}) == {}


def test_a_script_is_asked_and_not_what_runs_it():
    def launcher(args):
        names = {"__name__": "__main__", "ask": ask}
        exec("def main(): return ask()\nfound = [main()]\ncfg = {'lr': 1}\nfound.append(main())", names)
        return names["found"]
    assert launcher(Namespace(port=29500)) == [{}, {"lr": 1}]


def test_a_trainer_is_known_by_what_it_has():
    class Trainer:
        algorithm = "dqn"

        def run(self):
            return Worker().run()

    class Worker:
        def run(self):
            return ask_for_trainer()
    trainer = Trainer()
    assert trainer.run().algorithm == "dqn" and Worker().run() is None


def test_nothing_is_kept_alive():
    class Big:
        pass

    def train(args):
        big = Big()
        found, known = ask(), weakref.ref(big)
        del big
        gc.collect()
        return found, known()
    assert train({"lr": 1}) == ({"lr": 1}, None)


def test_the_dictionary_of_a_caller_stays_as_it_is():
    """That which ``locals()`` gives is a function's own, up to Python 3.12, and a frame gives the same one."""
    def by_locals(lr=1e-3, steps=3):
        args = locals()
        args["lr"] = 5
        ask()
        return args

    def held(lr, args):
        frame = sys._getframe()
        mine = frame.f_locals  # as a debugger does
        ask()
        return dict(mine)
    assert by_locals() == {"lr": 5, "steps": 3}
    assert {"lr", "args"} <= set(held(1, None))
