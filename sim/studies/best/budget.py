"""How a budget of runs is shared among trying, choosing and measuring."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import CommandError
from sim.studies.best.search import first_points

__all__ = ["Budget", "budget_of"]

_SELECTING, _MEASURING = 0.25, 0.15  # shares of all runs
_FINALISTS, _GIVEN, _STAFFED = 4, 3, 2
_LEAST_RUNS = 5  # of each of the last candidates, and of the choice
_MEASURED = 4  # the choice, the best given policy, that at the same desk, and equal treatment


@dataclass(frozen=True, slots=True)
class Budget:
    """How many runs each stage may take.

    Attributes
    ----------
    candidates : int
        Tried by the search.
    finalists, given, staffed : int
        Of those found, of the given policies, and of these with the desk found, that are compared
        at last.
    selecting : int
        Runs to choose among them; what the search leaves over is added.
    measuring : int
        Replications in which the choice is measured.
    """

    candidates: int
    finalists: int
    given: int
    staffed: int
    selecting: int
    measuring: int


def budget_of(runs: int, given: int, replications: int, keys: int) -> Budget:
    """Share a budget of runs.

    Parameters
    ----------
    runs : int
        In all.
    given : int
        Policies that the search has to beat, each run `replications` times first.
    replications : int
        Of each candidate.
    keys : int
        That may move.

    Raises
    ------
    CommandError
        If it does not even reach for a start.
    """
    measuring = max(_LEAST_RUNS, int(_MEASURING * runs) // _MEASURED)
    selecting = max(_LEAST_RUNS * (2 + min(given, 1)), int(_SELECTING * runs))
    left = runs - _MEASURED * measuring - selecting - given * replications
    candidates = left // replications
    if candidates < first_points(keys):
        missing = (first_points(keys) - candidates) * replications
        least = int((runs + missing) / (1 - _SELECTING - _MEASURING)) + 1
        raise CommandError(
            f"runs: {runs} are too few to search {keys} keys beside {given} given policies; "
            f"{least} are enough, and so are fewer given policies (--policy)"
        )
    most = selecting // _LEAST_RUNS
    theirs = min(given, _GIVEN, max(1, most // 3))
    staffed = min(given, _STAFFED, max(0, most - theirs - 1))
    finalists = min(_FINALISTS, max(1, most - theirs - staffed))
    return Budget(candidates, finalists, theirs, staffed, selecting, measuring)
