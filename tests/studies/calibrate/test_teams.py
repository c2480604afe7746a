"""Teams: classes whose agents serve nobody else, from two desks that are known."""

from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.reading.load import load
from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.log import Columns
from tests.studies.calibrate.desk_oracle import Kind, desk_log, joined


def sales_and_support(days=14, hours=(8, 18)):
    return joined(
        desk_log(5, days, 40, 3, {"sales": Kind(handling=4.0, patience=4.0)}),
        desk_log(6, days, 70, 7, {"support": Kind(handling=5.5, patience=9.0)}, hours=hours),
    )


@pytest.fixture(scope="module")
def fit():
    return fit_log(sales_and_support(), Columns())


def test_each_class_has_the_agents_who_serve_it(fit, tmp_path):
    assert {name: team.agents for name, team in fit.teams.items()} == {"support": 7, "sales": 3}
    assert fit.agents == 10
    desk = load(fit.write(tmp_path / "desk.yaml"))
    assert {name: pool.agents for name, pool in desk.desk.pools.items()} == {
        "support": 7,
        "sales": 3,
    }
    assert desk.desk.pools["sales"].serves == ("sales",)
    needs = {need.name: need for need in desk.needs}
    assert needs["sales"].minutes.mean == pytest.approx(4.0, rel=0.05)
    assert needs["support"].minutes.mean == pytest.approx(5.5, rel=0.05)
    assert needs["sales"].patience_minutes.mean == pytest.approx(4.0, rel=0.2)
    assert fit.doubts() == []


def test_the_waits_of_each_class_are_those_of_its_own_agents(fit, tmp_path):
    judged = fit.check()
    lines = {line.name: line for line in judged.lines}
    for name in ("wait, class sales", "wait, class support", "left unanswered, class sales"):
        assert lines[name].reproduced, name
        assert lines[name].simulated == pytest.approx(lines[name].log, rel=0.4)
    assert set(judged.tunings) == {"sales", "support"}
    page = fit.report(tmp_path / "fit.html", judged).read_text(encoding="utf-8")
    assert "At most 10 at work at once, each for one class: 7 for support, 3 for sales." in page
    tuned = fit.tuned(judged)
    assert [team.staffing.tuned for team in tuned.teams.values()] == [
        judged.tunings[name].more for name in tuned.teams
    ]


def test_agents_who_help_the_other_class_make_no_teams():
    log = sales_and_support(7)
    moved = log.served & (np.random.default_rng(1).uniform(size=len(log.wait)) < 0.05)
    others = np.where(log.group == "sales", "support", "sales")
    assert fit_log(replace(log, group=np.where(moved, others, log.group)), Columns()).teams == {}


def test_classes_that_share_their_agents_or_are_not_known_have_no_teams():
    one = desk_log(7, 7, 75, 5, {"a": Kind(0.4), "b": Kind(0.6)})
    assert fit_log(one, Columns()).teams == {}
    log = sales_and_support(7)
    some = np.arange(len(log.wait)) % 10 == 0
    assert fit_log(replace(log, group=np.where(some, "", log.group)), Columns()).teams == {}
    assert fit_log(replace(log, agent=np.full(len(log.wait), "")), Columns()).teams == {}


def test_teams_of_other_hours_are_said_not_to_be_expressed():
    found = fit_log(sales_and_support(7, hours=(12, 20)), Columns())
    assert set(found.teams) == {"sales", "support"}
    assert "Not expressed: that support and sales come at different hours of the day" in (
        found.doubts()
    )
