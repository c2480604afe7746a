"""Mechanisms as they are declared: identifiers, groups, and values that switch them off."""

from __future__ import annotations

import pytest

from sim.errors import CommandError
from sim.scenario.dump import to_mapping
from sim.scenario.mechanisms import GROUPS, MECHANISMS, neutral_values, switched_off
from sim.scenario.reading.load import override, parse


@pytest.mark.parametrize("name", [*MECHANISMS, *GROUPS])
def test_what_switches_a_mechanism_off_makes_a_sound_scenario(name):
    scenario = parse("name: a\n")
    off = override(scenario, switched_off(name))
    assert override(off, switched_off(name)) == off


def test_a_group_is_all_of_its_mechanisms():
    talk = switched_off("talk")
    assert talk == {path: v for name in GROUPS["talk"] for path, v in MECHANISMS[name].off.items()}
    assert {"opinion_bad", "opinion_good", "hearsay", "public_posts"} <= set(GROUPS["talk"])
    assert {name for names in GROUPS.values() for name in names} == set(MECHANISMS)


def test_no_group_is_called_like_a_mechanism_and_no_key_is_switched_twice():
    assert not GROUPS.keys() & MECHANISMS.keys()
    paths = [path for mechanism in MECHANISMS.values() for path in mechanism.off]
    assert len(set(paths)) == len(paths)


def test_titles_and_sentences_are_there():
    titles = [mechanism.title for mechanism in MECHANISMS.values()]
    assert len(set(titles)) == len(titles)
    assert all(one.does.endswith(".") and one.does[0].isupper() for one in MECHANISMS.values())


def test_an_unknown_mechanism_is_an_error():
    with pytest.raises(CommandError, match=r"opinion_bat: is not a mechanism.*`opinion_bad`"):
        switched_off("opinion_bat")


def test_neutral_values_are_named_by_the_keys_of_their_section():
    voice = neutral_values("behaviour.voice")
    assert (voice["polite.base"], voice["learning"]) == (-1000.0, 0.0)
    section = to_mapping(parse("name: a\n"))["staff"]
    for path in neutral_values("staff"):
        value = section
        for step in path.split("."):
            value = value[step]
        assert isinstance(value, (int, float))
