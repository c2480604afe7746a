"""How far the analysis of plausible worlds can be trusted, measured on problems with known answers.

    python -m tests.studies.robust.calibration             # all of it, about ten minutes
    python -m tests.studies.robust.calibration --problems 40

A small fixed sample of it is a test.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from sim.execution.execution import Execution
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.beliefs import Known
from sim.stats.practical_size import PracticalSizes
from sim.stats.verdicts import judge
from sim.studies.robust.decision import Decision, decision_of, evppi_of_group
from sim.studies.robust.known import agreement_of, quantile
from sim.studies.robust.surrogate import fit_surrogate
from sim.studies.robust.turning import regions_of
from tests.studies.robust.problems import gains_of, world

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


def planted_regions(seeds: int) -> list[float]:
    """Return how far the boundary is found from where it was planted, as a share of the range."""
    away = []
    for seed in range(seeds):
        cut = 0.3 + 0.4 * seed / max(seeds - 1, 1)
        shares, runs = world(
            lambda x, cut=cut: np.where(x[:, 3] > cut, 1.0, -1.0), settings=20, seed=seed
        )
        bounds = [one.bounds for one in regions_of(shares, decision_of(shares, runs))]
        found = [low for one in bounds for name, low, _ in one if name == 3 and low > 0]
        away.append(min((abs(low - cut) for low in found), default=1.0))
    return away


def values_of_knowing(seeds: int) -> Iterator[tuple[str, float, float]]:
    """Yield a case, and how many of its errors the estimate is off, and its size."""
    for name, (advantage, columns, exact) in ANALYTIC.items():
        for seed in range(seeds):
            shares, runs = world(advantage, luck=0.3, seed=seed)
            even = np.full(len(shares), 1 / len(shares))
            found = evppi_of_group(shares, gains_of(runs), columns, even)
            yield name, (found.value - exact) / max(found.error, 1e-9), found.value - exact


def _problem(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Draw a problem: smooth or kinked, of few settings or many, with little luck or much."""
    generator = np.random.Generator(np.random.PCG64(10_000 + seed))
    slopes = generator.normal(0, 1, 8) * generator.random(8) ** 2
    bend, twist = generator.normal(0, 1, 2)
    luck = float(np.exp(generator.normal(-1, 0.7)))

    def expected(x: np.ndarray) -> np.ndarray:
        return x @ slopes + bend * (x[:, 0] - 0.5) ** 2 + twist * (x[:, 1] - 0.5) * (x[:, 2] - 0.5)

    shares, runs = world(expected, draws=64, settings=8, luck=luck, seed=seed)
    return shares, runs, expected(shares), luck


def coverage(problems: int) -> float:
    """Return how often the 95% interval of an expected difference holds it, one a problem."""
    held = 0
    for seed in range(problems):
        shares, runs, truth, _ = _problem(seed)
        found = fit_surrogate(shares, gains_of(runs)[:, 1])
        place = seed % len(truth)
        error = float(np.sqrt((found.error[place] ** 2).sum()))
        held += abs(truth[place] - found.mean[place]) <= 1.96 * error
    return held / problems


def chances_held(problems: int) -> tuple[float, float]:
    """Return how often a policy said to be best is, and how often it was said to be, on average."""
    said = true = 0.0
    for seed in range(problems):
        shares, runs, truth, _ = _problem(seed)
        found: Decision = decision_of(shares, runs)
        place = seed % len(truth)
        chance = found.best_in()[place]
        said += float(chance.max())
        true += float((truth[place] > 0) == (chance.argmax() == 1))
    return true / problems, said / problems


def planted_known(problems: int) -> float:
    """Return how often the 90% range of a setting, given a known figure, holds what was planted."""
    held = 0
    for seed in range(problems):
        generator = np.random.Generator(np.random.PCG64(20_000 + seed))
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


_TINY_WORLD = {
    "name": "Tiny",
    "months": 6,
    "history_months": 0,
    "people": {"count": 400, "customers": 300, "favourite_share": 0.2},
    "desk": {"pools": {"frontline": {"agents": 1}}},
    "worth": {"profit_discounted": 1e-6},  # any difference counts
    "policies": {"manager_vips": {}, "placebo manager_vips": {}},
    "hypotheses": [
        {"name": "Chance", "claim": "profit[manager_vips] > profit[placebo manager_vips]"}
    ],
}


def random_targets_undecided(seeds: int) -> float:
    """Return how often a policy that targets at random is undecided against its own placebo.

    Whom a manager likes has nothing to do with anything else, so the placebo is as good. Real runs.
    """
    model, undecided = Execution().model(), 0
    for seed in range(seeds):
        scenario = from_mapping({**_TINY_WORLD, "seed": seed + 1})
        claim = scenario.hypotheses[0].read()
        values = {
            term: [
                model.measuring.value(model.simulate(scenario, term.policy, number), term)
                for number in range(20)
            ]
            for term in claim.terms()
        }
        sizes = PracticalSizes(scenario.worth, scenario.months)
        undecided += judge(claim, values, sizes).word == "undecided"
    return undecided / seeds


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=500)
    problems = parser.parse_args(arguments).problems
    with threadpool_limits(1):
        away = planted_regions(min(20, problems))
        print(f"planted boundary: at most {max(away):.1%} of the range away, {len(away)} seeds")
        errors = list(values_of_knowing(min(20, problems)))
        for name in ANALYTIC:
            mine = np.array([(errors_off, off) for case, errors_off, off in errors if case == name])
            near = (np.abs(mine[:, 0]) <= 2).mean()
            print(f"{name}: within 2 errors in {near:.0%}, {mine[:, 1].mean():+.3f} off on average")
        print(f"95% intervals of expected differences hold {coverage(problems):.1%} of {problems}")
        true, said = chances_held(problems)
        print(f"the policy said to be best with {said:.1%} on average is so in {true:.1%}")
        count = min(200, problems)
        share = random_targets_undecided(count)
        print(f"targets drawn at random: undecided against the placebo in {share:.1%} of {count}")
        print(f"known: 90% ranges hold {planted_known(count):.1%} of {count} planted settings")


if __name__ == "__main__":
    main()
