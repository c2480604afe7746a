"""The engine against closed forms: whole runs of plain queues, within four standard errors.

Some set-ups are wrong on purpose, and the same check must refuse them.
"""

from functools import cache

import numpy as np
import pytest

from sim import theory
from sim.world.tallies import DECILES, WAIT_BINS, wait_of_bin
from tests.theory.queues import MONTH_MINUTES, Runs, agrees, exponential, total, two_classes

pytestmark = pytest.mark.statistical

RATE, SERVICE, AGENTS = 0.28, 7.5, 3  # 70% busy
PATIENCE = 10.0
RATE_OF_ONE = 0.08  # 60% busy
FEW = 2  # agents who cannot answer everybody
LIMIT = 3
SHARE_FIRST = 0.4
RATES = (RATE * SHARE_FIRST, RATE * (1.0 - SHARE_FIRST))
LEFT_QUEUE = ("served", "abandoned")


@cache
def patient(service=SERVICE):
    """Return runs of M/M/c."""
    return Runs(16, arrivals_per_minute=RATE, minutes=exponential(service), agents=AGENTS, months=3)


@cache
def impatient():
    """Return runs of M/M/c+M."""
    return Runs(
        10,
        arrivals_per_minute=RATE,
        minutes=exponential(SERVICE),
        agents=FEW,
        months=2,
        patience=PATIENCE,
    )


@cache
def limited():
    """Return runs of M/M/c/K."""
    return Runs(
        10,
        arrivals_per_minute=RATE,
        minutes=exponential(SERVICE),
        agents=FEW,
        months=2,
        queue_limit=LIMIT,
    )


@cache
def ranked(patience=None):
    """Return runs of two classes, one strictly first."""
    return Runs(
        16 if patience is None else 10,
        arrivals_per_minute=RATE,
        minutes=exponential(SERVICE),
        agents=AGENTS if patience is None else FEW,
        months=3 if patience is None else 2,
        patience=patience,
        policy=two_classes(SHARE_FIRST),
    )


@cache
def single(cv):
    """Return runs of M/G/1: constant service where cv is 0, else lognormal."""
    law = SERVICE if cv == 0 else {"law": "lognormal", "mean": SERVICE, "cv": cv}
    return Runs(24, arrivals_per_minute=RATE_OF_ONE, minutes=law, agents=1, months=5)


def by_decile(tallies):
    """Return arrivals by month and tenth of the customers; the only tier comes before."""
    return tallies.groups["arrived"][1:, 1 : 1 + DECILES]


def wait_mean(runs):
    return runs.ratio("wait_minutes", *LEFT_QUEUE)


def share_beyond(runs, edge):
    """Return the share of waits in the histogram's bins above an edge."""

    def value(tallies):
        counts = tallies.waits[1:].sum(axis=0)
        return counts[edge + 1 :].sum() / counts.sum()

    return runs.each(value)


def edge_near(minutes):
    """Return the bin whose upper edge is nearest to a wait, and that edge."""
    middles = wait_of_bin()
    edges = np.sqrt(middles[1:-1] * middles[2:])
    place = int(np.abs(edges - minutes).argmin())
    return place + 1, float(edges[place])


# Plain queues.


def test_needs_are_as_many_as_they_should_be():
    arrivals = patient().each(lambda one: total(one, "arrived") / (2 * MONTH_MINUTES))
    assert agrees(arrivals, RATE)


def test_counts_vary_as_much_as_poisson():
    # A month's counts by tenth of the customers: variance over mean is 1, told to a tenth or so.
    def spread(tallies):
        counts = by_decile(tallies)
        mean = RATE * MONTH_MINUTES / DECILES
        return float(((counts - mean) ** 2).mean() / mean)

    assert agrees(patient().each(spread), 1.0, within=0.1)


def test_mean_wait_of_erlang_c():
    assert agrees(wait_mean(patient()), theory.erlang_c_wait_mean(RATE, SERVICE, AGENTS))


def test_share_delayed_of_erlang_c():
    delayed = patient().ratio("delayed", "served")
    assert agrees(delayed, theory.erlang_c_delay_probability(RATE, SERVICE, AGENTS))


@pytest.mark.parametrize("share", [0.6, 0.75, 0.85])
def test_quantiles_of_erlang_c(share):
    wanted = theory.erlang_c_wait_quantile(RATE, SERVICE, AGENTS, share)
    bin_, edge = edge_near(wanted)
    assert edge == pytest.approx(wanted, rel=0.011)
    beyond = share_beyond(patient(), bin_)
    assert agrees(beyond, theory.erlang_c_wait_tail(RATE, SERVICE, AGENTS, edge))


def test_utilisation():
    busy = patient().ratio("busy_minutes", "paid_minutes")
    assert agrees(busy, RATE * SERVICE / AGENTS)


def test_abandonment_of_erlang_a():
    left = impatient().ratio("abandoned", *LEFT_QUEUE)
    assert agrees(left, theory.erlang_a_abandonment(RATE, SERVICE, FEW, PATIENCE))


