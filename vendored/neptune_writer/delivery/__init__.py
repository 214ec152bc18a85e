"""A run on its way from its journal to its tracker, in the order of the pipeline.

    route           a spec goes to the child process, a live object or a callable to a thread
    child_process   the training's side of the child process, which `detached` starts and `client_logs` gives a log
    child           the child's side; `parent` tells it when the training is gone, `capacity` how many runs it may open
    live_thread     the thread of a live experiment
    run_delivery    one run: opened, forwarded, closed
    run_journals    its journals, each with a `cursor`, the upload position
    unsent_points   what the tracker does not have, by a `first_look` at the rows, `row_keys` and `sent_clock`
    forwarder       one journal to the tracker, batch after batch, until it is confirmed or `stopping` says so
    differences     what is said where the tracker has other points than the report
    remaining       what is said of rows that were not sent, with the command that sends them
    step_options    what the user says of the steps, when sending again
"""
