"""Round trips over drawn worlds: how often 90% intervals hold what went in.

`python -m pytest -m whole tests/studies/calibrate/test_coverage.py -s` takes some ten minutes and
prints the figures that docs/calibration.md gives; the quick tests are samples of it.
"""

import math
from collections import Counter

import numpy as np
import pytest

from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.held_out import judge
from sim.studies.calibrate.log import Columns
from tests.studies.calibrate.queue_oracle import queue_log
from tests.studies.calibrate.test_retrials import drawn, fitted

pytestmark = pytest.mark.statistical

NARROWER = 1.645 / 1.96  # a 90% interval from one of 95%, on the scale where it is symmetric


def within(value, interval, truth, scale):
    """Tell whether a 90% interval holds the truth, on a scale such as the logarithm."""
    middle, low, high, there = (scale(one) for one in (value, *interval, truth))
    return middle - NARROWER * (middle - low) <= there <= middle + NARROWER * (high - middle)


def logit(share):
    return math.log(max(share, 1e-9) / max(1.0 - share, 1e-9))


def retrial_world(seed):
    """Draw people who call, retry and call back; return which keys are within, or not told."""
    chance = np.random.default_rng(10_000 + seed)
    truth = {
        "retry": chance.uniform(0.2, 0.7),
        "retry_delay": math.exp(chance.uniform(math.log(5), math.log(90))),
        "back": chance.uniform(0.08, 0.4),
        "back_delay": math.exp(chance.uniform(math.log(60), math.log(1500))),
    }
    log = drawn(
        seed, people=700, usual=chance.uniform(2, 6), cv=chance.uniform(0.4, 1.4),
        left=chance.uniform(0.1, 0.3), **truth,
    )  # fmt: skip
    found, marks = fitted(log), Counter()
    for one, share, delay in (
        (found.after_leaving, "retry", "retry_delay"),
        (found.after_service, "back", "back_delay"),
    ):
        if not one.told or one.chance == 0.0:
            marks.update({f"{share} unknown": 1, f"{delay} unknown": 1})
            continue
        marks[f"{share} told"] += 1
        marks[f"{delay} told"] += 1
        marks[share] += within(one.chance, one.chance_interval, truth[share], logit)
        marks[delay] += within(one.delay_minutes, one.delay_interval, truth[delay], math.log)
    return marks


def queue_world(seed, check=True):
    """Draw a desk; return which keys are within, and whether the check reproduced its log."""
    chance = np.random.default_rng(20_000 + seed)
    handling, patience = chance.uniform(3, 6), chance.uniform(3, 10)
    agents, load = int(chance.integers(3, 9)), chance.uniform(0.8, 1.15)
    per_hour = load * agents * 60.0 / handling
    log = queue_log(seed, 21, per_hour, [agents] * 24, handling, patience)
    found, marks = fit_log(log, Columns()), Counter(told=1)
    best, waits, arrivals = found.handling[0], found.patience, found.arrivals
    marks["agents"] += found.staffing.most == agents
    marks["handling"] += abs(best.mean - handling) < 1.645 * best.mean_error
    marks["patience"] += abs(waits.mean - patience) < 1.645 * waits.mean_error
    expected = 4 * 50 * per_hour  # of 50 open hours
    marks["contacts"] += abs(arrivals.per_month - expected) < 1.645 * arrivals.per_month_error
    if check:
        judged = judge(log, lambda part: fit_log(part, Columns()))
        marks["reproduced"] += judged.reproduced
        bad = set(judged.shortfalls) & {"wait", "left unanswered", "waited over 20 s"}
        marks["waits reproduced"] += not bad
    return marks


def test_a_sample_of_retrial_worlds_is_mostly_within():
    marks = sum((retrial_world(seed) for seed in range(3)), Counter())
    told = marks["retry told"] + marks["back told"]
    assert told >= 4
    held = sum(marks[key] for key in ("retry", "retry_delay", "back", "back_delay"))
    assert held >= 2 * told - 4  # of 12 within with 0.9 each, 8 or more but once in 230


def test_a_sample_of_desks_is_mostly_within():
    marks = sum((queue_world(seed, check=False) for seed in range(8)), Counter())
    assert marks["agents"] == 8
    assert min(marks[key] for key in ("handling", "patience", "contacts")) >= 4


@pytest.mark.whole
def test_intervals_of_retrials_cover_what_they_say():
    marks = sum((retrial_world(seed) for seed in range(200)), Counter())
    print(dict(marks))  # noqa: T201  the figures are what it is run for
    for key in ("retry", "retry_delay", "back", "back_delay"):
        assert 0.85 <= marks[key] / marks[f"{key} told"] <= 0.95, key


@pytest.mark.whole
def test_desks_reproduce_days_of_their_own_log_that_the_fit_has_not_seen():
    count = 200
    marks = sum((queue_world(seed) for seed in range(count)), Counter())
    print(dict(marks))  # noqa: T201  the figures are what it is run for
    assert marks["agents"] >= 0.98 * count
    for key in ("handling", "patience", "contacts"):
        assert 0.85 <= marks[key] / count <= 0.95, key
    assert marks["waits reproduced"] >= 0.9 * count
