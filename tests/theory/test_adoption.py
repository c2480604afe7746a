"""Adoption against published numbers, small crowds counted out, and short months."""

import math
from itertools import product

import numpy as np
import pytest

from sim.theory.adoption import (
    bass_complete_adopters,
    bass_peak_time,
    bass_ring_share,
    bass_ring_share_monthly,
    bass_share,
)


def test_bass_agrees_with_his_air_conditioners_and_dryers():
    """Bass (1969), table 3: sales were predicted to peak after 8.6 and 8.1 years."""
    assert bass_peak_time(0.0104186, 0.41861) == pytest.approx(8.6, abs=0.05)
    assert bass_peak_time(0.0172, 0.35688) == pytest.approx(8.1, abs=0.05)


def test_bass_solves_its_differential_equation():
    p, q, h = 0.03, 0.38, 1e-5
    for time in (0.5, 5.0, 15.0):
        share = bass_share(p, q, time)
        ahead, before = bass_share(p, q, time + h), bass_share(p, q, time - h)
        assert (ahead - before) / (2 * h) == pytest.approx((p + q * share) * (1 - share), rel=1e-6)
    peak = bass_peak_time(p, q)
    steps = [
        bass_share(p, q, t + h) - bass_share(p, q, t - h) for t in (0.9 * peak, peak, 1.1 * peak)
    ]
    assert steps[1] > max(steps[0], steps[2])


def test_a_ring_is_slower_than_a_crowd_and_alike_without_imitation():
    for time in (1.0, 5.0, 20.0):
        assert bass_ring_share(0.02, 0.4, time) < bass_share(0.02, 0.4, time)
        alone = 1 - math.exp(-0.02 * time)
        assert bass_ring_share(0.02, 0.0, time) == pytest.approx(alone, rel=1e-12)
        assert bass_share(0.02, 0.0, time) == pytest.approx(alone, rel=1e-12)


def test_short_months_become_the_published_ring():
    p, q, time, parts = 0.02, 0.4, 8.0, 4000
    short = bass_ring_share_monthly(p * time / parts, q * time / parts, parts)
    assert short == pytest.approx(bass_ring_share(p, q, time), rel=3e-4)


def ring_by_counting(people, p, q, months):
    """Follow every state of a ring, bit by bit, and every way to the next."""
    chances = {0: 1.0}
    for _ in range(months):
        after: dict[int, float] = {}
        for state, weight in chances.items():
            stays = []
            for i in range(people):
                known = (state >> (i - 1) % people & 1) + (state >> (i + 1) % people & 1)
                stays.append(0.0 if state >> i & 1 else math.exp(-(p + q * known / 2)))
            for choice in product((0, 1), repeat=people):
                chance = weight
                for one, stay in zip(choice, stays, strict=True):
                    chance *= 1 - stay if one else stay
                if chance:
                    new = sum(one << i for i, one in enumerate(choice))
                    after[new] = after.get(new, 0.0) + chance
        chances = after
    return sum(weight * state.bit_count() for state, weight in chances.items()) / people


@pytest.mark.parametrize("months", [1, 2, 3])
def test_the_monthly_ring_is_what_counting_out_gives(months):
    counted = ring_by_counting(7, 0.1, 0.9, months)
    assert bass_ring_share_monthly(0.1, 0.9, months) == pytest.approx(counted, rel=1e-10)


def test_the_crowd_is_what_counting_out_gives():
    """Three people, two months: every way through, by hand."""
    p, q = 0.2, 0.8

    def chance(adopted):
        return 1 - math.exp(-(p + q * adopted / 2))

    first = {n: math.comb(3, n) * chance(0) ** n * (1 - chance(0)) ** (3 - n) for n in range(4)}
    wanted = sum(w * (n + (3 - n) * chance(n)) for n, w in first.items())
    found = bass_complete_adopters(3, p, q, 2)
    assert found.sum() == pytest.approx(1.0)
    assert float(found @ np.arange(4)) == pytest.approx(wanted, rel=1e-12)


def test_a_large_crowd_with_short_months_becomes_bass():
    p, q, parts = 0.03, 0.38, 400
    found = bass_complete_adopters(1500, p * 10 / parts, q * 10 / parts, parts)
    share = float(found @ np.arange(1501)) / 1500
    assert share == pytest.approx(bass_share(p, q, 10.0), rel=0.01)


@pytest.mark.parametrize(
    ("function", "given", "rule"),
    [
        (bass_share, (0.0, 0.4, 1.0), "spontaneous"),
        (bass_peak_time, (0.4, 0.1), "spontaneous <= imitation"),
        (bass_ring_share, (0.1, 0.4, -1.0), "time"),
        (bass_ring_share_monthly, (0.1, 0.4, -1), "months"),
        (bass_complete_adopters, (1, 0.1, 0.4, 1), "people"),
        (bass_complete_adopters, (2001, 0.1, 0.4, 1), "people"),
    ],
)
def test_outside_their_domain_they_say_the_inequality(function, given, rule):
    with pytest.raises(ValueError, match=rule):
        function(*given)
