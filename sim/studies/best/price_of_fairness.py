"""What equality costs: undominated policies, the price of fairness, and the knee between them.

References
----------
Bertsimas, D., Farias, V. F. & Trichakis, N. (2011). The price of fairness. Operations Research
59(1), 17-31. doi:10.1287/opre.1100.0865 (the share of the best total that fairness gives away).
Das, I. (1999). On characterizing the "knee" of the Pareto curve based on normal-boundary
intersection. Structural Optimization 18, 107-115. doi:10.1007/BF01195985
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from sim.stats.intervals import CONFIDENCE, Difference, difference

__all__ = ["Price", "knee_of", "price_of", "undominated"]

Floats = npt.NDArray[np.float64]
Word = Literal["costs", "free", "pays", "undecided"]

_CLEAR = 0.05  # of the square that the frontier spans: a bend this small is none


@dataclass(frozen=True, slots=True)
class Price:
    """What equal treatment gives away.

    Attributes
    ----------
    amount : Difference
        What the best policy brings more than equal treatment, paired, in the objective's unit.
    share, low, high : float or None
        The same as a share of what the best brings, with its interval; None where that is not above
        0, for then a share means nothing.
    word : {'costs', 'free', 'pays', 'undecided'}
        Free if the interval of the amount lies within the practical size; pays if equal treatment
        brings more.
    """

    amount: Difference
    share: float | None
    low: float | None
    high: float | None
    word: Word


def undominated(inequality: Floats, outcome: Floats) -> list[int]:
    """Return the places that no other beats in both respects, by rising inequality.

    Parameters
    ----------
    inequality, outcome : array of float
        Less of the first and more of the second is better; those without a number are left out.
    """
    known = np.isfinite(inequality) & np.isfinite(outcome)
    order = np.lexsort((-outcome, inequality))
    kept: list[int] = []
    best = -np.inf
    for place in order:
        if known[place] and outcome[place] > best:
            kept.append(int(place))
            best = float(outcome[place])
    return kept


def price_of(best: Floats, equal: Floats, worth: float) -> Price:
    """Return the price of fairness.

    Parameters
    ----------
    best, equal : array of float
        The objective in the same replications, at least two, under the policy that is best whatever
        its inequality, and under equal treatment.
    worth : float
        What is too little to care about, in the same unit.

    Notes
    -----
    The share is the ratio of the mean difference to the mean of the best; its interval is Student's
    with the standard error of a ratio (delta method): that of the mean of ``d - share * best``,
    over the mean of the best.
    """
    amount = difference(best.tolist(), equal.tolist())
    return Price(amount, *_share(best, best - equal), _word(amount, worth))


def _share(best: Floats, apart: Floats) -> tuple[float | None, float | None, float | None]:
    known = np.isfinite(best) & np.isfinite(apart)
    level, count = float(best[known].mean()) if known.any() else 0.0, int(known.sum())
    if level <= 0 or count < 2:
        return None, None, None
    share = float(apart[known].mean()) / level
    error = float((apart[known] - share * best[known]).std(ddof=1)) / sqrt(count) / level
    half = float(stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) * error
    return share, share - half, share + half


def _word(amount: Difference, worth: float) -> Word:
    if amount.low is None or amount.high is None:
        return "undecided"
    if -worth <= amount.low and amount.high <= worth:
        return "free"
    if amount.low > 0:
        return "costs"
    return "pays" if amount.high < 0 else "undecided"


def knee_of(inequality: Floats, outcome: Floats) -> int | None:
    """Return the place of the knee of a frontier: where it bulges most; None where it does not.

    Parameters
    ----------
    inequality, outcome : array of float
        Of undominated points, both rising.

    Returns
    -------
    int or None
        The point farthest above the line between both ends, both axes scaled to the ends; None with
        fewer than three points, or if none is above by a twentieth of the square.
    """
    if len(inequality) < 3 or outcome[-1] <= outcome[0] or inequality[-1] <= inequality[0]:
        return None
    x = (inequality - inequality[0]) / (inequality[-1] - inequality[0])
    y = (outcome - outcome[0]) / (outcome[-1] - outcome[0])
    above = (y - x) / sqrt(2)
    place = int(np.argmax(above))
    return place if above[place] >= _CLEAR else None
