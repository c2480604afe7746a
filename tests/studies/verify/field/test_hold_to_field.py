"""The whole study on a model of a line: runs, verdicts, page and record."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import CommandError
from sim.studies.verify.field.equity import CHECKED, MONTHS
from sim.studies.verify.field.findings import FINDINGS, OUTPUTS, registered
from sim.studies.verify.field.hold_to_field import PAGE, RECORD, hold_to_field, write_record
from sim.studies.verify.field.page import page_text
from sim.studies.verify.field.result import FieldResult
from sim.studies.verify.field.terminal import field_text
from tests.other_model import execution_of


def simulate(scenario, policy, replication):
    return scenario.months, replication


def value(tallies, term):
    """Return a number that differs between replications, and hardly between measures."""
    return 1.0 + 0.01 * tallies[1] + 0.001 * len(term.measure)


def monthly(tallies):
    months = np.ones(tallies[0])
    names = ("wages", "serving", "remedies", "offers", "ombudsman_fees", "customers")
    return dict.fromkeys(names, months) | {"customer_equity": 200.0 * months}


def by_group(tallies, kind):
    months = np.ones((tallies[0], 1))
    return ["everyone of equal"], {"revenue": 8.0 * months, "customers": months}


EXECUTION = execution_of(simulate, SimpleNamespace(value=value, monthly=monthly, by_group=by_group))


@pytest.fixture(scope="module")
def result():
    return hold_to_field(EXECUTION)


def test_everything_registered_is_judged_once(result):
    for file, judged in ((FINDINGS, result.findings), (OUTPUTS, result.outputs)):
        wanted = [(one.name, p.name) for one in registered(file) for p in one.predicts]
        assert [(one.finding, one.prediction) for one in judged] == wanted


def test_equity_is_checked_in_three_worlds_at_least(result):
    checked = {(one.world, one.policy) for one in result.equity}
    assert checked == {(world, policy) for world, all_ in CHECKED.items() for policy in all_}
    assert len({world for world, _ in checked}) >= 3
    for one in result.equity:
        # 8 a month less 5 of costs for one customer: below the 390 of 130 months undiscounted.
        assert one.equity.mean == 200.0
        assert 200.0 < one.lived.mean < 3.0 * MONTHS
        assert one.ratio.mean == pytest.approx(one.lived.mean / 200.0)


def test_the_progress_counts_every_run():
    told = []
    watched = execution_of(
        simulate,
        EXECUTION.model().measuring,
        progress=lambda done, total: told.append((done, total)),
    )
    hold_to_field(watched, ["equity", "outputs"])
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_only_the_parts_asked_for_are_run():
    only = hold_to_field(EXECUTION, ["equity"])
    assert (only.findings, only.outputs) == ((), ())
    assert len(only.equity) == sum(map(len, CHECKED.values()))
    with pytest.raises(CommandError, match="leave --only out"):
        write_record(only, None)


def test_a_part_that_is_not_there_is_refused():
    ran = CliRunner().invoke(app, ["verify", "--field", "--only", "finding"])
    assert ran.exit_code == 2
    assert "no part 'finding'; there are findings, outputs, equity" in ran.output


def test_page_and_record_say_the_same(result, tmp_path):
    page = write_record(result, tmp_path).read_text("utf-8")
    record = json.loads((tmp_path / RECORD).read_text("utf-8"))
    again = FieldResult.from_data(record)
    assert again == result
    assert page == page_text(again) == (tmp_path / PAGE).read_text("utf-8")
    for one in (*registered(FINDINGS), *registered(OUTPUTS)):
        assert one.title in page
        assert one.found in page
        for key in one.set_by:
            assert f"`{key}`" in page
    # The word is explained once, and then stands in the row of each.
    assert page.count("**miss**") == 1 + sum(
        result.word(one.name) == "miss" for one in (*registered(FINDINGS), *registered(OUTPUTS))
    )


def test_what_keys_were_set_to_is_not_counted(result):
    counted = result.counts(registered(OUTPUTS))
    assert sum(counted.values()) == sum(not one.set_by for one in registered(OUTPUTS))
    assert any(one.set_by for one in registered(OUTPUTS))


def test_the_terminal_shows_every_verdict(result):
    text = field_text(result)
    for one in (*registered(FINDINGS), *registered(OUTPUTS)):
        assert f"{result.word(one.name):<10}{one.title}" in text
    assert field_text(FieldResult(1, (), (), result.equity)).startswith("Customer equity")
