import math
from itertools import product

import numpy as np
import pytest

from sim.studies.sweep.design import Factor, given, grid, one_at_a_time, sampled, series

AGENTS = Factor("desk.pools.frontline.agents", (1, 2, 3, 4))
RETELL = Factor("behaviour.talk.retell", (0.0, 0.1, 0.2, 0.3))
RANGE = Factor("x", (), 2.0, 4.0)
WHOLE = Factor("n", (), 1.0, 4.0, whole=True)
RATIO = Factor("r", (), 0.01, 100.0, log=True)


def test_a_grid_has_every_combination_once():
    design = grid([AGENTS, RETELL])
    assert list(design.points.iter_rows()) == list(product(AGENTS.levels, RETELL.levels))
    assert design.values(5) == {AGENTS.path: 2, RETELL.path: 0.1}
    assert sorted(design.order) == list(range(16))


def test_the_first_quarter_of_a_grid_is_spread_over_it():
    design = grid([AGENTS, RETELL])
    first = design.points[design.order[:4].tolist()]
    assert min(column.n_unique() for column in first.iter_columns()) >= 3


@pytest.mark.parametrize("levels", [3, 7, 40])
def test_any_half_of_a_grid_is_nearly_an_even_sample(levels):
    factors = [Factor("a", tuple(range(levels))), Factor("b", tuple(range(levels)))]
    design = grid(factors)
    half = design.points[design.order[: levels * levels // 2].tolist()]
    for column in half.iter_columns():
        counts = column.value_counts()["count"]
        assert len(counts) == levels
        assert counts.max() - counts.min() <= 0.4 * levels + 2


def test_one_at_a_time_varies_each_path_about_the_base():
    design = one_at_a_time([AGENTS, RETELL], {AGENTS.path: 2, RETELL.path: 0.05})
    rows = list(design.points.iter_rows())
    assert rows[0] == (2, 0.05)
    assert len(rows) == 1 + 3 + 4
    assert all((agents != 2) + (retell != 0.05) == 1 for agents, retell in rows[1:])


@pytest.mark.parametrize("name", ["latin_hypercube", "sobol", "random"])
def test_samples_stay_in_their_ranges_and_repeat(name):
    design = sampled(name, [RANGE, WHOLE, RATIO, AGENTS], 64, 7)
    x, n, r, agents = design.points.iter_columns()
    assert 2 <= x.min() < 2.2
    assert 3.8 < x.max() <= 4
    assert set(n) == {1, 2, 3, 4}
    assert set(agents) == {1, 2, 3, 4}
    assert r.min() >= 0.01
    assert r.max() <= 100
    assert abs(r.log(10).mean()) < 0.5
    assert design.points.equals(sampled(name, [RANGE, WHOLE, RATIO, AGENTS], 64, 7).points)
    assert not design.points.equals(sampled(name, [RANGE, WHOLE, RATIO, AGENTS], 64, 8).points)


@pytest.mark.parametrize("name", ["sobol", "random"])
def test_more_points_begin_with_the_fewer(name):
    few, many = (sampled(name, [RANGE, WHOLE], points, 3).points for points in (10, 33))
    assert many.head(10).equals(few)


def test_a_latin_hypercube_has_one_point_in_each_slice():
    x = sampled("latin_hypercube", [Factor("x")], 20, 1).points["x"]
    assert sorted(int(value * 20) for value in x) == list(range(20))


def test_a_sobol_sequence_fills_more_evenly_than_luck():
    sobol = sampled("sobol", [Factor("x"), Factor("y")], 256, 1).points
    cells = {(int(x * 16), int(y * 16)) for x, y in sobol.iter_rows()}
    assert len(cells) == 256


@pytest.mark.parametrize("factor", [RANGE, WHOLE, RATIO, AGENTS])
def test_a_value_stands_where_it_was_drawn(factor):
    for share in np.linspace(0.01, 0.99, 17):
        value = factor.at(float(share))
        assert factor.at(factor.place(value)) == value
    width = 0.5 if not factor.levels and not factor.whole else 1 / 8
    assert math.isclose(factor.place(factor.at(width)), width, abs_tol=1e-9)


def test_columns_keep_their_kind():
    kinds = [str(series(values).dtype) for values in ([1, 2], [1, 2.5], ["a", "b"], [True, False])]
    assert kinds == ["Int64", "Float64", "String", "Boolean"]


def test_given_points_are_all_visited():
    design = given(grid([AGENTS, RETELL]).points)
    assert sorted(design.order) == list(range(16))
    assert list(design.order) != list(range(16))
