"""Problems with a known answer, for the analysis of plausible worlds: no simulation."""

import numpy as np
from scipy.stats import qmc


def world(advantage, *, draws=256, settings=6, luck=0.5, runs=2, seed=0):
    """Return where the draws lie, and runs of a policy and of one with such an advantage.

    Parameters
    ----------
    advantage : callable
        Of the shares, shape (draws, settings): the expected difference, shape (draws,) or
        (draws, policies - 1).
    luck : float, or callable of the shares
        Standard deviation of a difference from run to run. What both policies share is larger.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    shares = qmc.Sobol(settings, scramble=True, rng=seed).random(draws)
    gains = np.asarray(advantage(shares)).reshape(draws, -1)
    shared = generator.normal(0, 5, (draws, 1, runs))
    spread = np.broadcast_to(luck(shares) if callable(luck) else luck, (draws,))
    noise = spread[:, None, None] * generator.standard_normal((draws, gains.shape[1], runs))
    return shares, np.concatenate([shared, shared + gains[:, :, None] + noise], axis=1)


def gains_of(runs):
    return runs - runs[:, :1]
