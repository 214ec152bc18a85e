"""Train nothing on nothing, for as many epochs as asked.

    python -m toyrl.train --exp_name first --output_dir data/first --epochs 5
"""
import argparse

import numpy as np

from toyrl.utils.logx import EpochLogger


def train(seed=0, epochs=3, steps_per_epoch=1000, lr=1e-3, logger_kwargs=dict()):
    """Log a learning curve that `seed` decides; returns the last average return."""
    logger = EpochLogger(**logger_kwargs)
    logger.save_config(locals())
    random = np.random.RandomState(seed)
    average = 0.0
    for epoch in range(epochs):
        returns = (epoch + 1) * 10 + random.randn(20)
        for episode_return in returns:
            logger.store(EpRet=episode_return, EpLen=len(returns))
        average = float(returns.mean())
        logger.log_tabular('Epoch', epoch)
        logger.log_tabular('EpRet', with_min_and_max=True)
        logger.log_tabular('EpLen', average_only=True)
        logger.log_tabular('TotalEnvInteracts', (epoch + 1) * steps_per_epoch)
        logger.log_tabular('LossPi', np.float32(-average * lr))
        logger.dump_tabular()
    return average


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--epochs', type=int, default=3)
    parser.add_argument('--lr', type=float, default=1e-3)
    parser.add_argument('--exp_name', default='toy')
    parser.add_argument('--output_dir', default=None)
    args = parser.parse_args()
    train(args.seed, args.epochs, lr=args.lr, logger_kwargs=dict(output_dir=args.output_dir, exp_name=args.exp_name))
