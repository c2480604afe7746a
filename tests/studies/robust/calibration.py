"""How far the analysis of plausible worlds can be trusted, measured on problems with known answers.

    python -m tests.studies.robust.calibration                     # all of it, about 20 minutes
    python -m tests.studies.robust.calibration --only intervals
    python -m tests.studies.robust.calibration --problems 40 --first 9000

A small fixed sample of it is a test. The method was developed on problems 1000 to 1199, so judge it
on others: by default 5000 and on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from sim.scenario.schema.beliefs import Known
from sim.studies.robust.decision import decision_of, evppi_of_group
from sim.studies.robust.known import agreement_of, quantile
from sim.studies.robust.surrogate import fit_surrogate
from sim.studies.robust.turning import regions_of
from tests.studies.robust.problems import gains_of, world
from tests.studies.robust.tiny_companies import INFORMED, planted_companies, random_targets

ANALYTIC: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Sequence[int], float]] = {
    # b^2 / (2 (b - a)) of a difference uniform on (-1.2, 0.8)
    "one setting of a line": (lambda x: 2 * x[:, 0] - 1.2, [0], 0.16),
    # 4uv with u, v uniform on (-1/2, 1/2): the mean of its positive part
    "two settings that decide together": (
        lambda x: 4 * (x[:, 0] - 0.5) * (x[:, 1] - 0.5), [0, 1], 0.125,
    ),
    # the mean of max(0, A, B) of two uniform on (-1, 1)
    "two settings of three policies": (
        lambda x: np.column_stack([2 * x[:, 0] - 1, 2 * x[:, 1] - 1]), [0, 1], 5 / 12,
    ),
}  # fmt: skip
"""Advantages, the settings that are known, and what that is worth exactly."""


def planted_regions(seeds: int, *, first: int) -> list[float]:
    """Return how far the boundary is found from where it was planted, as a share of the range."""
    away = []
    for number in range(seeds):
        cut = 0.3 + 0.4 * number / max(seeds - 1, 1)
        shares, runs = world(
            lambda x, cut=cut: np.where(x[:, 3] > cut, 1.0, -1.0), settings=20, seed=first + number
        )
        bounds = [one.bounds for one in regions_of(shares, decision_of(shares, runs))]
        found = [low for one in bounds for name, low, _ in one if name == 3 and low > 0]
        away.append(min((abs(low - cut) for low in found), default=1.0))
    return away


def values_of_knowing(seeds: int, *, first: int) -> Iterator[tuple[str, float, float]]:
    """Yield a case, by how many of its errors the estimate is off, and by how much."""
    for name, (advantage, columns, exact) in ANALYTIC.items():
        for seed in range(first, first + seeds):
            shares, runs = world(advantage, luck=0.3, seed=seed)
            even = np.full(len(shares), 1 / len(shares))
            found = evppi_of_group(shares, gains_of(runs), columns, even)
            yield name, (found.value - exact) / max(found.error, 1e-9), found.value - exact


def _problem(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a problem: smooth, kinked or with a step; few settings or many; luck alike or not.

    Returns where its draws lie, their runs, and the expected differences.
    """
    generator = np.random.Generator(np.random.PCG64([seed, 1]))
    settings = (8, 40)[generator.integers(2)]
    slopes = generator.normal(0, 1, settings) * generator.random(settings) ** 2
    slopes *= np.sqrt(8 / settings)
    bend, twist, kink, step = generator.normal(0, 1, 4) * (1, 1, *generator.integers(2, size=2))
    luck = float(np.exp(generator.normal(-1, 0.7)))
    uneven = generator.normal(0, 1) * generator.integers(2)

    def expected(x: np.ndarray) -> np.ndarray:
        bent = bend * (x[:, 0] - 0.5) ** 2 + twist * (x[:, 1] - 0.5) * (x[:, 2] - 0.5)
        return x @ slopes + bent + 2 * kink * np.maximum(0, x[:, 3] - 0.6) + step * (x[:, 4] > 0.6)

    def spread(x: np.ndarray) -> np.ndarray:
        return luck * np.exp(uneven * (x[:, 5] - 0.5))

    shares, runs = world(expected, draws=64, settings=settings, luck=spread, seed=seed)
    return shares, runs, expected(shares)


def coverage(problems: int, *, first: int) -> tuple[float, float]:
    """Return how often the 95% interval of an expected difference holds it.

    Returns
    -------
    one : float
        Of one world a problem: independent of each other.
    all : float
        Of all worlds of all problems.
    """
    one, every = 0, 0.0
    for seed in range(first, first + problems):
        shares, runs, truth = _problem(seed)
        found = fit_surrogate(shares, gains_of(runs)[:, 1])
        held = np.abs(truth - found.mean) <= 1.96 * np.sqrt((found.error**2).sum(axis=1))
        one += held[seed % len(truth)]
        every += held.mean()
    return one / problems, every / problems


