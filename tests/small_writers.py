"""SummaryWriters of our own writing that have what the patch looks for: torch's, an old tensorboardX's, skrl's."""

FILES = '''\
import json, os, time


class FileWriter:
    def __init__(self, logdir):
        self._logdir = str(logdir)
        os.makedirs(self._logdir, exist_ok=True)
        self._file = open(os.path.join(self._logdir, "events"), "a")

    def get_logdir(self):
        return self._logdir

    def add_summary(self, tag, value, step=None):
        self._file.write(json.dumps([tag, value, 0 if step is None else int(step)]) + "\\\\n")

    def flush(self):
        self._file.flush()

    def close(self):
        self._file.close()


def _clean_tag(name):
    return name.replace(" ", "_").lstrip("/")


def scalar(tag, value):
    tag = _clean_tag(tag)
    return tag, float(value[0] if isinstance(value, list) else value)
'''.replace("\\\\", "\\")

TORCH = FILES + '''

class SummaryWriter:
    def __init__(self, log_dir=None, comment="", purge_step=None):
        """Open a file."""
        if not log_dir:
            import socket
            log_dir = os.path.join("runs", time.strftime("%b%d_%H-%M-%S_") + socket.gethostname() + comment)
        self.log_dir = log_dir
        self.file_writer = self.all_writers = None
        self._get_file_writer()

    def _get_file_writer(self):
        if self.all_writers is None:
            self.file_writer = FileWriter(self.log_dir)
            self.all_writers = {self.log_dir: self.file_writer}
        return self.file_writer

    def add_hparams(self, hparam_dict, metric_dict, run_name=None, global_step=None):
        """Write a session."""
        with SummaryWriter(os.path.join(str(self.log_dir), run_name or str(time.time()))) as inner:
            for name, value in metric_dict.items():
                inner.add_scalar(name, value, global_step)

    def add_scalar(self, tag, scalar_value, global_step=None, walltime=None, new_style=False):
        self._get_file_writer().add_summary(*scalar(tag, scalar_value), global_step)

    def add_scalars(self, main_tag, tag_scalar_dict, global_step=None, walltime=None):
        self._get_file_writer()
        for tag, value in tag_scalar_dict.items():
            place = os.path.join(str(self.log_dir), main_tag.replace("/", "_") + "_" + tag)
            if place not in self.all_writers:
                self.all_writers[place] = FileWriter(place)
            self.all_writers[place].add_summary(*scalar(main_tag, value), global_step)

    def add_text(self, tag, text_string, global_step=None, walltime=None):
        self._get_file_writer().add_summary(tag, text_string, global_step)

    def use_metadata(self, global_step=None, walltime=None):
        """As tensorboardX's, but for good."""
        self._get_file_writer()._default_metadata = {"global_step": global_step, "walltime": walltime}

    def close(self):
        if self.all_writers is None:
            return
        for writer in self.all_writers.values():
            writer.close()
        self.file_writer = self.all_writers = None

    def __enter__(self):
        return self

    def __exit__(self, *about):
        self.close()
'''

OLD = FILES + '''

class SummaryWriter(object):
    def __init__(self, log_dir=None, comment='', **kwargs):
        self.file_writer = FileWriter(log_dir or "runs/a")
        self.all_writers = {self.file_writer.get_logdir(): self.file_writer}

    def add_scalar(self, tag, scalar_value, global_step=None, walltime=None):
        self.file_writer.add_summary(*scalar(tag, scalar_value), global_step)

    def add_scalars(self, main_tag, tag_scalar_dict, global_step=None, walltime=None):
        for tag, value in tag_scalar_dict.items():
            self.file_writer.add_summary(*scalar(main_tag + "/" + tag, value), global_step)

    def close(self):
        self.file_writer.close()
'''

SKRL = FILES + '''

class SummaryWriter:
    def __init__(self, log_dir: str, *, queue_size: int = 10):
        self._event_file_writer = FileWriter(log_dir)

    def add_scalar(self, *, tag: str, value: float, timestep: int) -> None:
        self._event_file_writer.add_summary(tag, value, timestep)

    def flush(self) -> None:
        self._event_file_writer.flush()

    def close(self) -> None:
        self._event_file_writer.close()
'''
