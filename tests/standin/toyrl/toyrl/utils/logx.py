"""A logger that decides by itself where metrics go: a table on stdout and a file of tab-separated values."""
import json
import os
import tempfile

import numpy as np

from toyrl.utils.serialization_utils import convert_json


def proc_id():
    """This process's rank, as MPI's launcher says."""
    return int(os.environ.get("PMI_RANK", "0"))


class Logger:
    """One training's metrics, kept by rank 0 only."""

    def __init__(self, output_dir=None, output_fname='progress.txt', exp_name=None):
        if proc_id() == 0:
            self.output_dir = output_dir or tempfile.mkdtemp(prefix="toyrl-")
            os.makedirs(self.output_dir, exist_ok=True)
            self.output_file = open(os.path.join(self.output_dir, output_fname), 'w')
            print("Logging to %s" % self.output_file.name)
        else:
            self.output_dir = None
            self.output_file = None
        self.first_row = True
        self.log_headers = []
        self.log_current_row = {}
        self.exp_name = exp_name

    def log_tabular(self, key, val):
        """One value of the present row; every row has the keys of the first."""
        if self.first_row:
            self.log_headers.append(key)
        else:
            assert key in self.log_headers, "%s is new; the first row had no such key" % key
        assert key not in self.log_current_row, "%s was set already; is a dump_tabular missing?" % key
        self.log_current_row[key] = val

    def save_config(self, config):
        """The hyper-parameters, as config.json and on stdout."""
        config = convert_json(config)
        if self.exp_name is not None:
            config['exp_name'] = self.exp_name
        if proc_id() == 0:
            text = json.dumps(config, separators=(',', ':\t'), indent=4, sort_keys=True)
            print(text)
            with open(os.path.join(self.output_dir, "config.json"), 'w') as out:
                out.write(text)

    def dump_tabular(self):
        """Print the row, append it to the file, begin the next."""
        if proc_id() == 0:
            width = max([15] + [len(key) for key in self.log_headers])
            print("-" * (width + 20))
            for key in self.log_headers:
                val = self.log_current_row.get(key, "")
                print("| %*s | %15s |" % (width, key, "%8.3g" % val if hasattr(val, "__float__") else val))
            print("-" * (width + 20), flush=True)
            if self.output_file is not None:
                if self.first_row:
                    self.output_file.write("\t".join(self.log_headers) + "\n")
                self.output_file.write("\t".join(str(self.log_current_row.get(k, "")) for k in self.log_headers) + "\n")
                self.output_file.flush()
        self.log_current_row.clear()
        self.first_row = False


class EpochLogger(Logger):
    """Averages what was stored since the last row."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.epoch_dict = {}

    def store(self, **kwargs):
        """Keep values until `log_tabular` asks for their average."""
        for key, value in kwargs.items():
            self.epoch_dict.setdefault(key, []).append(value)

    def log_tabular(self, key, val=None, with_min_and_max=False, average_only=False):
        """A value, or with none given the average, spread and range of what was stored."""
        if val is not None:
            super().log_tabular(key, val)
            return
        stored = np.asarray(self.epoch_dict.pop(key), dtype=np.float32)
        super().log_tabular(key if average_only else 'Average' + key, stored.mean())
        if not average_only:
            super().log_tabular('Std' + key, stored.std())
        if with_min_and_max:
            super().log_tabular('Max' + key, stored.max())
            super().log_tabular('Min' + key, stored.min())
