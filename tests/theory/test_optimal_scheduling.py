"""Exact optima of small worlds, against closed forms and other chains."""

from itertools import permutations

import pytest

from sim.theory.erlang import erlang_c_wait_mean
from sim.theory.optimal_order import c_mu_order, grouped_wait_means
from sim.theory.optimal_scheduling import Callbacks, TwoClasses, callback_cost, two_class_cost
from sim.theory.priority import priority_wait_means
from sim.theory.priority_abandonment import priority_abandonment
from sim.theory.station import ClassStation, Station

ARRIVALS, SERVICES, COSTS = (0.1, 0.12, 0.05), (2.0, 3.0, 4.0), (1.0, 5.0, 2.0)


def cost_of(ranks):
    waits = grouped_wait_means(ARRIVALS, SERVICES, ranks)
    return sum(rate * c * wait for rate, c, wait in zip(ARRIVALS, COSTS, waits, strict=True))


def test_equal_services_give_cobhams_formula_of_equal_agents():
    station = ClassStation(ARRIVALS, 2.5, 1)
    assert grouped_wait_means(ARRIVALS, [2.5] * 3, [0, 1, 2]) == pytest.approx(
        priority_wait_means(station)
    )


def test_one_rank_waits_as_in_order_of_arrival():
    alike = grouped_wait_means([0.1, 0.2], [2.5, 2.5], [0, 0])
    assert alike == pytest.approx([erlang_c_wait_mean(Station(0.3, 2.5, 1))] * 2)


def test_work_is_conserved_whatever_the_order():
    # Kleinrock's law: the sum of load times wait is the same for every order.
    sums = {
        round(sum(rate * mean * wait for rate, mean, wait in zip(
            ARRIVALS, SERVICES, grouped_wait_means(ARRIVALS, SERVICES, order), strict=True)), 9)
        for order in permutations(range(3))
    }  # fmt: skip
    assert len(sums) == 1


def test_no_order_is_cheaper_than_c_mu():
    ranks = [0, 0, 0]
    for rank, place in enumerate(c_mu_order(COSTS, SERVICES)):
        ranks[place] = rank
    assert cost_of(ranks) == pytest.approx(min(map(cost_of, permutations(range(3)))))


@pytest.mark.parametrize("first", [0, 1])
def test_a_given_order_costs_what_the_stationary_law_says(first):
    world = TwoClasses((0.5, 0.6), 3.0, 3, (5.0, 10.0), (10.0, 14.0), places=60)
    order = (first, 1 - first)
    station = ClassStation(
        tuple(world.arrivals_per_minute[k] for k in order), 3.0, 3,
        tuple(world.patience_minutes[k] for k in order),
    )  # fmt: skip
    cost = sum(
        world.arrivals_per_minute[k] * world.abandonment_costs[k] * outcome.abandonment
        for k, outcome in zip(order, priority_abandonment(station), strict=True)
    )
    assert two_class_cost(world, first) == pytest.approx(cost, rel=1e-6)


def test_the_best_policy_costs_no_more_than_any_order():
    world = TwoClasses((0.5, 0.6), 3.0, 3, (5.0, 10.0), (10.0, 14.0))
    best = two_class_cost(world)
    assert best <= min(two_class_cost(world, k) for k in (0, 1)) + 1e-9


def test_classes_alike_but_for_what_an_abandonment_costs_are_served_by_that():
    # With equal patience and service, strict priority to the dearer class is optimal.
    world = TwoClasses((0.4, 0.5), 3.0, 2, (6.0, 6.0), (5.0, 20.0))
    assert two_class_cost(world) == pytest.approx(two_class_cost(world, 1), rel=1e-6)


def test_agents_who_all_resolve_alike_are_one_queue():
    # Two sorts alike, all resolved: M/M/4, whose mean number is offered load plus Little's queue.
    world = Callbacks(0.7, (2, 2), (3.0, 3.0), (1.0, 1.0), places=40)
    station = Station(0.7, 3.0, 4)
    expected = 0.7 * (3.0 + erlang_c_wait_mean(station))
    for rule in (None, (0, 0), (1, 0)):
        assert callback_cost(world, rule) == pytest.approx(expected, rel=1e-5)


def test_calls_that_come_back_are_as_so_much_longer_services():
    # A geometric number of exponential services is one exponential service.
    world = Callbacks(0.4, (1, 2), (3.0, 3.0), (0.75, 0.75), places=40)
    station = Station(0.4, 4.0, 3)
    expected = 0.4 * (4.0 + erlang_c_wait_mean(station))
    assert callback_cost(world, (0, 0)) == pytest.approx(expected, rel=1e-5)


def test_the_sort_with_the_largest_p_mu_takes_calls_first():
    world = Callbacks(0.2, (2, 2), (8.0, 3.0), (0.9, 0.9), places=25)
    best = callback_cost(world)
    costs = {(first, k): callback_cost(world, (first, k)) for first in (0, 1) for k in range(4)}
    assert best <= min(costs.values()) + 1e-9
    assert min(costs, key=costs.get)[0] == 1
    assert best == pytest.approx(min(costs.values()), rel=0.01)
