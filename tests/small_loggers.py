"""Loggers that dump no table, of our own writing: what our patches look for in PyMARL, DrQ-v2, Dreamer and others."""

PYMARL = '''\
from collections import defaultdict


class Logger:
    def __init__(self, console_logger):
        self.console_logger = console_logger
        self.use_sacred = False
        self.stats = defaultdict(list)

    def setup_sacred(self, sacred_run_dict):
        self.sacred_info = sacred_run_dict.info
        self.use_sacred = True

    def log_stat(self, key, value, t, to_sacred=True):
        self.stats[key].append((t, value))
        if self.use_sacred and to_sacred:
            self.sacred_info.setdefault(key, []).append(value)

    def print_recent_stats(self):
        print({key: values[-1] for key, values in self.stats.items()})
'''

DRQV2 = '''\
import json
from collections import defaultdict


class Meter:
    def __init__(self):
        self.values = []

    def value(self):
        return sum(self.values) / len(self.values)


class Group:
    def __init__(self, path):
        self._path = path
        self._meters = defaultdict(Meter)

    def _prime_meters(self):
        return {key.split("/", 1)[1]: meter.value() for key, meter in self._meters.items()}

    def dump(self, step):
        if self._meters:
            with open(self._path, "a") as file:
                file.write(json.dumps(dict(self._prime_meters(), step=step)))
        self._meters.clear()


class Logger(object):
    def __init__(self, log_dir):
        self._log_dir = log_dir
        self._train_mg = Group(log_dir + "/train.log")
        self._eval_mg = Group(log_dir + "/eval.log")

    def log(self, key, value, step):
        group = self._train_mg if key.startswith("train") else self._eval_mg
        group._meters[key].values.append(value)

    def dump(self, step, save=True, ty=None):
        if ty in (None, "train"):
            self._train_mg.dump(step)
        if ty in (None, "eval"):
            self._eval_mg.dump(step)
'''

DREAMERV3_TORCH = '''\
class Logger:
    def __init__(self, logdir, step):
        self._logdir = logdir
        self._scalars = {}
        self._videos = {}
        self.step = step

    def scalar(self, name, value):
        self._scalars[name] = float(value)

    def video(self, name, value):
        self._videos[name] = value

    def write(self, fps=False, step=False):
        if not step:
            step = self.step
        scalars = list(self._scalars.items())
        if fps:
            scalars.append(("fps", 60.0))
        print(step, scalars)
        self._scalars = {}
        self._videos = {}
'''

DREAMER = '''\
from lib import logger as tools


class Dreamer:
    def __init__(self, obs_space, act_space, config, logger, dataset):
        self._logger = logger


def main(config):
    """Train."""
    logger = tools.Logger(config.logdir, 0)
    logger.scalar("train_return", 1.0)
    logger.write(step=logger.step)  # before there is an agent
    Dreamer(None, None, config, logger, None)
    for logger.step in (100, 200):
        logger.scalar("train_return", logger.step)
        logger.video("train_openl", [[0]])
        logger.write(fps=True)
    logger.scalar("eval_return", 2.0)
    logger.write(step=150)
'''

TDMPC2 = '''\
class Logger:
    def __init__(self, cfg):
        self._log_dir = cfg.work_dir
        self._save_agent = cfg.save_agent
        self._wandb = None

    def save_agent(self, agent=None, identifier="final"):
        print(identifier)

    def pprint_multitask(self, d, cfg):
        print(d)

    def log(self, d, category="train"):
        """Print a row."""
        print(category, d)
'''

TDMPC = '''\
class Logger:
    def __init__(self, log_dir, cfg):
        self._log_dir = log_dir
        self._model_dir = log_dir + "/models"
        self._group = cfg.task
        self._eval = []
        self._wandb = None

    def finish(self, agent):
        print(agent)

    def _format(self, key, value, ty):
        return key + ty.format(value)

    def _print(self, d, category):
        print(category, d)

    def log(self, d, category="train"):
        if category == "eval":
            self._eval.append(d["episode_reward"])
        self._print(d, category)
'''

