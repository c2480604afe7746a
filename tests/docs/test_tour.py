"""The tour names functions that exist, in few files, and in the order in which they happen."""

from __future__ import annotations

import ast
import re

import pytest

from sim.engine.simulate import simulate
from sim.scenario.reading.load import from_mapping
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "tour.md"
TEXT = PAGE.read_text(encoding="utf-8")
STEPS = re.findall(r"\[`(sim/[\w/]+\.py)::(\w+)`\]\(\.\./(sim/[\w/]+\.py)\)", TEXT)


def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name", "target"), STEPS, ids=lambda value: value)
def test_a_step_is_a_function_of_the_file_that_it_links_to(path, name, target):
    assert path == target
    assert name in functions(path)


def test_it_takes_at_most_twelve_files_in_numbered_steps():
    assert 10 <= len({path for path, _, _ in STEPS}) <= 12
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", TEXT, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_the_tour_says_of_laws_and_events_is_called_where_it_says():
    callers = {
        "next_satisfaction": "sim/model/events/encounter.py",
        "start_story": "sim/model/events/encounter.py",
        "conclude_encounter": "sim/model/events/contact.py",
        "unhappy_hazard": "sim/model/events/joining_and_leaving.py",
        "leave": "sim/model/events/month_end.py",
        "need_arises": "sim/engine/compiled/loop.py",
        "month_end": "sim/engine/compiled/loop.py",
        "tell_story": "sim/engine/compiled/loop.py",
        "begin_service": "sim/engine/compiled/agents.py",
        "take_next_for": "sim/engine/compiled/agents.py",
        "finish_service": "sim/engine/compiled/loop.py",
        "join_queue": "sim/engine/compiled/loop.py",
    }
    named = {name for _, name, _ in STEPS}
    for name, path in callers.items():
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        calls = {node.func.id for node in ast.walk(tree)
                 if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
        assert name in named
        assert name in calls, f"{path} no longer calls {name}"


EVENTS = [
    "need_arises", "begin_service", "finish_service", "tell_story", "month_end",
]  # fmt: skip


def test_events_happen_in_the_order_of_the_tour(monkeypatch):
    """In the SimPy engine, which calls each by name: the first time of each, in one small run."""
    from sim.engine.simpy import engine

    seen: list[str] = []

    def noting(name, function):
        def noted(*arguments):
            seen.append(name)
            return function(*arguments)

        return noted

    for name in EVENTS:
        monkeypatch.setattr(engine, name, noting(name, getattr(engine, name)))
    scenario = from_mapping(
        {
            "name": "Tour",
            "months": 2,
            "people": {"count": 300},
            "desk": {"pools": {"frontline": {"agents": 1}}},
            "policies": {"equal": {}},
        }
    )
    simulate(scenario, "equal", 0, "simpy")
    assert list(dict.fromkeys(seen)) == EVENTS
