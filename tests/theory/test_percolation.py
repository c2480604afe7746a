"""Stories on given ties: every throw of luck weighed gives the exact means of small graphs."""

import math
from itertools import product

import numpy as np
import pytest

from sim.theory.cascades import cascade_reached_mean, independent_cascade_reached_mean
from sim.theory.percolation import cascade_threshold, reached_along_ties, reached_through_tellers

# A square with a roof, and a chimney that only the top of the roof knows.
HOUSE = ((0, 1), (1, 2), (2, 3), (3, 0), (2, 4), (3, 4), (4, 5))
PATH = ((0, 1), (1, 2), (2, 3))


def weighed(reached, marks, chance):
    """Return the mean reach by origin over all throws of so many marks."""
    total = 0.0
    for throw in product((False, True), repeat=marks):
        some = sum(throw)
        total = total + chance**some * (1 - chance) ** (marks - some) * reached(np.array(throw))
    return total


@pytest.mark.parametrize("ties", [HOUSE, PATH])
def test_ties_that_carry_weighed_are_the_independent_cascade(ties):
    people = 1 + max(map(max, ties))
    found = weighed(lambda throw: reached_along_ties(ties, people, throw), len(ties), 0.3)
    wanted = [
        independent_cascade_reached_mean(ties, people, origin, 0.3) for origin in range(people)
    ]
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("ties", [HOUSE, PATH])
def test_tellers_weighed_are_stories_that_everybody_is_told(ties):
    people = 1 + max(map(max, ties))
    known = [[sum(tie) - i for tie in ties if i in tie] for i in range(people)]
    found = weighed(lambda throw: reached_through_tellers(ties, people, throw), people, 0.4)
    wanted = [cascade_reached_mean(known, origin, 0.4, math.inf) for origin in range(people)]
    assert found == pytest.approx(wanted, rel=1e-12)


def test_without_tellers_the_origin_tells_all_the_same():
    nobody = np.zeros(6, np.bool_)
    assert reached_through_tellers(HOUSE, 6, nobody).tolist() == [2, 2, 3, 3, 3, 1]
    assert reached_along_ties(HOUSE, 6, np.zeros(7, np.bool_)).tolist() == [0] * 6


def test_thresholds_of_graphs_whose_eigenvalues_are_known():
    complete = [(i, j) for j in range(8) for i in range(j)]
    star = [(0, leaf) for leaf in range(1, 10)]
    cycle = [(i, (i + 1) % 7) for i in range(7)]
    assert cascade_threshold(complete, 8) == pytest.approx(1 / 7)
    assert cascade_threshold(star, 10) == pytest.approx(1 / 3)
    assert cascade_threshold(cycle, 7) == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: cascade_threshold(PATH, 2),
        lambda: cascade_threshold(((0, 1), (1, 9)), 4),
        lambda: reached_along_ties(PATH, 4, np.ones(4, np.bool_)),
        lambda: reached_along_ties(PATH, 3, np.ones(3, np.bool_)),
        lambda: reached_through_tellers(PATH, 4, np.ones(3, np.bool_)),
        lambda: reached_through_tellers(PATH, 4, np.ones(4)),
    ],
)
def test_what_is_outside_the_domain_is_refused(call):
    with pytest.raises(ValueError, match="is required"):
        call()
