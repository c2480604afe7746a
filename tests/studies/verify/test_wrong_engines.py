"""Engines that are wrong on purpose are refused, and the right one passes the same cases."""

from dataclasses import replace
from functools import partial
from importlib import import_module

import pytest

from sim.core.ieee import on_grid
from sim.engine.simpy.desk import Desk
from sim.engine.simpy.engine import SimpyEngine
from sim.studies.verify.api import verify
from sim.studies.verify.run_cases import all_cases

pytestmark = pytest.mark.statistical

SIMULATE = import_module("sim.engine.simulate")


class Slow(SimpyEngine):
    """Takes 2% longer to serve."""

    def __init__(self, *given):
        super().__init__(*given)
        begin = self._begin_service
        self._begin_service = lambda *about: on_grid(1.02 * begin(*about))


class Swapping(Desk):
    """Serves the classes in the wrong order."""

    def __init__(self, pools, classes):
        super().__init__(pools, [(-level, start, pace) for level, start, pace in classes])


class Swapped(SimpyEngine):
    """Serves the second class first."""

    def __init__(self, *given):
        super().__init__(*given)
        self._desk = Swapping(self._desk.pools, self._desk.classes)


class Deaf(SimpyEngine):
    """Never hears that somebody's patience has ended."""

    def _on_patience_end(self, event):
        pass


class Twice(SimpyEngine):
    """Counts each message twice."""

    def __init__(self, *given):
        super().__init__(*given)
        self._tell_story = partial(self._tell_twice, self._tell_story)

    @staticmethod
    def _tell_twice(tell, world, *about):
        letters = tell(world, *about)
        world.months[int(world.run[0]["month"])]["messages_bad"] += 1.0
        return letters


class Leaky(SimpyEngine):
    """Loses a coin at every month's end."""

    def __init__(self, *given):
        super().__init__(*given)
        ends = self._month_end
        self._month_end = partial(self._lose, ends)

    @staticmethod
    def _lose(ends, world, now):
        world.run[0]["cash"] -= 0.01
        return ends(world, now)


def shortened(*settings):
    """Return the cases of some settings, run for a month after the one of warming up."""
    cases = [case for case in all_cases() if case.setting.name in settings]
    short = {
        setting: replace(setting, sections={**setting.sections, "months": 2}, quick=10)
        for setting in {case.setting for case in cases}
    }
    assert {setting.name for setting in short} == set(settings)
    return [replace(case, setting=short[case.setting]) for case in cases]


def checked(*settings, engine="simpy"):
    cases = shortened(*settings)
    families = sorted({case.family.name for case in cases})
    return verify(engine=engine, quick=True, workers=1, cases=cases, only=families)


WRONG = [
    (Slow, "patient", "utilisation"),
    (Swapped, "strict-two", "class 1"),
    (Deaf, "impatient-ample", "abandoned"),
    (Twice, "story-house", "messages"),
]


@pytest.mark.parametrize(
    ("engine", "setting", "shows_in"),
    [*(pytest.param(*one, marks=pytest.mark.whole) for one in WRONG[:-1]), WRONG[-1]],
    ids=str,
)
def test_a_wrong_engine_is_refused(engine, setting, shows_in, monkeypatch):
    monkeypatch.setattr(SIMULATE, "SimpyEngine", engine)
    found = checked(setting)
    assert not found.passed
    assert any(shows_in in fault for fault in found.faults)


@pytest.mark.whole  # all cases pass in the compiled engine, whose numbers are the same
def test_the_right_engine_passes_the_same_cases():
    assert checked(*(setting for _, setting, _ in WRONG)).faults == ()


def test_two_engines_that_differ_are_told_apart(monkeypatch):
    monkeypatch.setattr(SIMULATE, "SimpyEngine", Slow)
    found = checked("loss-constant", engine="both")
    assert sum(": only " in fault for fault in found.faults) == 2


@pytest.mark.parametrize(
    ("engine", "law"), [pytest.param(Twice, "messages", marks=pytest.mark.whole), (Leaky, "money")]
)
def test_runs_that_do_not_balance_are_refused(engine, law, monkeypatch):
    monkeypatch.setattr(SIMULATE, "SimpyEngine", engine)
    found = verify(engine="simpy", quick=True, workers=1, only=["conservation_checks"])
    assert {one.law for one in found.balances if not one.passed} == {law}
    assert all(law in fault for fault in found.faults)