DREAMERV3 = '''\
class Logger:
    def __init__(self, step, outputs, multiplier=1):
        self.step = step
        self.outputs = outputs
        self.multiplier = multiplier
        self._metrics = []

    def add(self, mapping, prefix=None):
        for name, value in dict(mapping).items():
            name = prefix + "/" + name if prefix else name
            self._metrics.append((int(self.step) * self.multiplier, name, value))

    def scalar(self, name, value):
        self.add({name: value})

    def video(self, name, value):
        self.add({name: value})

    def write(self, fps=False):
        if fps:
            self.scalar("fps", 60.0)
        for output in self.outputs:
            output(tuple(self._metrics))
        self._metrics.clear()
'''

TIANSHOU = '''\
class TensorboardLogger:
    def __init__(self, writer):
        self.writer = writer
        self.last_save_step = -1

    def write(self, step_type, step, data):
        for name, value in data.items():
            self.writer.add_scalar(name, value, global_step=step)

    def save_data(self, epoch, env_step, gradient_step, save_checkpoint_fn=None):
        self.write("save/epoch", epoch, {"save/epoch": epoch})
        self.write("save/gradient_step", gradient_step, {"save/gradient_step": gradient_step})

    def restore_data(self):
        return 0, 0, 0
'''

ON_POLICY = '''\
class Runner(object):
    def __init__(self, config):
        self.all_args = config["all_args"]
        self.use_wandb = self.all_args.use_wandb
        self.run_dir = config["run_dir"]
        if not self.use_wandb:
            self.writter = config["writer"]

    def log_train(self, train_infos, total_num_steps):
        for name, value in train_infos.items():
            self._log(name, value, total_num_steps)

    def log_env(self, env_infos, total_num_steps):
        for name, found in env_infos.items():
            self._log(name, sum(found) / len(found), total_num_steps)

    def _log(self, name, value, step):
        if self.use_wandb:
            import wandb
            wandb.log({name: value}, step=step)
        else:
            self.writter.add_scalars(name, {name: value}, step)
'''

FSRL = '''\
class BaseLogger:
    def __init__(self, log_dir=None, name=None):
        self.name = name
        self.log_dir = log_dir
        self.reset_data()

    def reset_data(self):
        self.log_data = {}

    def store(self, tab, **found):
        for name, value in found.items():
            self.log_data.setdefault(tab + "/" + name, []).append(value)

    def write(self, step, display=False):
        print(step, self.stats_mean)
        self.reset_data()

    def write_without_reset(self, *args, **kwarg):
        """For event files."""

    @property
    def stats_mean(self):
        return {name: sum(values) / len(values) for name, values in self.log_data.items()}


class DummyLogger(BaseLogger):
    def __init__(self):
        pass

    def write(self, *args, **kwarg):
        """Nothing."""

    def reset_data(self):
        """Nothing."""
'''

DOPAMINE = '''\
class Runner(object):
    def __init__(self, base_dir):
        self._base_dir = base_dir
        self._summary_writer = print

    def run_experiment(self):
        for iteration in range(2):
            self._save_tensorboard_summaries(iteration, 3, 1.5, 2, 2.5 + iteration)

    def _save_tensorboard_summaries(self, iteration, num_episodes_train, average_reward_train, num_episodes_eval,
                                    average_reward_eval):
        self._summary_writer(iteration, average_reward_eval)


class TrainRunner(Runner):
    def run_experiment(self):
        self._save_tensorboard_summaries(0, 3, 1.5)

    def _save_tensorboard_summaries(self, iteration, num_episodes, average_reward):
        self._summary_writer(iteration, average_reward)
'''

DISPATCHER = '''\
class CollectorDispatcher(object):
    def __init__(self, base_dir, collectors=()):
        self._collectors = list(collectors)

    def write(self, statistics, collector_allowlist=()):
        for collector in self._collectors:
            if not collector_allowlist or collector.name in collector_allowlist:
                collector.write(statistics)

    def flush(self):
        pass

    def close(self):
        pass
'''
