"""What is selected of a scenario, how it is run, and the command that says so."""

import inspect

import pytest

import sim
from sim.execution.execution import Execution
from sim.execution.selection import ScenarioSelection, divided

SHARED = {
    "replications", "seed", "months", "policies", "sets", "allow_code",
    "engine", "workers", "cluster", "progress",
}  # fmt: skip


@pytest.mark.parametrize("name", ["run", "sweep", "sensitivity", "compare"])
def test_help_lists_every_keyword_with_its_default(name):
    listed = inspect.signature(getattr(sim, name)).parameters
    assert set(listed) >= SHARED
    assert listed["engine"].default == "auto"
    assert listed["sets"].default == ()
    assert "options" not in listed


@pytest.mark.parametrize("name", ["run", "sweep", "sensitivity", "compare", "claims"])
def test_an_unknown_keyword_is_a_type_error_that_names_it(name):
    with pytest.raises(TypeError, match=rf"{name}\(\) got .* 'replicatons'\. Did you mean"):
        getattr(sim, name)("my.yaml", replicatons=3)


def test_keywords_are_divided_into_what_is_run_and_how():
    selection, execution = divided("my.yaml", {"seed": 3, "workers": 2, "sets": ["months=1"]})
    assert selection == ScenarioSelection("my.yaml", seed=3, sets=["months=1"])
    assert execution == Execution(workers=2)


def test_only_what_is_not_by_default_counts_as_given():
    assert ScenarioSelection("my.yaml", sets=[], policies=[]).given() == []
    assert ScenarioSelection("my.yaml", seed=0, months=3).given() == ["seed", "months"]


def test_the_words_of_a_command_say_all_of_it():
    selection = ScenarioSelection("my.yaml", 5, 0, 3, ["a", "b"], ["x.y=1"], allow_code=True)
    assert selection.words("run", "--most", "9") == [
        "sim", "run", "my.yaml", "--policy", "a", "--policy", "b", "--set", "x.y=1", "-n", "5",
        "--seed", "0", "--months", "3", "--most", "9", "--allow-code",
    ]  # fmt: skip
