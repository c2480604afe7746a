"""Whom stories reach on given ties, one throw of luck at a time, from every origin at once.

Averaged over throws these are the means of a cascade on a graph too large for every outcome to be
weighed, found in another way than by letting anybody tell anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigsh

from sim.theory._domain import require_count

__all__ = ["cascade_threshold", "reached_along_ties", "reached_through_tellers"]

Ties: TypeAlias = Sequence[tuple[int, int]] | npt.NDArray[np.integer[Any]]
Counts: TypeAlias = npt.NDArray[np.int64]
Marks: TypeAlias = npt.NDArray[np.bool_]


def cascade_threshold(ties: Ties, people: int) -> float:
    """Return the chance of passing a story on above which it can go through a large graph.

    One over the largest eigenvalue of the matrix of ties: so on dense graphs, where a story seldom
    comes back by the way it went; an approximation on others.

    Parameters
    ----------
    ties : pairs of int, shape (ties, 2)
        Who knows whom, each tie once, nobody with themselves; at least one.
    people : int
        Number of people, at least 3.

    Returns
    -------
    float
        Probability, above 0.

    Raises
    ------
    ValueError
        Unless ``people >= 3`` and the ties are among them.

    References
    ----------
    Bollobas, B., Borgs, C., Chayes, J. & Riordan, O. (2010). Percolation on dense graph sequences.
    Annals of Probability 38(1), 150-183. doi:10.1214/09-AOP478
    Chakrabarti, D. et al. (2008). Epidemic thresholds in real networks. ACM Transactions on
    Information and System Security 10(4), 1-26. doi:10.1145/1284680.1284681
    """
    require_count("people", people, 3)
    # A start of its own: otherwise the last bits would be another library's chance.
    start = np.ones(people)
    largest = eigsh(
        _matrix(ties, people, float), k=1, which="LA", v0=start, return_eigenvectors=False
    )
    return 1.0 / float(largest[0])


def reached_along_ties(ties: Ties, people: int, carries: Marks) -> Counts:
    """Return whom a story of each person reaches, where some ties carry it and others do not.

    They are the others of the person's component of the ties that carry it (live edges: Kempe,
    Kleinberg & Tardos 2003). With every tie carrying it with the same probability, independently,
    this is a throw of the independent cascade.

    Parameters
    ----------
    ties : pairs of int, shape (ties, 2)
        Who knows whom, each tie once.
    people : int
        Number of people, at least 1.
    carries : array of bool
        Whether each tie does.

    Returns
    -------
    array of int64
        By origin, the people reached, the origin not counted; 0 to people - 1.

    Raises
    ------
    ValueError
        Unless ``people >= 1``, the ties are among them, and each is marked.

    References
    ----------
    Kempe, D., Kleinberg, J. & Tardos, E. (2003). Maximizing the spread of influence through a
    social network. Proceedings of KDD 2003, 137-146. doi:10.1145/956750.956769
    """
    pairs = _pairs(ties)
    _require_marks("carries", carries, len(pairs))
    _, component = connected_components(_matrix(pairs[carries], people, np.int8), directed=False)
    return np.bincount(component)[component].astype(np.int64) - 1


def reached_through_tellers(ties: Ties, people: int, tells: Marks) -> Counts:
    """Return whom a story of each person reaches, where some hearers tell all they know of it.

    The origin tells everybody tied to them, whatever their mark. Tellers who are tied to each other
    have heard it all or none; so everybody is reached who is tied to the origin, or to a group of
    tellers of whom one is.

    Parameters
    ----------
    ties : pairs of int, shape (ties, 2)
        Who knows whom, each tie once.
    people : int
        Number of people, at least 1.
    tells : array of bool
        Whether each person would tell it on, having heard it.

    Returns
    -------
    array of int64
        By origin, the people reached, the origin not counted; 0 to people - 1.

    Raises
    ------
    ValueError
        Unless ``people >= 1``, the ties are among them, and each person is marked.

    References
    ----------
    Kempe, D., Kleinberg, J. & Tardos, E. (2003). Maximizing the spread of influence through a
    social network. Proceedings of KDD 2003, 137-146. doi:10.1145/956750.956769
    """
    _require_marks("tells", tells, people)
    tied = _matrix(ties, people, np.float32)
    tellers = np.flatnonzero(tells)
    count, group = connected_components(tied[tellers][:, tellers], directed=False)
    member = csr_matrix(
        (np.ones(len(tellers), np.float32), (tellers, group)), shape=(people, count)
    )
    return _reached(tied, (tied @ member).toarray() > 0)


def _reached(tied: Any, told: Marks) -> Counts:
    """Return how many are tied to each origin or told by a group that hears from it.

    Parameters
    ----------
    tied : sparse matrix, shape (people, people)
    told : array of bool, shape (people, groups)
        Who is tied to a teller of each group.
    """
    # People tied to the same groups bring the story to the same others.
    _, first, kind = np.unique(
        np.packbits(told, axis=1), axis=0, return_index=True, return_inverse=True
    )
    kind = kind.reshape(-1)
    hear = told[first].astype(np.float32) @ told.T.astype(np.float32) > 0
    origins, others = tied.nonzero()
    more = origins[~hear[kind[origins], others]]
    themselves = hear[kind, np.arange(len(told))]
    reached: Counts = hear.sum(axis=1)[kind] + np.bincount(more, minlength=len(told)) - themselves
    return reached


def _pairs(ties: Ties) -> Counts:
    return np.asarray(ties, np.int64).reshape(-1, 2)


def _matrix(ties: Ties, people: int, kind: Any) -> Any:
    """Return the symmetric matrix of ties."""
    require_count("people", people, 1)
    pairs = _pairs(ties)
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= people):
        raise ValueError(f"0 <= ties < {people} is required")
    ends = (np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]]))
    return csr_matrix((np.ones(2 * len(pairs), kind), ends), shape=(people, people))


def _require_marks(name: str, marks: Marks, length: int) -> None:
    if marks.dtype != np.bool_ or marks.shape != (length,):
        raise ValueError(f"{name} of {length} marks is required, got {marks.shape}")
