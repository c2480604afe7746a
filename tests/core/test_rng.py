"""Keyed chance: known answers, laws and independence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim.core import rng
from sim.core.compile import allocating
from sim.core.rng import (
    BATCH,
    draw_from,
    draw_index,
    exponential,
    exponential_below,
    fill_gammas,
    fill_streams,
    fill_uniforms,
    gamma,
    gamma_from,
    gumbel,
    gumbel_above,
    lap_uniform,
    normal,
    normal_quantile,
    philox,
    run_key,
    story_key,
    uniform,
)

KEY = run_key(20_240, 3)
DRAWS = 20_000
SHAPES = np.array([0.25, 1.0, 6.0])
SAMPLES = np.array([1.0, 2.0, 4.0, 4.0, 9.0])
LAWS = {
    "constant": (rng.CONSTANT, 7.0, 0.0),
    "exponential": (rng.EXPONENTIAL, 5.0, 0.0),
    "lognormal": (rng.LOGNORMAL, 1.5, 0.6),
    "gamma": (rng.GAMMA, 1.7, 3.0),
    "weibull": (rng.WEIBULL, 1.4, 8.0),
    "empirical": (rng.EMPIRICAL, 0.0, 0.0),
}
# Any of these would come once in ten thousand keys; the key is fixed.
LEAST_P = 1e-4


@allocating
def _plain(key, purpose, count):
    draws = np.empty((4 + len(SHAPES), count))
    for who in range(count):
        draws[0, who] = uniform(key, purpose, who, 0)
        draws[1, who] = normal(key, purpose, who, 0)
        draws[2, who] = exponential(key, purpose, who, 0)
        draws[3, who] = gumbel(uniform(key, purpose, who, 0))
        for shape in range(len(SHAPES)):
            draws[4 + shape, who] = gamma(key, purpose + 1, who, 0, SHAPES[shape])
    return draws


@allocating
def _lawful(laws, key, count):
    draws = np.empty((len(laws), count))
    for law in range(len(laws)):
        for who in range(count):
            draws[law, who] = draw_from(laws[law], SAMPLES, uniform(key, 9, who, 0), key, 9, who, 0)
    return draws


@allocating
def _grid(keys, purposes, people, indices):
    draws = np.empty((keys, purposes, people, indices))
    for key in range(keys):
        for purpose in range(purposes):
            for who in range(people):
                for index in range(indices):
                    draws[key, purpose, who, index] = uniform(key, purpose, who, index)
    return draws


@pytest.fixture(scope="module")
def plain():
    return _plain(KEY, 1, DRAWS)


@pytest.fixture(scope="module")
def lawful():
    laws = [(*law, 0, len(SAMPLES)) for law in LAWS.values()]
    return dict(zip(LAWS, _lawful(np.array(laws, rng.DISTRIBUTION), KEY, DRAWS), strict=True))


# Random123 1.14, tests/kat_vectors: counter, key, answer.
@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000",
         "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
         "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
         "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)  # fmt: skip
def test_philox_gives_the_published_answers(counter, key, answer):
    words = [np.uint64(int(word, 16)) for word in f"{counter} {key}".split()]
    assert " ".join(f"{word:08x}" for word in philox(*words)) == answer


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("row", "law"),
    [
        (0, stats.uniform()),
        (1, stats.norm()),
        (2, stats.expon()),
        (3, stats.gumbel_r()),
        *((4 + i, stats.gamma(shape)) for i, shape in enumerate(SHAPES)),
    ],
)
def test_draws_follow_their_law(plain, row, law):
    assert stats.kstest(plain[row], law.cdf).pvalue > LEAST_P
    error = law.std() / DRAWS**0.5
    assert abs(plain[row].mean() - law.mean()) < 4 * error
    _, variance, _, kurtosis = law.stats("mvsk")
    assert abs(plain[row].var() - variance) < 4 * variance * ((kurtosis + 2) / DRAWS) ** 0.5


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("exponential", stats.expon(scale=5.0)),
        ("lognormal", stats.lognorm(0.6, scale=np.exp(1.5))),
        ("gamma", stats.gamma(1.7, scale=3.0)),
        ("weibull", stats.weibull_min(1.4, scale=8.0)),
    ],
)
def test_laws_of_the_scenario_follow_theirs(lawful, name, law):
    assert stats.kstest(lawful[name], law.cdf).pvalue > LEAST_P
    assert abs(lawful[name].mean() - law.mean()) < 4 * law.std() / DRAWS**0.5


def test_a_constant_is_constant(lawful):
    assert (lawful["constant"] == 7.0).all()


def test_an_empirical_law_draws_its_values_and_a_larger_draw_gives_no_smaller_one(lawful):
    draw = np.array([uniform(KEY, 9, who, 0) for who in range(1000)])
    values = lawful["empirical"][:1000][np.argsort(draw)]
    assert set(lawful["empirical"].tolist()) == set(np.array(SAMPLES).tolist())
    assert (np.diff(values) >= 0.0).all()


@pytest.mark.statistical
def test_an_empirical_law_has_the_mean_and_the_spread_of_its_values(lawful):
    values, found = np.array(SAMPLES), lawful["empirical"]
    assert abs(found.mean() - values.mean()) < 4 * values.std() / DRAWS**0.5
    fourth = ((values - values.mean()) ** 4).mean()
    error = ((fourth - values.var() ** 2) / DRAWS) ** 0.5
    assert abs(found.var() - values.var()) < 4 * error


@pytest.mark.parametrize("size", [1, 2, 3, 5, 400, 2**20 - 1, 2**20, 2**20 + 1, 10**9 + 7])
def test_the_largest_draw_still_gives_a_value(size):
    assert int((1.0 - 2.0**-53) * size) == size - 1


@allocating
def _words(key, purpose, count):
    words = np.empty((count, 2), np.uint64)
    mask = np.uint64(0xFFFFFFFF)
    for who in range(count):
        first, second, _, _ = philox(
            np.uint64(0),
            np.uint64(0),
            np.uint64(who),
            np.uint64(purpose),
            np.uint64(key) & mask,
            np.uint64(key) >> np.uint64(32),
        )
        words[who] = first, second
    return words


def test_a_uniform_draw_is_the_middle_of_its_step_of_the_first_52_bits(plain):
    """In whole numbers of Python: (2k + 1) / 2**53 of the first 52 of 64 bits."""
    for drawn, (first, second) in zip(plain[0], _words(KEY, 1, DRAWS).tolist(), strict=True):
        k = (first << 32 | second) >> 12
        assert drawn == (2 * k + 1) / 2**53


@allocating
def _above(least, key, count):
    draws = np.empty((len(least), 2, count))
    for place in range(len(least)):
        for who in range(count):
            draws[place, 0, who] = gumbel_above(least[place], uniform(key, 5, who, 0))
            draws[place, 1, who] = gumbel(uniform(key, 5, who, 0))
    return draws


def test_a_gumbel_draw_above_a_bound_is_the_same_and_any_other_is_below_it():
    # Bounds on both sides of those from which a draw is left out.
    least = np.array([-math.inf, -1.0, 0.0, 2.2, 2.3, 4.6, 4.7, 6.9, 7.0, 9.0])
    for bound, (drawn, whole) in zip(least, _above(least, KEY, 200_000), strict=True):
        over = whole > bound
        assert over.any()
        assert (drawn[over] == whole[over]).all()
        assert (drawn[~over] <= bound).all()
    # And those left out are the many that pay for it.
    assert np.isinf(_above(np.array([5.0]), KEY, 10_000)[0, 0]).mean() > 0.98


@allocating
def _below(most, key, count):
    draws = np.empty((len(most), 2, count))
    for place in range(len(most)):
        for who in range(count):
            draws[place, 0, who] = exponential_below(most[place], uniform(key, 5, who, 0))
            draws[place, 1, who] = exponential(key, 5, who, 0)
    return draws


def test_an_exponential_draw_below_a_bound_is_the_same_and_any_other_is_not_below_it():
    most = np.array([-1.0, 0.0, 1e-4, 0.01, 0.3, 1.0, 3.0, 9.0])
    for bound, (drawn, whole) in zip(most, _below(most, KEY, 200_000), strict=True):
        under = whole < bound
        assert (drawn[under] == whole[under]).all()
        assert (drawn[~under] >= bound).all()
    # And most that are left out pay for it.
    drawn, whole = _below(np.array([0.3]), KEY, 10_000)[0]
    assert np.isinf(drawn).sum() > 0.99 * (whole >= 0.3).sum()


@allocating
def _all_at_once(people, key, count, lap):
    draws = np.empty((3, count))
    fill_uniforms(draws, 1, people, 1, count, key, 5, 7, lap)
    for place in range(count):
        draws[2, place] = lap_uniform(key, 5, people[1, place], 7, lap)
    return draws[1:]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 128])
@pytest.mark.parametrize("lap", [0, 1, 2])
def test_draws_for_many_at_once_are_those_for_each(count, lap):
    people = np.array([np.zeros(128), np.arange(128) * 977 % 2**31], np.int64)
    at_once, each = _all_at_once(people, KEY, count, lap)
    assert (at_once == each).all()


@allocating
def _from_streams(key, first, who, index, further):
    draws = np.empty((2, BATCH))
    fill_streams(draws[0], key, first, who, index, further)
    for place in range(BATCH):
        at = index + further if place == 0 else index
        draws[1, place] = uniform(key, first + place, who, at)
    return draws


@pytest.mark.parametrize("further", [0, draw_index(0, 1, 0)])
@pytest.mark.parametrize("who", [0, 1, 2**31 - 1])
def test_draws_from_several_streams_at_once_are_those_of_each(who, further):
    at_once, each = _from_streams(KEY, 20, who, draw_index(35, 3, 0), further)
    assert (at_once == each).all()
    assert len(set(at_once)) == BATCH


@allocating
def _gamma_twice(key, count, shape):
    draws = np.empty((2, count))
    for who in range(count):
        first, second = lap_uniform(key, 5, who, 0, 1), lap_uniform(key, 5, who, 0, 2)
        draws[0, who] = gamma_from(first, second, key, 5, who, 0, shape)
        draws[1, who] = gamma(key, 5, who, 0, shape)
    return draws


@pytest.mark.parametrize("shape", [0.3, 1.0, 4.0])
def test_a_gamma_draw_can_be_given_its_first_two_numbers(shape):
    given_them, drawn = _gamma_twice(KEY, 20_000, shape)
    assert (given_them == drawn).all()


@allocating
def _gammas_at_once(key, count, shape):
    draws = np.empty((4, count))
    for who in range(count):
        draws[0, who] = lap_uniform(key, 5, who, 0, 1)
        draws[1, who] = lap_uniform(key, 5, who, 0, 2)
        draws[3, who] = gamma(key, 5, who, 0, shape)
    fill_gammas(draws, 0, 1, 2, count, shape)
    return draws[2:]


@pytest.mark.parametrize("shape", [1.0, 1.7, 25.0, 1e6])
def test_gamma_draws_made_at_once_are_those_of_each_where_two_numbers_are_enough(shape):
    at_once, each = _gammas_at_once(KEY, 20_000, shape)
    made = ~np.isnan(at_once)
    assert (at_once[made] == each[made]).all()
    assert made.mean() > 0.8


@pytest.mark.parametrize("shape", [math.inf, math.nan])
def test_no_gamma_draws_are_made_at_once_of_no_shape(shape):
    at_once, _ = _gammas_at_once(KEY, 100, 1.0)
    draws = np.array([at_once, at_once, at_once])
    fill_gammas(draws, 0, 1, 2, 100, shape)
    assert not np.isfinite(draws[2]).any()


def test_uniform_draws_stay_strictly_inside(plain):
    assert plain[0].min() > 0.0
    assert plain[0].max() < 1.0


@pytest.mark.statistical
def test_neighbouring_names_give_independent_draws():
    draws = _grid(6, 8, 20, 25)
    assert len(np.unique(draws)) == draws.size
    for axis in range(draws.ndim):
        one = draws.take(range(draws.shape[axis] - 1), axis).ravel()
        other = draws.take(range(1, draws.shape[axis]), axis).ravel()
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / len(one) ** 0.5
    # Pairs fill the unit square evenly: 8 x 8 cells by purpose and the next.
    cells, _, _ = np.histogram2d(
        draws[:, :-1].ravel(), draws[:, 1:].ravel(), bins=8, range=[[0, 1], [0, 1]]
    )
    assert stats.chisquare(cells.ravel()).pvalue > LEAST_P


def test_a_draw_depends_on_its_name_alone():
    assert uniform(KEY, 5, 7, 11) == uniform(KEY, 5, 7, 11)
    names = [
        (KEY, 5, 7, 11),
        (KEY + 1, 5, 7, 11),
        (KEY, 6, 7, 11),
        (KEY, 5, 8, 11),
        (KEY, 5, 7, 12),
    ]
    assert len({uniform(*name) for name in names}) == len(names)


@pytest.mark.parametrize("index", [2**31, 2**32, 2**62, 2**63 - 1])
def test_wide_indices_are_told_apart(index):
    assert uniform(KEY, 5, 7, index) != uniform(KEY, 5, 7, index - 1)
    assert uniform(KEY, 5, 7, index) != uniform(KEY, 5, 7, index % 2**32 + 1)


def test_normal_quantile_agrees_with_scipy():
    ends = 10.0 ** -np.arange(1.0, 300.0)
    points = np.concatenate([ends, 1.0 - ends[:15], np.linspace(0.001, 0.999, 999)])
    ours = np.array([normal_quantile(point) for point in points])
    np.testing.assert_allclose(ours, special.ndtri(points), rtol=4e-15, atol=1e-15)


@given(st.integers(1, 2**52 - 1))
def test_normal_quantile_is_odd(steps):
    p = steps * 2.0**-52  # so that 1 - p is exact
    assert normal_quantile(1.0 - p) == -normal_quantile(p)


month, k, stage = st.integers(0, 2**12 - 1), st.integers(0, 2**28 - 1), st.integers(0, 2**23 - 1)


@given(month, k, stage)
def test_an_index_can_be_unpacked_so_no_two_needs_share_it(month, k, stage):
    index = draw_index(month, k, stage)
    assert 0 <= index < 2**63
    assert (index >> 51, index >> 23 & 2**28 - 1, index & 2**23 - 1) == (month, k, stage)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**31 - 1))
def test_a_run_key_can_be_unpacked_so_no_two_runs_share_it(seed, replication):
    key = run_key(seed, replication)
    assert (key & 2**32 - 1, key >> 32) == (seed, replication)


def test_story_keys_are_not_negative_and_differ():
    names = {story_key(KEY, 50, who, index) for who in range(100) for index in range(100)}
    assert len(names) == 10_000
    assert min(names) >= 0
    assert max(names) < 2**62
