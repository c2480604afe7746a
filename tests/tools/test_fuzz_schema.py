"""The fuzzer of the schema: a fixed sample has no fault, and it would notice one."""

import numpy as np
import pytest

from tests.tools import fuzz_schema
from tests.tools.fuzz_schema import Verdict, case, judge, main, report, tried


@pytest.mark.slow
def test_a_sample_of_cases_has_no_fault(capsys):
    assert main(["--cases", "100", "--seed", "12", "--workers", "1"]) == 0, capsys.readouterr().out


def test_a_case_depends_on_its_number_alone():
    assert case(1, 5) == case(1, 5) != case(2, 5)
    assert {path for path, _, _ in tried()} > {"people.count", "policies.<name>.score"}


def test_every_key_has_a_place_in_the_world():
    places = [steps for _, steps, _ in tried()]
    assert ("policies", "mine", "tiers", 0, "top_share") in places
    assert ("desk", "pools", "front", "queue_limit") in places
    assert not [steps for steps in places if "<name>" in steps]


def test_what_is_refused_says_why():
    verdict = judge([(("staff", "quit", "slope"), 3000)])
    assert verdict.word == "refused"
    assert "must be at most 50" in verdict.said


def test_a_large_world_is_not_run():
    assert judge([(("people", "contacts_per_month", "mean"), 1e5)]).word == "large"


def test_a_run_that_refuses_what_was_called_sound_is_noticed(monkeypatch):
    def refuse(*_):
        raise fuzz_schema.InputError("no")

    monkeypatch.setattr(fuzz_schema, "simulate", refuse)
    assert judge([]) == Verdict("late", "no")


def test_a_number_that_is_not_finite_and_engines_that_differ_are_noticed(monkeypatch):
    class Told:
        def __init__(self, cash: float) -> None:
            self.months = np.array([(cash,)], [("cash", "f8")])
            self.groups = self.months[:0]

    def answers(*cash: float):
        left = iter(cash)
        monkeypatch.setattr(fuzz_schema, "simulate", lambda *_: Told(next(left)))
        return judge([]).word

    assert answers(np.nan, np.nan) == "not finite"
    assert answers(1.0, 2.0) == "unequal"


def test_the_report_names_faulty_cases_and_counts_all():
    lines = list(report(1, {0: Verdict("sound"), 1: Verdict("hang", "more than 20 s")}))
    assert lines[0] == "case 1: hang: more than 20 s"
    assert lines[-1].startswith("2 cases: 0 refused, 1 sound, 0 large, 0 error, 0 late, 1 hang")
