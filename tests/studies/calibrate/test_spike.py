"""Patience of which a share leaves at once: planted, absent, written, and apart from menus."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.scenario.reading.load import load
from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.log import Columns, left_before_queue, read_log
from sim.studies.calibrate.patience import fit_patience
from sim.studies.calibrate.patience_laws import PatienceLaw
from tests.studies.calibrate.queue_oracle import MONDAY, queue_log


def censored(patience, seed=1):
    offered = np.random.default_rng(seed).exponential(3.0, len(patience))
    return np.minimum(patience, offered), patience < offered


def with_spike(share, others, seed=0):
    draw = np.random.default_rng(seed)
    hasty = draw.exponential(3.0 / 60.0, len(others))
    return np.where(draw.random(len(others)) < share, hasty, others)


@pytest.mark.statistical
@pytest.mark.parametrize("share", [0.06, 0.15])
def test_a_planted_share_is_found_and_the_others_keep_their_mean(share):
    others = np.random.default_rng(3).exponential(6.0, 6000)
    found = fit_patience(*censored(with_spike(share, others)))
    assert abs(found.spike.spike - share) < 3.5 * found.spike.spike_error < 0.06
    assert found.spike.spike_minutes < 0.12
    assert found.mean == pytest.approx(6.0, rel=0.2)
    assert found.gap < 0.02


@pytest.mark.parametrize(
    "law",
    [stats.expon(scale=6.0), stats.weibull_min(0.8, scale=6.0), stats.lognorm(1.0, scale=3.3)],
)
def test_no_spike_is_found_where_there_is_none(law):
    others = law.rvs(4000, random_state=np.random.default_rng(4))
    assert fit_patience(*censored(others)).spike is None


def test_survival_and_quantiles_are_those_of_the_mixture():
    law = PatienceLaw("weibull", 5.0, 0.5, 0.0, 0.0, 0.0, spike=0.2, spike_minutes=0.05)
    times = np.array([0.02, 1.0, 4.0])
    shape = 2.1013  # of a Weibull law with a cv of 0.5
    rest = stats.weibull_min(shape, scale=5.0 / math.gamma(1 + 1 / shape)).sf(times)
    assert np.exp(law.log_survival(times)) == pytest.approx(
        0.2 * np.exp(-times / 0.05) + 0.8 * rest, abs=1e-4
    )
    shares = 1.0 - np.exp(law.log_survival(law.quantiles(50)))
    assert shares == pytest.approx((np.arange(50) + 0.5) / 50, abs=1e-6)


def test_who_leaves_after_0_seconds_left_at_once():
    wait, left = censored(np.random.default_rng(5).exponential(6.0, 3000))
    wait, left = np.append(wait, np.zeros(300)), np.append(left, np.ones(300, np.bool_))
    found = fit_patience(wait, left)
    assert found.spike.spike == pytest.approx(300 / 3300, abs=0.01)


@pytest.mark.slow
def test_a_spike_is_written_as_a_scenario_reads_it(tmp_path):
    draw = np.random.default_rng(9)
    log = queue_log(
        6, 21, per_hour=66, agents=[4] * 24,
        patience=lambda: draw.exponential(0.04 if draw.random() < 0.25 else 6.0),
    )  # fmt: skip
    found = fit_log(log, Columns())
    text = found.write(tmp_path / "desk.yaml").read_text()
    assert "leave at once" in text
    law = load(tmp_path / "desk.yaml").desk.pools["frontline"].patience_minutes
    assert law.law == "empirical"
    early = np.mean(np.array(law.values) < 0.25)
    assert early == pytest.approx(0.25 + 0.75 * 0.04, abs=0.06)


MINUTE = np.timedelta64(1, "m")


def arrivals(count):
    return MONDAY.astype("datetime64[us]") + np.arange(count) * MINUTE


def test_who_leaves_while_nobody_waits_was_in_a_menu():
    served = np.tile([True, True, False], 12)
    assert left_before_queue(arrivals(36), np.zeros(36), served).tolist() == (~served).tolist()


def test_who_leaves_at_once_while_others_wait_was_in_the_queue():
    served = np.tile([True, False, True, True], 12)
    wait = np.tile([2.0, 0.0, 2.0, 0.0], 12)
    # The fourth is answered at once, so that there are contacts between two with a queue and none.
    wait[24:], served[24:] = 0.0, True
    assert not left_before_queue(arrivals(48), wait, served).any()


def test_contacts_of_a_menu_are_left_out_with_the_reason(tmp_path):
    path = tmp_path / "log.csv"
    rows = ["arrival,wait,service,outcome"]
    for number in range(30):
        rows += [
            f"2031-05-05 09:{number:02}:00,0,5,served",
            f"2031-05-05 09:{number:02}:20,0,,left",
        ]
    rows += ["2031-05-05 10:00:00,3,,left"]
    path.write_text("\n".join(rows) + "\n")
    log = read_log(path, Columns())
    assert [(one.rows, one.line) for one in log.unused] == [(30, 3)]
    assert "before the queue" in log.unused[0].reason
    assert int((~log.served).sum()) == 1
