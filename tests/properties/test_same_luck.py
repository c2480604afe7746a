"""The same people with the same luck, whatever else is decided about them."""

from hypothesis import strategies as st

from sim.engine.simulate import simulate
from sim.scenario.reading.load import from_mapping
from tests.properties.lives import holds
from tests.strategies import mappings, scenarios

ON_THE_WAY = ("switch_month", "changes", "history_months", "history_policy")
_CHOICE = ("tiers", "score", "placebo")


def same(one, other):
    """Return whether two runs counted the same, to the last bit."""
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("months", "groups", "waits")
    )


def at_once(mapping, policies):
    """Put policies in the place of the drawn ones, each from the start."""
    rest = {name: value for name, value in mapping.items() if name not in ON_THE_WAY}
    return rest | {"policies": policies, "history_months": 0}


def with_twin(mapping):
    """Add the drawn policy again, under another name and praise."""
    drawn = mapping["policies"]["drawn"]
    return at_once(mapping, {"drawn": drawn, "twin": drawn | {"describe": "A twin."}})


def with_tiers_in_name_only(mapping):
    """Add the drawn policy without its tiers, and with tiers that get what everybody gets."""
    drawn = {k: v for k, v in mapping["policies"]["drawn"].items() if k not in _CHOICE}
    tiers = [{"name": "gold", "top_share": 0.3}, {"name": "rest"}]
    tiered = drawn | {"score": {"spend": 1.0}, "tiers": tiers}
    behaviour = mapping["behaviour"]
    if behaviour != "none":
        behaviour = behaviour | {"fairness": "none"}
    return at_once(mapping, {"plain": drawn, "tiered": tiered}) | {"behaviour": behaviour}


@holds(scenarios())
def test_the_same_inputs_give_the_same_bytes(scenario):
    assert same(simulate(scenario, "drawn", 1), simulate(scenario, "drawn", 1))


@holds(mappings().map(with_twin).map(from_mapping))
def test_a_policys_name_changes_nothing(scenario):
    assert same(simulate(scenario, "drawn", 0), simulate(scenario, "twin", 0))


@holds(mappings().map(with_tiers_in_name_only).map(from_mapping))
def test_tiers_in_name_only_change_nothing(scenario):
    plain, tiered = (simulate(scenario, policy, 0) for policy in ("plain", "tiered"))
    assert plain.months.tobytes() == tiered.months.tobytes()
    assert plain.waits.tobytes() == tiered.waits.tobytes()


@holds(st.tuples(mappings(), st.integers(4, 6)))
def test_a_longer_horizon_changes_nothing_before_the_shorter_ones_end(drawn):
    mapping, longer = drawn
    short = simulate(from_mapping(mapping), "drawn", 0).months
    long = simulate(from_mapping(mapping | {"months": longer}), "drawn", 0).months
    # What arises at the end of the last month may still come, in the longer run.
    before = len(short) - 1
    assert short[: max(before, 0)].tobytes() == long[: max(before, 0)].tobytes()
