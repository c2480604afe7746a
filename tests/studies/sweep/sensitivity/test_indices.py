"""Sensitivity of functions whose indices are known, with and without luck."""

import math

import numpy as np
import pytest

from sim.studies.sweep.design import Factor
from sim.studies.sweep.sensitivity.anova import noise_of
from sim.studies.sweep.sensitivity.indices import design_for, morris_effects, sobol_indices, swings

PI = math.pi
FACTORS = [Factor(name, (), -PI, PI) for name in ("x1", "x2", "x3")]
# Ishigami & Homma (1990), An importance quantification technique in uncertainty analysis,
# doi:10.1109/ISUMA.1990.151285; with a = 7, b = 0.1.
FIRST, TOTAL, VARIANCE = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), 13.8446


def ishigami(points):
    x1, x2, x3 = (points[name].to_numpy() for name in ("x1", "x2", "x3"))
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


def noisy(values, replications, common, own, seed=1):
    rng = np.random.default_rng(seed)
    shared = common * rng.normal(size=(1, replications))
    return values[:, None] + shared + own * rng.normal(size=(len(values), replications))


def test_sobol_indices_of_the_ishigami_function():
    design = design_for("sobol", FACTORS, 4096, 5)
    assert len(design) == 4096 * 5
    found = sobol_indices(FACTORS, 5, ishigami(design.points)[:, None])
    for index, first, total in zip(found, FIRST, TOTAL, strict=True):
        assert index.first == pytest.approx(first, abs=0.02)
        assert index.total == pytest.approx(total, abs=0.02)
        assert index.first_low < first < index.first_high
        assert index.total_low < total < index.total_high


@pytest.mark.statistical
def test_luck_is_taken_off():
    design = design_for("sobol", FACTORS, 2048, 5)
    outcomes = noisy(ishigami(design.points), 4, common=5.0, own=4.0)
    found = sobol_indices(FACTORS, 5, outcomes)
    for index, first, total in zip(found, FIRST, TOTAL, strict=True):
        assert index.first == pytest.approx(first, abs=0.08)
        assert index.total == pytest.approx(total, abs=0.08)
    noise = noise_of(outcomes)
    assert noise.parameters == pytest.approx(VARIANCE, rel=0.1)
    assert noise.interaction == pytest.approx(16.0, rel=0.05)
    assert noise.common > 0


@pytest.mark.statistical
def test_luck_that_only_one_factor_meets_is_not_laid_at_the_others_door():
    design = design_for("sobol", FACTORS, 1024, 5)
    rng = np.random.default_rng(2)
    x1 = design.points["x1"].to_numpy()
    outcomes = ishigami(design.points)[:, None] + 3 * x1[:, None] * rng.normal(size=(1, 100))
    found = sobol_indices(FACTORS, 5, outcomes)
    for index, first, total in zip(found, FIRST, TOTAL, strict=True):
        assert index.first == pytest.approx(first, abs=0.1)
        assert index.total == pytest.approx(total, abs=0.1)
    screened = design_for("morris", FACTORS, 50, 5)
    x1 = screened.points["x1"].to_numpy()
    effects = morris_effects(FACTORS, 50, 5, x1[:, None] * rng.normal(size=(1, 4)))
    assert effects[0].noise > 1
    assert [one.noise for one in effects[1:]] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_without_replications_luck_is_not_known():
    noise = noise_of(np.arange(4.0)[:, None])
    assert (noise.parameters, noise.common, noise.interaction) == (None, None, None)
    assert noise.of_a_mean == 0


def test_nothing_but_luck_has_no_indices():
    design = design_for("sobol", FACTORS, 256, 5)
    flat = np.zeros((len(design), 2))
    assert {index.first for index in sobol_indices(FACTORS, 5, flat)} == {None}


def test_morris_effects_of_a_line_are_its_slopes():
    factors = [Factor("a", (), 0.0, 2.0), Factor("b", (), 1.0, 3.0), Factor("c", (), 0.0, 1.0)]
    design = design_for("morris", factors, 10, 3)
    assert len(design) == 10 * 4
    line = 3 * design.points["a"].to_numpy() - 5 * design.points["b"].to_numpy()
    found = morris_effects(factors, 10, 3, line[:, None])
    assert [one.mu for one in found] == pytest.approx([6.0, -10.0, 0.0])
    assert [one.mu_star for one in found] == pytest.approx([6.0, 10.0, 0.0])
    assert [one.sigma for one in found] == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)


@pytest.mark.statistical
def test_what_luck_alone_would_give_is_told():
    design = design_for("morris", FACTORS, 200, 3)
    outcomes = noisy(np.zeros(len(design)), 5, common=3.0, own=2.0)
    for one in morris_effects(FACTORS, 200, 3, outcomes):
        assert one.mu_star == pytest.approx(one.noise, rel=0.2)
        assert one.sigma < one.noise


@pytest.mark.statistical
def test_the_interval_of_a_size_holds_the_true_one_although_luck_makes_sizes_larger():
    """Of slopes 6, 1 and 0 with noise of 1.2 on each effect: the least are hidden by it."""
    factors = [Factor(name, (), 0.0, 1.0) for name in "abc"]
    slopes, trials = (6.0, 1.0, 0.0), 200
    design = design_for("morris", factors, 15, 3)
    line = design.points.to_numpy() @ np.array(slopes)
    covered = np.zeros(3)
    for trial in range(trials):
        effects = morris_effects(factors, 15, 3, noisy(line, 4, 1.0, 1.1, seed=100 + trial))
        pairs = zip(effects, slopes, strict=True)
        covered += [one.low <= slope <= one.high for one, slope in pairs]
        assert effects[2].mu_star > 0.5  # biased, as it has no effect at all
    assert (covered / trials >= 0.94).all()


def test_one_replication_cannot_tell_what_luck_adds():
    design = design_for("morris", FACTORS, 10, 3)
    effects = morris_effects(FACTORS, 10, 3, ishigami(design.points)[:, None])
    assert {one.noise for one in effects} == {None}


def test_morris_finds_the_factor_that_works_only_with_another():
    design = design_for("morris", FACTORS, 100, 3)
    x1, x2, x3 = morris_effects(FACTORS, 100, 3, ishigami(design.points)[:, None])
    assert abs(x3.mu) < x3.mu_star
    assert x3.sigma > 1
    assert x1.low <= x1.mu_star <= x1.high
    assert x2.mu_star > 0


def test_a_tornado_turns_about_the_base():
    factors = [Factor("a", (), 0.0, 2.0), Factor("b", ("low", "high"))]
    design = design_for("tornado", factors, 0, 0, {"a": 0.5, "b": "low"})
    rows = [(0.5, "low"), (0.0, "low"), (2.0, "low"), (0.5, "low"), (0.5, "high")]
    assert list(design.points.iter_rows()) == rows
    values = np.array([10 * a + (b == "high") for a, b in rows])
    found = swings(design, factors, noisy(values, 6, common=9.0, own=0.0))
    assert [(one.path, one.value) for one in found] == [
        ("a", 0.0), ("a", 2.0), ("b", "low"), ("b", "high")
    ]  # fmt: skip
    assert [one.change.mean for one in found] == pytest.approx([-5.0, 15.0, 0.0, 1.0])


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_designs_repeat(method):
    factors = [Factor("n", (), 1.0, 4.0, whole=True), Factor("k", ("a", "b", "c"))]
    one, two, other = (design_for(method, factors, 8, seed).points for seed in (3, 3, 4))
    assert one.equals(two)
    assert not one.equals(other)
    assert set(one["n"]) <= {1, 2, 3, 4}
