"""Runs of some algorithms on some tasks, to be compared, drawn and exported."""
from report_runs import write_journal


def runs_of(folder, tasks=("CartPole-v1", "Acrobot-v1"), algos=("PPO", "A2C"), seeds=3, rows=5, **config):
    """Of each algorithm on each task some seeds, of which A2C gets ten more."""
    for task in tasks:
        for algo in algos:
            for seed in range(seeds):
                write_journal(folder / ("neptune-%s-%s-%d.jsonl" % (task, algo, seed)), *[
                    (100 * n, {"ret": 10.0 * n + seed + 10 * (algo == "A2C"), "loss": 1.0 / (n + 1)})
                    for n in range(1, rows + 1)],
                    run="%s-%s-%d-%s" % (task, algo, seed, config), name=algo, group=algo, framework="sb3",
                    t=1000.0 + (algo == "A2C"),
                    config=dict({"seed": seed, "algorithm": algo, "env": task, "lr": 0.1}, **config))
    return folder
