"""Hit, miss or undecided: tables worked by hand."""

from __future__ import annotations

from math import inf, nan

import pytest

from sim.stats.intervals import Estimate
from sim.studies.verify.field import findings as written
from sim.studies.verify.field.judgement import judged_findings, overall, word_for

NAN = Estimate(None, None, None, 0)


def found(low, high):
    return Estimate((low + high) / 2, low, high, 9)


@pytest.mark.parametrize(
    ("estimate", "low", "high", "word"),
    [
        (found(0.1, 0.2), 0.0, inf, "hit"),
        (found(-0.2, -0.1), 0.0, inf, "miss"),
        (found(-0.1, 0.1), 0.0, inf, "undecided"),
        (found(-0.2, -0.1), -inf, 0.0, "hit"),
        (found(1.1, 1.9), 1.0, 2.0, "hit"),
        (found(2.1, 2.9), 1.0, 2.0, "miss"),
        (found(0.1, 0.9), 1.0, 2.0, "miss"),
        (found(0.9, 1.1), 1.0, 2.0, "undecided"),
        (found(0.5, 2.5), 1.0, 2.0, "undecided"),
        (found(0.0, 0.0), 0.0, inf, "miss"),
        (found(0.0, 0.0), -0.05, 0.05, "hit"),
        (NAN, 0.0, inf, "undecided"),
        (Estimate(1.0, None, None, 1), 0.0, inf, "undecided"),
    ],
)
def test_an_interval_is_inside_outside_or_neither(estimate, low, high, word):
    assert word_for(estimate, low, high) == word


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (["hit", "hit"], "hit"),
        (["hit", "undecided"], "undecided"),
        (["hit", "miss"], "miss"),
        (["undecided", "miss"], "miss"),
        ([], "undecided"),
    ],
)
def test_a_miss_counts_more_than_a_hit(words, word):
    assert overall(words) == word


def finding(*predicts):
    plain = {"title": "T", "source": "S", "seen": "s", "found": "F", "maps": "M"}
    worlds = {name: written._world(name, {"replications": 3}) for name in ("late", "usual")}
    reads = {"spend": "revenue[equal]"}
    return written._finding("mine", {**plain, "reads": reads, "predicts": predicts}, worlds)


LOSS = "spend[late] / spend[usual] - 1"


def test_worlds_are_compared_replication_by_replication():
    # 90, 180 and 270 of 100, 200 and 300: a tenth less in each, so the interval has no width.
    one = finding(
        {"name": "loss", "value": LOSS, "direction": "down", "range": [-0.2, -0.05], "allows": "."},
        {"name": "gain", "value": LOSS, "direction": "up"},
    )
    values = {
        ("late", "revenue[equal]"): [90.0, 180.0, 270.0],
        ("usual", "revenue[equal]"): [100.0, 200.0, 300.0],
    }
    loss, gain = judged_findings([one], values)
    assert loss.estimate.mean == pytest.approx(-0.1)
    assert (loss.direction, loss.size, loss.word) == ("hit", "hit", "hit")
    assert (gain.direction, gain.size, gain.word) == ("miss", "", "miss")


def test_what_is_undefined_decides_nothing():
    one = finding({"name": "loss", "value": LOSS, "direction": "down"})
    values = {
        ("late", "revenue[equal]"): [1.0, nan, 1.0],
        ("usual", "revenue[equal]"): [0.0, 1.0, nan],
    }
    (judged,) = judged_findings([one], values)
    assert (judged.estimate.mean, judged.word) == (None, "undecided")
