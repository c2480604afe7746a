"""Whole verifications, quick: everything passes, whatever is asked for, and pages say so."""

import json
import re

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import CommandError
from sim.studies.verify.api import Verification, family_names, verify
from sim.studies.verify.conservation_checks import LAWS, Balance
from sim.studies.verify.run_cases import all_cases, families_of
from sim.studies.verify.terminal import as_text
from tests.docs.pages import ROOT

FAMILIES = families_of(all_cases())


@pytest.fixture(scope="module")
def quick():
    return verify(engine="compiled", quick=True)


@pytest.mark.statistical
def test_everything_passes_in_the_compiled_engine(quick):
    assert quick.faults == ()
    assert len(quick.findings) == len(all_cases())


def test_every_law_but_the_onlookers_is_held_to_every_policy_that_ships(quick):
    assert {one.law for one in quick.balances} == set(LAWS) - {"Little's law"}
    assert all(one.passed for one in quick.balances)


@pytest.mark.whole
@pytest.mark.statistical
def test_stories_are_told_in_the_simpy_engine_with_the_same_readings():
    one, other = (
        verify(engine=engine, quick=True, only=["cascades"]) for engine in ("compiled", "simpy")
    )
    assert [a.simulated for a in one.findings] == [b.simulated for b in other.findings]


@pytest.mark.whole
@pytest.mark.statistical
def test_everything_passes_in_the_simpy_engine_with_the_same_readings(quick):
    other = verify(engine="simpy", quick=True)
    assert other.faults == ()
    assert [one.simulated for one in other.findings] == [one.simulated for one in quick.findings]
    assert {one.law for one in other.balances} == set(LAWS)


def test_the_terminal_shows_each_case_and_the_level(quick):
    text = as_text(quick)
    for case in all_cases():
        assert case.quantity in text
    assert text.endswith(
        f"passed: {len(all_cases())} numbers in compiled (familywise level 1%, Holm)"
    )
    assert max(map(len, text.splitlines())) <= 100


def test_a_fault_is_said_last_but_one():
    wrong = Verification(
        ("simpy",), True, 1, (), (Balance("broadband", "equal", "simpy", "money", 0.02),)
    )
    *_, fault, last = as_text(wrong).splitlines()
    assert fault == "FAIL  broadband, equal, simpy: money does not balance, by 0.02."
    assert last.startswith("FAILED")


def test_the_page_has_a_row_for_each_case_and_a_picture_for_each_family(quick, tmp_path):
    page = quick.write(tmp_path).read_text()
    for case in all_cases():
        assert f"| {case.quantity} | {case.unit} |" in page
    pictures = re.findall(r"\]\((validation/\w+\.svg)\)", page)
    assert [one.split("/")[1] for one in pictures] == [f"{f.name}.svg" for f in FAMILIES]
    for picture in pictures:
        assert (tmp_path / picture).stat().st_size > 2000
    assert "All pass" in page
    assumed = page[page.index("### Declared assumptions") :]
    assert "| `behaviour.talk` | " in assumed
    for key, stands in (("`retell`", True), ("`tells_bad`", False), ("`<name>.share`", False)):
        assert (key in assumed) is stands
    assert quick.write(tmp_path).read_text() == page


def test_the_page_in_docs_is_of_these_very_cases():
    page = (ROOT / "docs" / "validation.md").read_text()
    for case in all_cases():
        assert f"| {case.quantity} | {case.unit} | {case.theory:.5g} |" in page
    assert "**fail**" not in page
    assert "**Faults:**" not in page
    assert "compiled and simpy" in page


def test_only_what_was_asked_for_is_run():
    found = verify(engine="compiled", quick=True, only=["cascades"], workers=1)
    assert {one.case.family.name for one in found.findings} == {"cascades"}
    assert found.balances == ()


def test_another_seed_is_other_luck():
    one, other = (
        verify(engine="compiled", quick=True, only=["cascades"], workers=1, seed=seed)
        for seed in (1, 2)
    )
    assert one.passed
    assert other.passed
    assert one.findings[0].simulated != other.findings[0].simulated


def test_progress_ends_where_it_should():
    told = []
    verify(
        engine="compiled",
        quick=True,
        only=["cascades", "conservation_checks"],
        workers=1,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize(
    ("asked", "says"),
    [({"engine": "quick"}, "no engine 'quick'"), ({"only": ["erlang"]}, "no family 'erlang'")],
)
def test_what_is_not_there_is_refused(asked, says):
    with pytest.raises(CommandError, match=says):
        verify(quick=True, **asked)


def test_the_command_prints_json_and_says_how_it_went():
    ran = CliRunner().invoke(
        app, ["verify", "--engine", "compiled", "--quick", "--only", "cascades", "--json"]
    )
    assert ran.exit_code == 0
    told = json.loads(ran.stdout)
    assert told["passed"] is True
    assert told["cases"][0]["theory"] > 0


def test_the_command_fails_when_the_engine_does(monkeypatch):
    wrong = Verification(
        ("simpy",), True, 1, (), (Balance("broadband", "equal", "simpy", "money", 0.02),)
    )
    monkeypatch.setattr("sim.studies.verify.api.verify", lambda **_: wrong)
    ran = CliRunner().invoke(app, ["verify"])
    assert ran.exit_code == 1
    assert "does not balance" in ran.output


def test_a_notebook_shows_what_a_terminal_does():
    wrong = Verification(
        ("simpy",), True, 1, (), (Balance("a<b", "equal", "simpy", "money", 0.02),)
    )
    assert "FAIL  a&lt;b, equal, simpy: money does not balance" in wrong._repr_html_()


def test_the_old_name_of_the_checks_goes_on_with_a_warning():
    with pytest.warns(DeprecationWarning, match="conservation_checks"):
        named = family_names(["books", "erlang_c"])
    assert named == ["conservation_checks", "erlang_c"]
