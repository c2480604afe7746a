"""Stories on graphs: small ones by hand, random ones by series and Lambert's function."""

import math

import numpy as np
import pytest
from scipy.special import lambertw
from scipy.stats import poisson

from sim.theory.cascades import cascade_reached_mean, independent_cascade_reached_mean, told_mean
from sim.theory.random_graph import random_graph_reached_mean, random_graph_spread

PATH = ((1,), (0, 2), (1, 3), (2,))
TRIANGLE = ((1, 2), (0, 2), (0, 1))
STAR = ((1, 2, 3), (0,), (0,), (0,))
POISSON = tuple(poisson.pmf(np.arange(60), 4.0))


def degrees(shares):
    shares = np.array(shares)
    return tuple(shares / shares.sum())


def test_along_a_path_each_step_needs_a_retelling():
    r = 0.3
    assert cascade_reached_mean(PATH, 0, r, math.inf) == pytest.approx(1 + r + r * r)
    assert cascade_reached_mean(PATH, 1, r, math.inf) == pytest.approx(2 + r)


def test_the_number_told_keeps_its_mean_and_is_capped():
    mean = 2.25
    assert told_mean(mean, 2) == 2.0
    assert told_mean(mean, 1) == 1.0
    assert told_mean(mean, 400) == mean
    assert told_mean(math.inf, 7) == 7.0
    assert told_mean(0.0, 7) == 0.0
    assert cascade_reached_mean(STAR, 0, 0.0, mean) == pytest.approx(told_mean(mean, 3))


def test_a_triangle_by_hand():
    """One tells k of two; the one told may tell the third."""
    r, mean = 0.4, 1.5
    one, two = 1.0, 0.5  # told at least one, and both
    # The third is among those whom the second tells: one of two, or both.
    passes_on = r * ((one - two) * 0.5 + two)
    wanted = (one - two) * (1 + passes_on) + two * 2
    assert cascade_reached_mean(TRIANGLE, 0, r, mean) == pytest.approx(wanted, rel=1e-12)


def test_everybody_tells_everybody_on_a_complete_graph():
    complete = tuple(tuple(j for j in range(5) if j != i) for i in range(5))
    assert cascade_reached_mean(complete, 2, 0.0, math.inf) == pytest.approx(4.0)
    cycle = tuple(((i - 1) % 6, (i + 1) % 6) for i in range(6))
    assert cascade_reached_mean(cycle, 0, 1.0, math.inf) == pytest.approx(5.0)


def test_an_independent_cascade_on_a_triangle_and_a_path():
    """A neighbour is reached directly or round the corner: p + (1 - p) p^2."""
    p = 0.35
    triangle = ((0, 1), (1, 2), (0, 2))
    assert independent_cascade_reached_mean(triangle, 3, 0, p) == pytest.approx(
        2 * (p + (1 - p) * p * p), rel=1e-12
    )
    path = ((0, 1), (1, 2), (2, 3))
    assert independent_cascade_reached_mean(path, 4, 0, p) == pytest.approx(p + p**2 + p**3)


def test_a_star_told_by_its_leaf_is_an_independent_cascade_when_the_centre_retells_to_all():
    # From a leaf that tells its only tie: the centre, then each other leaf, all or none.
    r = 0.3
    assert cascade_reached_mean(STAR, 1, r, math.inf) == pytest.approx(1 + 2 * r)


def test_a_random_graph_is_newmans_mean_outbreak():
    r = 0.15
    assert random_graph_reached_mean(degrees(POISSON), r) == pytest.approx(
        4.0 / (1 - 4.0 * r), rel=1e-9
    )
    three = (0.0, 0.0, 0.0, 1.0)
    assert random_graph_reached_mean(three, 0.2) == pytest.approx(3 / (1 - 0.2 * 2))


def test_a_regular_random_graph_generation_by_generation():
    three, r, told = (0.0, 0.0, 0.0, 1.0), 0.4, 1.2
    tells = told_mean(told, 3)
    generation, total = tells, 0.0
    for _ in range(200):
        total += generation
        generation *= r * tells * 2 / 3
    assert random_graph_reached_mean(three, r, told) == pytest.approx(total, rel=1e-12)


def test_the_large_share_is_lamberts():
    c, r = 6.0, 0.4
    spread = random_graph_spread(c, r)
    load = c * r
    assert spread.large_share == pytest.approx(
        1 + float(lambertw(-load * math.exp(-load)).real) / load, rel=1e-12
    )


@pytest.mark.parametrize(("c", "r"), [(6.0, 0.4), (3.0, 0.9), (4.0, 0.15)])
def test_what_dies_out_is_a_branching_process_followed_by_its_powers(c, r):
    """The law of a line's size, from its generating function as a power series."""
    size = 400
    line = np.zeros(size)
    for _ in range(size):
        # h = z (1 - r + r e^(c (h - 1))), by fixed point on coefficients.
        inner = exponential_series(c * line, size) * math.exp(-c)
        new = np.zeros(size)
        new[1:] = (r * inner)[:-1]
        new[1] += 1 - r
        if np.allclose(new, line, rtol=0, atol=1e-16):
            break
        line = new
    reach = exponential_series(c * line, size) * math.exp(-c)
    spread = random_graph_spread(c, r)
    assert reach.sum() == pytest.approx(1 - spread.large_chance, rel=1e-6)
    assert float(reach @ np.arange(size)) == pytest.approx(spread.small_mean, rel=1e-4)


def exponential_series(series, size):
    """Return the power series of e to a power series, by the recursion of its derivative."""
    result = np.zeros(size)
    result[0] = math.exp(series[0])
    slopes = series * np.arange(size)
    for n in range(1, size):
        result[n] = slopes[1 : n + 1] @ result[n - 1 :: -1][:n] / n
    return result


def test_below_the_threshold_all_stories_are_small():
    spread = random_graph_spread(4.0, 0.15)
    assert spread.large_chance == pytest.approx(0.0, abs=1e-12)
    assert spread.large_share == pytest.approx(0.0, abs=1e-12)
    assert spread.small_mean == pytest.approx(
        random_graph_reached_mean(degrees(POISSON), 0.15), rel=1e-6
    )


@pytest.mark.parametrize(
    ("function", "given", "rule"),
    [
        (cascade_reached_mean, (((),), 0, 0.1, 1.0), "neighbours"),
        (cascade_reached_mean, (TRIANGLE, 3, 0.1, 1.0), "origin"),
        (cascade_reached_mean, (TRIANGLE, 0, 1.1, 1.0), "retell"),
        (random_graph_reached_mean, ((0.0, 0.0, 0.0, 1.0), 0.9), "reproduction"),
        (random_graph_reached_mean, ((0.5, 0.4), 0.1), "sum"),
        (random_graph_spread, (4.0, 0.25), "mean_degree"),
        (independent_cascade_reached_mean, (((0, 1),) * 21, 2, 0, 0.1), "ties"),
        (independent_cascade_reached_mean, (((0, 1),), 2, 2, 0.1), "origin"),
        (told_mean, (-1.0, 2), "mean"),
    ],
)
def test_outside_their_domain_they_say_the_inequality(function, given, rule):
    with pytest.raises(ValueError, match=rule):
        function(*given)