def test_waits_of_erlang_a():
    given = (RATE, SERVICE, FEW, PATIENCE)
    assert agrees(wait_mean(impatient()), theory.erlang_a_wait_mean(*given))
    served = impatient().ratio("wait_served_minutes", "served")
    assert agrees(served, theory.erlang_a_wait_served_mean(*given))


def test_share_delayed_of_erlang_a():
    delayed = impatient().ratio("delayed", *LEFT_QUEUE)
    assert agrees(delayed, theory.erlang_a_delay_probability(RATE, SERVICE, FEW, PATIENCE))


def test_a_limited_queue_blocks():
    blocked = limited().ratio("blocked", "arrived")
    assert agrees(blocked, theory.finite_queue_blocking(RATE, SERVICE, FEW, LIMIT))
    assert agrees(wait_mean(limited()), theory.finite_queue_wait_mean(RATE, SERVICE, FEW, LIMIT))


@pytest.mark.parametrize("cv", [0.0, 1.2])
def test_pollaczek_and_khinchine(cv):
    wanted = theory.pollaczek_khinchine_wait_mean(RATE_OF_ONE, SERVICE, cv)
    assert agrees(wait_mean(single(cv)), wanted)


# Two classes.


@pytest.mark.parametrize("tier", [0, 1])
def test_waits_of_two_classes(tier):
    waits = ranked().tier_ratio(tier, "wait_minutes", "served")
    assert agrees(waits, theory.priority_wait_means(RATES, SERVICE, AGENTS)[tier])


def test_order_of_service_does_not_change_the_mean_wait_of_all():
    assert agrees(wait_mean(ranked()), theory.erlang_c_wait_mean(RATE, SERVICE, AGENTS))


@pytest.mark.parametrize("tier", [0, 1])
def test_two_classes_that_abandon(tier):
    wanted = theory.priority_abandonment(RATES, SERVICE, FEW, (PATIENCE, PATIENCE))[tier]
    runs = ranked(PATIENCE)
    assert agrees(runs.tier_ratio(tier, "abandoned", *LEFT_QUEUE), wanted.abandonment)
    assert agrees(runs.tier_ratio(tier, "wait_minutes", *LEFT_QUEUE), wanted.wait_mean)


# Little's law, at moments that the queue knows nothing of: the ends of months.


def test_littles_law():
    # Slow services, so that a month is long against them and its ends are all but independent.
    service = 600.0
    rate = RATE * SERVICE / service
    law = exponential(service)
    runs = Runs(12, arrivals_per_minute=rate, minutes=law, agents=AGENTS, months=300)

    def there(one):
        return (total(one, "waiting") + total(one, "in_service")) / (len(one.months) - 1)

    def expected(one):
        minutes = total(one, "wait_minutes") + total(one, "busy_minutes")
        return minutes / (MONTH_MINUTES * (len(one.months) - 1))

    present = runs.each(there)
    wait = theory.erlang_c_wait_mean(rate, service, AGENTS)
    assert agrees(present, rate * (wait + service))
    # Both sides of the law in the same runs: their ratio is 1.
    assert agrees(present / runs.each(expected), 1.0)


# Wrong on purpose.


def test_slower_service_is_refused():
    slower = patient(1.05 * SERVICE)
    assert not agrees(wait_mean(slower), theory.erlang_c_wait_mean(RATE, SERVICE, AGENTS))
    assert not agrees(
        slower.ratio("delayed", "served"),
        theory.erlang_c_delay_probability(RATE, SERVICE, AGENTS),
    )


def test_swapped_classes_are_refused():
    first, other = theory.priority_wait_means(RATES, SERVICE, AGENTS)
    assert not agrees(ranked().tier_ratio(0, "wait_minutes", "served"), other)
    assert not agrees(ranked().tier_ratio(1, "wait_minutes", "served"), first, within=1.0)


def test_other_patience_is_refused():
    left = impatient().ratio("abandoned", *LEFT_QUEUE)
    assert not agrees(left, theory.erlang_a_abandonment(RATE, SERVICE, FEW, 1.25 * PATIENCE))


def test_one_place_more_is_refused():
    blocked = limited().ratio("blocked", "arrived")
    assert not agrees(blocked, theory.finite_queue_blocking(RATE, SERVICE, FEW, LIMIT + 1))


def test_another_spread_of_service_is_refused():
    wanted = theory.pollaczek_khinchine_wait_mean(RATE_OF_ONE, SERVICE, 1.0)
    assert not agrees(wait_mean(single(0.0)), wanted)
    assert not agrees(wait_mean(single(1.2)), wanted)


def test_too_few_replications_are_refused():
    with pytest.raises(AssertionError, match="standard error"):
        agrees(np.array([1.0, 2.0, 3.0]), 2.0)


def test_the_histogram_has_an_edge_where_the_tests_look():
    place, edge = edge_near(5.0)
    assert 0 < place < WAIT_BINS
    assert edge == pytest.approx(0.01 * 1.02**place)
