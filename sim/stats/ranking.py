"""Select the best policy at a stated confidence by Kim and Nelson's procedure.

It screens after each replication, drops a policy as soon as another is significantly ahead, and
stops when one is left. It stays valid when replications are paired by common random numbers, which
make it stop sooner.

References
----------
Kim & Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM
Transactions on Modeling and Computer Simulation 11(3), 251-273, doi:10.1145/502109.502111.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["FIRST_STAGE", "Selection", "select"]

FIRST_STAGE = 10
"""Replications of the first stage, which estimates the variances, where there are as many."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Selection:
    """Result of the procedure.

    Attributes
    ----------
    best : str or None
        The policy that is best, or within the indifference zone of the best, at the stated
        confidence; None while more replications are needed.
    contenders : tuple of str
        The policies that are not yet ruled out, in their order.
    replications : int
        Number of replications in which every policy's value is defined.
    used : int
        Replications after which it was settled; all of them if it is not.
    more : int
        Further replications that are sure to settle it; 0 if it is settled.
    indifference : float
        Largest difference that does not matter, in the unit of the values.
    confidence : float
        Least probability that `best` is right, 0 to 1.
    """

    best: str | None
    contenders: tuple[str, ...]
    replications: int
    used: int
    more: int
    indifference: float
    confidence: float


def select(
    values: Mapping[str, Sequence[float]],
    indifference: float,
    confidence: float = 0.95,
    *,
    larger: bool = True,
    first: int = FIRST_STAGE,
) -> Selection:
    """Select the best policy by its mean.

    Parameters
    ----------
    values : mapping of str to sequence of float
        By policy: one per replication, all of the same length, paired by common random numbers or
        independent; a replication in which any value is not finite is ignored.
    indifference : float
        Above 0, in the unit of the values: policies this close count as equally good.
    confidence : float
        Between 1 / (number of policies) and 1.
    larger : bool
        Whether larger is better.
    first : int
        Replications of the first stage, at least 2; fewer if there are not so many.

    Returns
    -------
    Selection
        Correct with at least the stated probability whenever the best is ahead by the indifference
        and values are normal; means over months and people are nearly normal.

    Raises
    ------
    ValueError
        If there is no policy, indifference <= 0, or the confidence is out of range.
    """
    names = tuple(values)
    if not names or indifference <= 0 or not 1 / max(len(names), 2) < confidence < 1:
        raise ValueError("needs a policy, an indifference above 0, and a confidence in range")
    table = np.array([values[name] for name in names], np.float64)
    table = table[:, np.isfinite(table).all(axis=0)] * (1.0 if larger else -1.0)
    count = table.shape[1]
    if len(names) == 1 or count < 2:
        best = names[0] if len(names) == 1 else None
        return Selection(best, names, count, count, 0 if best else 2 - count,
                         indifference, confidence)  # fmt: skip
    enough = _enough(table, min(first, count), indifference, 1 - confidence)
    left, used = _screened(table, min(first, count), indifference, enough)
    contenders = tuple(names[policy] for policy in left)
    needed = int(np.floor(enough[np.ix_(left, left)].max())) + 1
    settled = len(left) == 1
    return Selection(
        contenders[0] if settled else None, contenders, count, used,
        0 if settled else needed - count, indifference, confidence,
    )  # fmt: skip


def _enough(table: Floats, first: int, indifference: float, error: float) -> Floats:
    """Return for each pair the replications sure to settle it: h^2 S^2 / indifference^2."""
    policies = len(table)
    eta = 0.5 * ((2 * error / (policies - 1)) ** (-2 / (first - 1)) - 1)
    h2 = 2 * eta * (first - 1)
    apart = table[:, None, :first] - table[None, :, :first]
    return np.asarray(h2 * apart.var(axis=2, ddof=1) / indifference**2)


def _screened(
    table: Floats, first: int, indifference: float, enough: Floats
) -> tuple[list[int], int]:
    """Return who is left after all replications, and the replication of the last change."""
    left = list(range(len(table)))
    sums = np.cumsum(table, axis=1)
    for count in range(first, table.shape[1] + 1):
        means = sums[:, count - 1] / count
        slack = np.maximum(0.0, indifference / (2 * count) * (enough - count))
        # Compared with all that were left before this replication, even those that it drops too.
        remaining = [i for i in left if all(means[i] >= means[j] - slack[i, j] for j in left)]
        if len(remaining) > 1 and count > enough[np.ix_(remaining, remaining)].max():
            remaining = [max(remaining, key=lambda policy: (means[policy], -policy))]
        left = remaining
        if len(left) == 1:
            return left, count
    return left, table.shape[1]
