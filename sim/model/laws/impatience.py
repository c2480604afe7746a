"""How long people are willing to wait, and what an announced wait does to that.

References
----------
Garnett, O., Mandelbaum, A. & Reiman, M. (2002). Designing a call center with impatient customers.
Manufacturing & Service Operations Management 4(3), 208-227.
https://doi.org/10.1287/msom.4.3.208.7753
Ibrahim, R. & Whitt, W. (2009). Real-time delay estimation based on delay history. Manufacturing &
Service Operations Management 11(3), 397-415. https://doi.org/10.1287/msom.1080.0223
Webb, E., Yu, Q. & Bretthauer, K. (2017). Linking delay announcements, abandonment, and staffing: a
behavioral perspective. Working paper, Indiana University. Callers become much likelier to hang up
once they have waited longer than was announced; the figure of 52% is taken at second hand.
"""

from __future__ import annotations

from sim.core.compile import inlined

__all__ = ["announced_by_queue", "felt_wait", "overdue_patience", "relative_patience"]


@inlined
def relative_patience(patience: float, mean: float) -> float:
    """Return a person's patience over the mean of people; 1 where that mean says nothing (0)."""
    return patience / mean if mean > 0.0 else 1.0


@inlined
def announced_by_queue(ahead: int, handling: float, places: int) -> float:
    """Return the wait announced to who joins a queue, (ahead + 1) handling / places, in minutes.

    Parameters
    ----------
    ahead : int
        Contacts in the queue, whatever their class.
    handling : float
        Mean minutes of handling that the announcement counts on.
    places : int
        Contacts that the pool's agents on shift serve at once, 1 or more.
    """
    return (ahead + 1) * handling / places


@inlined
def overdue_patience(patience: float, announced: float, hazard: float) -> float:
    """Return patience that runs out `hazard` times as fast after the announced wait, in minutes.

    Of an exponential patience this multiplies the hazard of hanging up.
    """
    if patience <= announced:
        return patience
    return announced + (patience - announced) / hazard


@inlined
def felt_wait(wait: float, held: float, share: float) -> float:
    """Return the minutes felt of a wait of which only the first `held` were on the line."""
    return wait if wait <= held else held + share * (wait - held)
