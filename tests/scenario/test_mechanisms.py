"""Mechanisms as they are declared: identifiers, groups, and values that switch them off."""

from __future__ import annotations

import pytest

from sim.errors import CommandError, ScenarioError
from sim.scenario.dump import to_mapping
from sim.scenario.mechanisms import GROUPS, MECHANISMS, neutral_values, switched_off
from sim.scenario.reading.ablations import scenario_of
from sim.scenario.reading.load import override, parse
from sim.scenario.reading.regimes import regimes


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


DESK = """
name: a
desk:
  pools:
    first: {agents: 2, hands_on_to: {pool: second, share: 0.2}, announce: {}, breaks: {share: 0.1}}
    second: {agents: 1, serves: [], skills: {enquiry: 0.5}}
changes:
  - month: 3
    set: {"desk.pools.chat+": {agents: 1, announce: {}, serves: [enquiry]}}
policies:
  equal:
  bare: {without: [announcements, breaks, second_line]}
"""


def test_what_pools_do_is_switched_off_in_every_pool_of_now_and_of_later():
    bare = scenario_of(parse(DESK), "bare")
    first, second = bare.desk.pools["first"], bare.desk.pools["second"]
    assert (first.announce, first.hands_on_to, first.breaks.share) == (None, None, 0)
    assert second.skills == {"enquiry": 0.5}  # which nobody asked to switch off
    later = regimes(bare)[-1].scenario.desk.pools["chat"]
    assert (later.agents, later.announce) == (1, None)


TIERS = """
name: tiers
policies:
  favoured:
    score: {spend: 1}
    tiers: [{name: top, top_share: 0.2, class: 1, remedy: 0.6}, {name: rest}]
    without: %s
"""


def test_a_favour_and_a_mechanism_can_be_left_out_together():
    both = scenario_of(parse(TIERS % "[generosity, churn]"), "favoured")
    calm = override(parse(TIERS % "[generosity]"), switched_off("churn"))
    one = scenario_of(calm, "favoured")
    assert both.behaviour == one.behaviour
    assert both.policies["favoured"].tiers == one.policies["favoured"].tiers
    assert both.policies["favoured"].tiers[0].remedy is None


def test_a_star_sets_every_pool_and_leads_nowhere_where_nothing_has_a_name():
    assert {
        name: pool.wage_per_hour
        for name, pool in parse(DESK, sets=["desk.pools.*.wage_per_hour=30"]).desk.pools.items()
    } == {"first": 30, "second": 30}
    with pytest.raises(ScenarioError, match=r"people: has no `\*`|people.\*"):
        parse(DESK, sets=["people.*=1"])
