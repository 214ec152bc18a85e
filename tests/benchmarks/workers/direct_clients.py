"""What a logger would call without this project: each client's own way to log a row, on the training's thread.

Each function opens a run that needs no server and captures nothing by itself, and returns ``log(row, step)``.
"""
import os


def neptune():
    """As the article's logger does it: a call a metric."""
    from neptune import init_run
    run = init_run(mode="offline", **_captures_nothing())

    def log(row, step):
        for name, value in row.items():
            run[name].append(value, step=step)
    return log


def neptune_0_4():
    """The first generation, over a backend that writes down what it is sent."""
    from recording_backend import create_experiment
    experiment = create_experiment()

    def log(row, step):
        for name, value in row.items():
            experiment.log_metric(name, step, value)
    return log


def scale_30():
    """A call a metric."""
    run = _scale_run()

    def log(row, step):
        for name, value in row.items():
            run.log_metrics({name: value}, step=step)
    return log


def scale_1():
    """A call a row."""
    run = _scale_run()

    def log(row, step):
        run.log_metrics(row, step=step)
    return log


def minfx():
    """A call a metric."""
    from minfx import init_run
    run = init_run(mode="offline", **_captures_nothing())

    def log(row, step):
        for name, value in row.items():
            run[name].append(value, step=step)
    return log


def goodseed():
    """A call a row."""
    from goodseed import Run
    run = Run(project="ws/p", storage="local", git_ref=False, capture_hardware_metrics=False, capture_stdout=False,
              capture_stderr=False, capture_traceback=False)

    def log(row, step):
        run.log_metrics(row, step=step)
    return log


def wandb():
    """A call a row; a process of its own writes."""
    import wandb
    run = wandb.init(project="p", mode="offline", settings=wandb.Settings(
        x_disable_stats=True, x_disable_meta=True, disable_git=True, disable_code=True, console="off", silent=True))

    def log(row, step):
        run.log(row, step=step)
    return log


def mlflow():
    """A call a row, on SQLite."""
    import mlflow
    mlflow.set_tracking_uri("sqlite:///" + os.path.abspath("mlflow.db"))
    mlflow.start_run()

    def log(row, step):
        mlflow.log_metrics(row, step=step)
    return log


def tensorboardx():
    """A call a metric; a thread of its own writes."""
    from tensorboardX import SummaryWriter
    writer = SummaryWriter("boards")

    def log(row, step):
        for name, value in row.items():
            writer.add_scalar(name, value, step)
    return log


def trackio():
    """A call a row; a thread of its own writes."""
    import trackio
    run = trackio.init(project="p", auto_log_cpu=False)

    def log(row, step):
        run.log(row, step=step)
    return log


def _scale_run():
    from neptune_scale import Run
    return Run(project="ws/p", mode="offline", log_directory="scale", enable_console_log_capture=False,
               source_tracking_config=None)


def _captures_nothing():
    return dict(source_files=[], git_ref=False, capture_stdout=False, capture_stderr=False, capture_traceback=False,
                capture_hardware_metrics=False)