def chances_held(problems: int, *, first: int) -> tuple[float, float]:
    """Return how often a policy said to be best is, and how often it was said to be, on average.

    Of all worlds of all problems.
    """
    said = true = 0.0
    for seed in range(first, first + problems):
        shares, runs, truth = _problem(seed)
        chances = decision_of(shares, runs).best_in()
        said += float(chances.max(axis=1).mean())
        true += float(((truth > 0) == (chances.argmax(axis=1) == 1)).mean())
    return true / problems, said / problems


def planted_known(problems: int, *, first: int) -> float:
    """Return how often the 90% range of a setting, given a known figure, holds what was planted."""
    held = 0
    for seed in range(first, first + problems):
        generator = np.random.Generator(np.random.PCG64([seed, 2]))
        planted = generator.random(4)
        within, slope = 0.1, generator.uniform(1, 3)

        def figure(x: np.ndarray, slope: float = slope) -> np.ndarray:
            return slope * x[:, 0] + 0.5 * x[:, 1] ** 2

        shares, both = world(figure, draws=256, settings=4, luck=0.1, seed=seed)
        runs = gains_of(both)[:, 1]
        measured = float(figure(planted[None])[0] + generator.normal(0, within))
        known = Known(value=measured, within=within, discrepancy=0.0)
        found = agreement_of({"figure": known}, shares, {"figure": runs})
        ends = [quantile(shares[:, 0], found.weights, end) for end in (0.05, 0.95)]
        held += bool(found.weights.any()) and ends[0] <= planted[0] <= ends[1]
    return held / problems


def _tell_regions(problems: int, first: int) -> None:
    away = planted_regions(min(20, problems), first=first)
    print(f"planted boundary: at most {max(away):.1%} of the range away, {len(away)} seeds")


def _tell_knowing(problems: int, first: int) -> None:
    seeds = min(200, problems)
    errors = list(values_of_knowing(seeds, first=first))
    for name in ANALYTIC:
        mine = np.array([(errors_off, off) for case, errors_off, off in errors if case == name])
        near = (np.abs(mine[:, 0]) <= 2).mean()
        print(
            f"worth of knowing {name}: within 2 errors in {near:.1%} of {seeds} seeds, "
            f"{mine[:, 1].mean():+.4f} off on average, exactly {ANALYTIC[name][2]:.4f}"
        )


def _tell_intervals(problems: int, first: int) -> None:
    one, every = coverage(problems, first=first)
    print(f"95% intervals hold {one:.1%} of {problems} differences, {every:.1%} over all worlds")


def _tell_chances(problems: int, first: int) -> None:
    true, said = chances_held(problems, first=first)
    print(f"the policy said to be best with {said:.1%} on average is so in {true:.1%}")


def _tell_known(problems: int, first: int) -> None:
    seeds = min(200, problems)
    share = planted_known(seeds, first=first)
    print(f"known: 90% ranges hold {share:.1%} of {seeds} settings planted in formulas")


def _tell_companies(problems: int, first: int) -> None:
    found = planted_companies(min(200, problems), first=first)
    print(
        f"known: 90% ranges hold {found.informed:.1%} of {min(200, problems)} values of {INFORMED} "
        f"planted in tiny companies (ranges {found.width:.0%} as wide as before), and "
        f"{found.all:.1%} of all settings; with {found.none} no world agrees"
    )


def _tell_random(problems: int, first: int) -> None:
    words = random_targets(min(200, problems), first=first)
    print(f"targets drawn at random, against the placebo: {words}")


MEASURED: dict[str, Callable[[int, int], None]] = {
    "regions": _tell_regions,
    "knowing": _tell_knowing,
    "intervals": _tell_intervals,
    "chances": _tell_chances,
    "known": _tell_known,
    "companies": _tell_companies,
    "random": _tell_random,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--problems", type=int, default=500, help="at most; some measure fewer")
    parser.add_argument("--first", type=int, default=5000, help="the seed of the first problem")
    parser.add_argument("--only", choices=MEASURED, action="append", help="leave out the others")
    chosen = parser.parse_args(arguments)
    with threadpool_limits(1):
        for name in chosen.only or MEASURED:
            MEASURED[name](chosen.problems, chosen.first)


if __name__ == "__main__":
    main()
