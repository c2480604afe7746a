"""Tiny companies that are really simulated, with known answers: for the analysis of worlds."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.execution.execution import Execution
from sim.scenario.plausible import beliefs_of
from sim.scenario.reading.load import from_mapping, parse, variations
from sim.scenario.schema.beliefs import Known
from sim.stats.practical_size import PracticalSizes
from sim.stats.verdicts import judge
from sim.studies.robust.analysed import past_figures
from sim.studies.robust.api import DRAWS
from sim.studies.robust.draw_runs import Plan, run_past
from sim.studies.robust.known import agreement_of, quantile, screen_of
from sim.studies.robust.past_worlds import FIRST_WAVE
from sim.studies.robust.surrogate import luck_variance

_COMPANY = """\
name: Tiny
months: 12
history_months: 0
people: {count: 400, customers: 300, favourite_share: 0.2}
desk: {pools: {frontline: {agents: 1}}}
policies: {equal: {}}
known:
  churn_rate: {value: 0.01, within: 0.01}  # which figures; what they are is drawn
  complaints_rate: {value: 0.01, within: 0.01}
  utilisation: {value: 0.01, within: 0.01}
"""

INFORMED = "people.contacts_per_month.mean"
"""The setting that these figures say most about: how busy the desk is follows it."""

_RUNS_OF_PLANTED = 12  # one is what the company measures, the others say how much of it is luck


@dataclass(frozen=True, slots=True)
class Recovered:
    """How often 90% ranges, given what a company measures, hold its settings.

    Attributes
    ----------
    informed, all : float
        Share of companies, of `INFORMED` and of all settings on average.
    none : int
        Companies with which no world that was run agrees; their settings count as not held.
    width : float
        Of the range of `INFORMED`, in that before anything was known; mean over companies.
    """

    informed: float
    all: float
    none: int
    width: float


def planted_companies(problems: int, *, first: int, worlds: int = 1024) -> Recovered:
    """Plant companies, and look for their settings in worlds that agree with what they measure.

    Every setting of a company is drawn from the beliefs. It measures one year, and knows how far
    another year would be off. Worlds count as in `sim robust`: a first wave says which of the
    others are left, and the first of those are weighed.
    """
    names, shares, runs = _worlds(first, worlds, runs=2)
    _, planted, years = _worlds(first + 1, problems, runs=_RUNS_OF_PLANTED)
    within = {name: np.sqrt(luck_variance(year[:, 1:])) for name, year in years.items()}
    place, held, widths = names.index(INFORMED), np.zeros((problems, len(names))), []
    for company in range(problems):
        figures = {
            name: Known(value=year[company, 0], within=within[name][company], discrepancy=0.0)
            for name, year in years.items()
        }
        ranges = _ranges(figures, shares, runs)
        if ranges is not None:
            low, high = ranges
            held[company] = (low <= planted[company]) & (planted[company] <= high)
            widths.append((high - low)[place] / 0.9)
    none = problems - len(widths)
    return Recovered(held[:, place].mean(), held.mean(), none, float(np.mean(widths)))


def _ranges(
    figures: Mapping[str, Known], shares: np.ndarray, runs: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the ends of each setting's 90% range; None where no world agrees."""
    wave = {name: of[:FIRST_WAVE] for name, of in runs.items()}
    left = np.flatnonzero(screen_of(figures, shares[:FIRST_WAVE], wave)(shares))[:DRAWS]
    if len(left) < 2:
        return None
    found = agreement_of(figures, shares[left], {name: of[left] for name, of in runs.items()})
    if not found.weights.any():
        return None
    low, high = (
        np.array([quantile(x, found.weights, end) for x in shares[left].T]) for end in (0.05, 0.95)
    )
    return low, high


def _worlds(
    seed: int, count: int, *, runs: int
) -> tuple[list[str], np.ndarray, dict[str, np.ndarray]]:
    """Return the names of the settings, where worlds lie, and what their years show."""
    varied = variations(parse(f"{_COMPANY}seed: {seed}\n"))
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan(
            varied, beliefs_of(varied.base), 1.0, runs, varied, Path(folder) / "out", "", "auto"
        )
        past = run_past(plan, plan.draws(), count, Execution(workers=1))
        shares, years = past_figures(past, plan.figures)
    return [one.path for one in plan.beliefs.ranges], shares, years


_RANDOM_TARGETS = {
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


def random_targets(seeds: int, *, first: int) -> dict[str, int]:
    """Return the verdicts on a policy that targets at random against its own placebo.

    Whom a manager likes has nothing to do with anything else, so the placebo is as good.
    """
    model, words = Execution().model(), dict.fromkeys(("undecided", "supported", "refuted"), 0)
    for seed in range(first, first + seeds):
        scenario = from_mapping({**_RANDOM_TARGETS, "seed": seed})
        claim = scenario.hypotheses[0].read()
        values = {
            term: [
                model.measuring.value(model.simulate(scenario, term.policy, number), term)
                for number in range(20)
            ]
            for term in claim.terms()
        }
        words[judge(claim, values, PracticalSizes(scenario.worth, scenario.months)).word] += 1
    return words
