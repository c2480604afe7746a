"""Tiny companies whose minds are planted, and what their dashboards tell of them."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
from threadpoolctl import threadpool_limits

from sim.engine.simulate import simulate
from sim.execution.execution import Execution
from sim.scenario.plausible import Beliefs, beliefs_of
from sim.scenario.reading.load import parse, variations
from sim.studies.calibrate.kpi_rows import Figure, figures_of, meaning_of, read_kpis
from sim.studies.calibrate.told_settings import Setting, settings_of
from sim.studies.robust.analysed import past_figures
from sim.studies.robust.draw_runs import Plan, run_past
from sim.studies.robust.known import agreement_of
from sim.studies.robust.surrogate import fit_surrogate

COMPANY = """\
name: Tiny
months: 12
history_months: 0
people: {count: 400, customers: 300, favourite_share: 0.2}
desk: {pools: {frontline: {agents: 1}}}
policies: {equal: {}}
"""

MEANS = dict([meaning_of("CSAT=satisfaction_mean:0:100"), meaning_of("churn=churn_rate:0:100")])
_MEASURES = {
    "churn": ("churn_rate", 100.0),
    "CSAT": ("satisfaction_mean", 100.0),
    "complaints_rate": ("complaints_rate", 1.0),
    "utilisation": ("utilisation", 1.0),
}
_KNOWN = ", ".join(f"{measure}: {{value: 0.01, within: 0.01}}" for measure, _ in _MEASURES.values())


@dataclass(frozen=True, slots=True)
class Regions:
    """How often 90% regions hold what was planted.

    Attributes
    ----------
    all : float
        Share of all keys and companies.
    told : float
        Of the keys that are said to be told.
    told_each : float
        How many keys are told in a company, on average.
    none : int
        Companies with which no world agrees; they count in no share.
    """

    all: float
    told: float
    told_each: float
    none: int


def dashboard(scenario, path: Path) -> Path:
    """Run a company for a year, and write what its dashboard shows."""
    model = Execution().model()
    tallies = simulate(scenario, "equal", 0)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["month", "measure", "value"])
        for name, (measure, scale) in _MEASURES.items():
            values = model.measuring.monthly(tallies)[measure]
            rows.writerows(
                (month + 1, name, scale * value)
                for month, value in enumerate(values)
                if np.isfinite(value)
            )
    return path


def planted(problems: int, *, first: int, worlds: int) -> Regions:
    """Plant companies, and look for their settings in worlds that agree with their dashboards.

    Every setting of a company is drawn from the beliefs; it is seen through twelve months.
    """
    held, told, none = [], [], 0
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1), _fitted_once():
        beliefs, shares, runs = _bank(first, worlds, Path(folder))
        for company, (values, scenario) in enumerate(_companies(first + 1, problems)):
            path = dashboard(scenario, Path(folder) / f"{company}.csv")
            figures = figures_of(path, read_kpis(path), MEANS, 300)
            settings = _settings(figures, beliefs, shares, runs)
            none += not settings
            for one in settings:
                # A rounded end still is the same number.
                held.append(one.low - 1e-9 <= values[one.path] <= one.high + 1e-9)
                told.append(one.told)
    held, told = np.array(held), np.array(told)
    return Regions(
        held.mean(), held[told].mean() if told.any() else np.nan,
        told.sum() / max(problems - none, 1), none,
    )  # fmt: skip


def _fitted_once():
    """Fit the surrogate of a measure once, for the worlds are the same for all companies."""
    fitted = {}

    def fit(shares, runs):
        if id(runs) not in fitted:
            fitted[id(runs)] = fit_surrogate(shares, runs)
        return fitted[id(runs)]

    return mock.patch("sim.studies.robust.known.fit_surrogate", fit)


def _settings(figures: list[Figure], beliefs: Beliefs, shares, runs) -> list[Setting]:
    """Return what the figures tell; nothing where no world agrees."""
    known = {one.measure: one.known for one in figures}
    found = agreement_of(known, shares, {name: runs[name] for name in known})
    return settings_of(beliefs.ranges, shares, found.weights) if found.weights.any() else []


def _bank(seed: int, count: int, folder: Path):
    """Return what is uncertain, where worlds lie, and what their years show."""
    varied = variations(parse(f"{COMPANY}seed: {seed}\nknown: {{{_KNOWN}}}\n"))
    plan = Plan(varied, beliefs_of(varied.base), 1.0, 2, varied, folder / "bank", "", "auto")
    past = run_past(plan, plan.draws(), count, Execution(workers=1))
    shares, runs = past_figures(past, plan.figures)
    return plan.beliefs, shares, runs


def _companies(seed: int, count: int):
    """Yield the settings and the scenario of companies drawn from the beliefs."""
    varied = variations(parse(f"{COMPANY}seed: {seed}\n"))
    plan = Plan(varied, beliefs_of(varied.base), 1.0, 2, None, None, "", "auto")
    draws = plan.draws()
    draws.first(count)
    for row in draws.rows[:count]:
        yield row, varied.at(row)
