"""Loggers that dump a table, of our own writing: what our patches look for in rlkit, rllab and their kind."""
from small_loggers import (
    DOPAMINE, DREAMERV3, DREAMERV3_TORCH, DRQV2, FSRL, ON_POLICY, PYMARL, TDMPC2, TIANSHOU)

CLASS = '''\
import csv
import os


class Logger(object):
    def __init__(self):
        self._tabular = []
        self._snapshot_dir = None
        self._tabular_outputs = []

    def set_snapshot_dir(self, folder):
        self._snapshot_dir = folder

    def add_tabular_output(self, path):
        self._tabular_outputs.append(path)

    def record_tabular(self, key, value):
        self._tabular.append((str(key), str(value)))

    def dump_tabular(self, *args, **kwargs):
        """Print the table."""
        row = dict(self._tabular)
        for path in self._tabular_outputs:
            with open(path, "a") as file:
                csv.writer(file).writerow(row.values())
        print(row)
        del self._tabular[:]


logger = Logger()
'''

MODULE = '''\
_tabular = []
_snapshot_dir = None
_tabular_outputs = []


def set_snapshot_dir(folder):
    global _snapshot_dir
    _snapshot_dir = folder


def record_tabular(key, value):
    _tabular.append((str(key), str(value)))


def dump_tabular(*args, **kwargs):
    print(dict(_tabular))
    del _tabular[:]
'''

PEARL = MODULE + '''

def get_table_key_set():
    return set(key for key, value in _tabular)
'''

RLPYT = MODULE.replace("def dump_tabular(*args, **kwargs):\n", '''_disabled = False
_iteration = 0


def set_iteration(iteration):
    global _iteration
    _iteration = iteration


def disable():
    global _disabled
    _disabled = True


def dump_tabular(*args, **kwargs):
    if _disabled:
        return
''')

OMNISAFE = '''\
import json
import os


class Logger:
    """Makes its row out of what was stored when it dumps it."""

    def __init__(self, output_dir, seed=0, config=None, rank=0):
        self._log_dir = os.path.join(output_dir, "seed-%03d-2026-01-02-03-04-05" % seed)
        self._maste_proc = rank == 0
        self._epoch = 0
        self._current_row = {}
        self._data = {}
        if self._maste_proc:
            os.makedirs(self._log_dir)
            with open(os.path.join(self._log_dir, "config.json"), "w") as file:
                json.dump(config or {}, file)

    def register_key(self, key):
        self._current_row[key] = 0
        self._data[key] = []

    def store(self, **kwargs):
        for key, value in kwargs.items():
            self._data[key].append(value)

    def dump_tabular(self):
        for key, values in self._data.items():
            self._current_row[key] = sum(values) / len(values) if values else float("nan")
            self._data[key] = []
        if self._maste_proc:
            self._epoch += 1
            print(self._current_row)
'''

OFFLINERL_KIT = '''\
from collections import defaultdict


class Logger(object):
    def __init__(self, dir):
        self._dir = dir
        self._name2val = defaultdict(float)
        self._timestep = 0
        self._output_handlers = [print]

    def logkv(self, key, val):
        self._name2val[key] = val

    def set_timestep(self, timestep):
        self._timestep = timestep

    def dumpkvs(self, exclude=None):
        self.logkv("timestep", self._timestep)
        for handler in self._output_handlers:
            handler(dict(self._name2val))
        self._name2val.clear()
'''

DOWEL = '''\
class TabularInput:
    def __init__(self):
        self._dict = {}

    def record(self, key, val):
        self._dict[key] = val

    def clear(self):
        self._dict.clear()

    @property
    def as_dict(self):
        return self._dict

    @property
    def as_primitive_dict(self):
        return {key: val for key, val in self._dict.items() if isinstance(val, (int, float, str))}


class CsvOutput:
    def __init__(self, path):
        self._log_file = open(path, "w")

    def record(self, data):
        self._log_file.write(repr(getattr(data, "as_dict", data)))

    def dump(self, step=None):
        self._log_file.flush()


class Logger:
    def __init__(self):
        self._outputs = []

    def log(self, data):
        for output in self._outputs:
            output.record(data)

    def add_output(self, output):
        self._outputs.append(output)

    def remove_all(self):
        self._outputs.clear()

    def dump_output_type(self, output_type, step=None):
        for output in self._outputs:
            if isinstance(output, output_type):
                output.dump(step=step)

    def dump_all(self, step=None):
        """Dump all outputs."""
        for output in self._outputs:
            output.dump(step=step)


logger = Logger()
tabular = TabularInput()
'''

FAMILIES = {"rlkit": CLASS, "rllab": MODULE, "rlpyt": RLPYT, "omnisafe": OMNISAFE, "offlinerl_kit": OFFLINERL_KIT,
            "dowel": DOWEL, "pymarl": PYMARL, "drqv2": DRQV2, "dreamerv3_torch": DREAMERV3_TORCH,
            "tdmpc2": TDMPC2, "dreamerv3": DREAMERV3, "tianshou": TIANSHOU, "on_policy": ON_POLICY,
            "fsrl": FSRL, "dopamine": DOPAMINE}
