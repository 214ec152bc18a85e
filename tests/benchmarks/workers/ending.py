"""A training whose server dies half-way: how long its exit takes is measured from outside.

    ending.py spec|live|alone    says "logged", waits for a line, logs more, says "ending", and ends
"""
import sys
import time

from row import Logger

import neptune_writer


def main():
    """Log 50 rows, and 200 more once the server is gone."""
    way, run = sys.argv[1], None
    if way != "spec":
        from neptune import init_run
        run = init_run(source_files=[], git_ref=False, capture_stdout=False, capture_stderr=False,
                       capture_hardware_metrics=False, capture_traceback=False)
    logger = Logger()
    if way != "alone":
        neptune_writer.connect(logger, run or "async", output_dir="out", exp_name="bench")

    def log(step):
        if way == "alone":
            run["loss"].append(step / 3, step=step)
        else:
            neptune_writer.write_row(logger, {"loss": step / 3}, step)

    for step in range(50):
        log(step)
    time.sleep(5)  # all of it is there, and the client is at rest
    print("logged", flush=True)
    sys.stdin.readline()
    for step in range(50, 250):
        log(step)
    print("ending", flush=True)


if __name__ == "__main__":
    main()
