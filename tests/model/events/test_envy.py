"""Like is compared with like: worked by hand, a hearer with one memory and one story told."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.model.events.contact import finish_service
from sim.model.events.offers import give_newcomer_offer
from sim.model.events.word_of_mouth import tell_story
from sim.model.records import (
    ANGRY,
    COMPLAINT,
    CUSTOMER,
    MONTH,
    POLITE,
    SCHEDULE_TELLING,
    VOICES,
)
from sim.model.state import World
from tests.small_worlds import in_hand, requests, scenario, settled, story, telling, tied, world

NOW = 10.0
GRANTED, REFUSED = 1, 2


def town(top: dict[str, Any], *, everyone: dict[str, Any] | None = None, **more: Any) -> World:
    """Return people 0 to 3 in a chain under a policy of two tiers, of which this is the upper."""
    policy = {
        "describe": "A test.",
        "score": {"spend": 1},
        "everyone": everyone or {},
        "tiers": [{"name": "top", "top_share": 0.5, **top}, {"name": "rest"}],
    }
    talk = {"tells_bad": 1e9, "tells_good": 1e9, "acquaintances": 0.0, "retell": 0.0}
    behaviour = {"talk": talk | {"delay_minutes": 0.0}, "fairness": more.pop("fairness", {})}
    given = scenario(behaviour=behaviour, policies={"mine": policy | more})
    W = tied(world(given, "mine"), (0, 1))
    for i in range(2):
        settled(W, i, CUSTOMER, trust=0.8, fairness=0.3, spend=50.0, tier=i)
    return W


def like(justified: bool = True, ruling: int = 0, policy: int = 0) -> int:
    return 8 * policy + 4 * justified + ruling


def remembers(W: World, kind: int = 0, tier: int = 1, voice: int = 0, **more: Any) -> None:
    """Let person 1 remember what their tier gave them at a contact of some kind."""
    memory = W.memories[1, kind]
    state = {"at": NOW, "like": like(), "cell": len(VOICES) * tier + voice, "tier": tier}
    for name, value in (state | more).items():
        memory[name] = value


def hears(W: World, kind: int = 0, tier: int = 0, voice: int = 0, **more: Any) -> float:
    """Let person 1 hear what person 0 was given; return what share of trust it cost."""
    now = more.pop("now", NOW)
    usual = {"matter": kind, "like": like(), "cell": len(VOICES) * tier + voice, "tier": tier}
    before = float(W.people[1]["trust"])
    tell_story(W, telling(W, story(W, 0, **usual | more), -0.5, 0), now)
    return 1.0 - float(W.people[1]["trust"]) / before


def felt(W: World) -> tuple[float, float]:
    return float(W.months[0]["unfairness_within"]), float(W.months[0]["unfairness_between"])


def test_without_a_visible_tier_people_compare_with_their_own_experience():
    W = town({"class": 1})
    remembers(W)
    assert hears(W) == pytest.approx(0.3 * 0.5 * 0.15)  # half of a whole shortfall, as of a peer
    assert felt(W) == (0.0, pytest.approx(0.0225))


def test_a_visible_tier_is_compared_by_rule_without_any_experience():
    W = town({"class": 1})
    assert hears(W, says_tier=1) == pytest.approx(0.3 * 0.5 * 0.25)


@pytest.mark.parametrize(("secrecy", "leaked"), [("published", 0), ("secret", 1)])
def test_published_and_leaked_tiers_are_visible(secrecy, leaked):
    W = town({"class": 1}, secrecy=secrecy)
    W.run[0]["leaked"] = leaked
    assert hears(W) == pytest.approx(0.3 * 0.5 * 0.25)


def test_a_secret_tier_is_not_visible():
    assert hears(town({"class": 1}, secrecy="secret")) == 0.0


def test_a_rule_is_not_compared_with_experience_too():
    W = town({"class": 1, "remedy": 5.0})
    remembers(W)
    assert hears(W, says_tier=1) == pytest.approx(0.0375)  # that of the rule alone


@pytest.mark.parametrize(
    "memory",
    [
        {"at": -math.inf},
        {"at": NOW - 12 * MONTH},
        {"like": like(justified=False)},
        {"like": like(ruling=GRANTED)},
        {"like": like(policy=1)},
        {"kind": 1},
    ],
    ids=["none", "old", "not justified", "other ruling", "other policy", "other kind"],
)
def test_only_like_is_compared_with_like(memory):
    W = town({"class": 1})
    remembers(W, **memory)
    assert hears(W) == 0.0
    assert W.months[0]["hearings_of_customers"] == 1


def test_what_was_given_under_another_policy_is_no_grievance():
    W = town({"class": 1})
    remembers(W, like=like(policy=1))
    assert hears(W, like=like(policy=1), says_tier=1) == 0.0


def test_who_was_given_as_much_or_more_feels_nothing():
    W = town({"class": 1})
    remembers(W, tier=0)
    assert hears(W) == hears(W, tier=1) == 0.0


def test_a_grievance_is_felt_once_and_again_as_it_fades():
    W = town({"class": 1, "pool": None}, fairness={"grievance_fade_per_month": 0.1})
    remembers(W)
    assert hears(W) == pytest.approx(0.0225)
    assert hears(W) == 0.0  # the hundredth telling adds nothing
    assert hears(W, says_tier=1) == pytest.approx(0.0375 - 0.0225)
    later = 0.0375 * (1 - math.exp(-0.1 * 5))
    assert hears(W, says_tier=1, now=NOW + 5 * MONTH) == pytest.approx(later)


def test_grievances_about_other_kinds_are_their_own():
    W = town({"class": 1})
    remembers(W, kind=0)
    remembers(W, kind=1)
    assert [hears(W, kind=kind) for kind in (0, 1)] == pytest.approx([0.0225, 0.0225])


COMPLAINTS = {"kind": 3, "voice": POLITE}


@pytest.mark.parametrize(
    ("top", "months"),
    [({"remedy": 0.65}, 0.65), ({"remedy_amount": 20.0}, 0.65), ({"remedy": 0.1}, 0.25)],
    ids=["months of spend", "money", "less"],
)
def test_remedies_are_compared_in_months_of_the_hearers_spend(top, months):
    W = town(top)
    remembers(W, **COMPLAINTS, like=like(ruling=GRANTED))
    effects = [1 - math.exp(-r / 0.4) for r in (0.25, months)]
    worked = 0.3 * 0.5 * (effects[1] - effects[0]) * 0.15
    assert hears(W, **COMPLAINTS, like=like(ruling=GRANTED)) == pytest.approx(worked)


@pytest.mark.parametrize("amount", [0.0, 20.0], ids=["months of spend", "money"])
def test_the_same_remedy_in_either_unit_is_the_same(amount):
    W = town({}, everyone={"remedy": 0.0 if amount else 0.5, "remedy_amount": amount})
    W.people[0]["spend"] = 5000.0  # another sum, or another number of months
    remembers(W, **COMPLAINTS, like=like(ruling=GRANTED))
    assert hears(W, **COMPLAINTS, like=like(ruling=GRANTED)) == 0.0


def test_a_remedy_counts_for_nothing_where_both_were_refused():
    W = town({"remedy": 5.0})
    remembers(W, **COMPLAINTS, like=like(ruling=REFUSED))
    assert hears(W, **COMPLAINTS, like=like(ruling=REFUSED)) == 0.0


def test_leniency_counts_by_rule_and_for_the_unjustified_alone():
    effect = 1 - math.exp(-0.25 / 0.4)
    for justified, shortfall in ((False, 0.5 * effect), (True, 0.0)):
        W = town({"lenient": 0.5})
        share = hears(W, **COMPLAINTS, like=like(justified, REFUSED), says_tier=1)
        assert share == pytest.approx(0.3 * 0.5 * shortfall * 0.25)


@pytest.mark.parametrize(("ruling", "months"), [(GRANTED, 0.5), (0, 0.0)], ids=["paid", "not"])
def test_what_is_paid_unasked_is_compared_where_it_was_paid(ruling, months):
    W = town({"proactive_after_failure": True, "proactive_remedy": 0.5})
    share = hears(W, like=like(ruling=ruling), says_tier=1)
    assert share == pytest.approx(0.3 * 0.5 * (1 - math.exp(-months / 0.4)) * 0.25)


def test_a_voice_that_is_paid_more_is_envied_by_experience():
    W = town({}, voices={"angry": {"remedy": 1.0}})
    W.people[0]["tier"] = 1
    remembers(W, **COMPLAINTS, like=like(ruling=GRANTED))
    share = hears(W, kind=3, tier=1, voice=ANGRY, like=like(ruling=GRANTED))
    effects = [1 - math.exp(-r / 0.4) for r in (0.25, 1.0)]
    assert share == pytest.approx(0.3 * 0.5 * (effects[1] - effects[0]) * 0.15)
    assert felt(W) == (pytest.approx(share), 0.0)


def test_a_pool_of_their_own_is_envied_and_not_the_other_way_round():
    extra = {"pools": {"gold": {"agents": 1}}}
    W = town({"pool": "gold"}, **extra)
    remembers(W)
    assert hears(W) == pytest.approx(0.3 * 0.5 * 0.15)
    W = town({"pool": "gold"}, **extra)
    W.people[0]["tier"], W.people[1]["tier"] = 1, 0
    remembers(W, tier=0)
    assert hears(W, tier=1) == 0.0


def test_a_privilege_is_envied_whole():
    W = town({"privilege": 0.5})
    remembers(W)
    assert hears(W) == pytest.approx(0.3 * 0.5 * 0.15)


def test_an_offer_is_compared_with_ones_own_discount():
    W = town({}, offers={"newcomer": {"share": 0.5, "months": 3}})
    person = W.people[0]
    person["tier"] = 1
    give_newcomer_offer(W, 0, NOW)
    (m,) = [who for _, kind, who in _scheduled(W) if kind == SCHEDULE_TELLING]
    tell_story(W, m, NOW)
    assert W.people[1]["trust"] == pytest.approx(0.8 * (1 - 0.3 * 0.5 * 0.15))
    assert W.memories[1, -1]["grievance"] == pytest.approx(0.0225)


def _scheduled(W: World) -> list[tuple[float, int, int]]:
    return requests(W, int(W.run[0]["scheduled"]))


@pytest.mark.parametrize(
    ("state", "ruling"),
    [({"justified": 1}, GRANTED), ({"justified": 0}, REFUSED)],
    ids=["granted", "refused"],
)
def test_a_handled_complaint_is_remembered_and_told_as_it_was(state, ruling):
    W = town({"class": 1}, everyone={"lenient": 0.0})
    W.parameters[0]["talk_chance_bad"] = W.parameters[0]["talk_chance_good"] = 1.0
    W.people[0]["tier"] = 1
    c = in_hand(W, 0, "complaint", voice=ANGRY, complaint_level=1, **state)
    told = requests(W, finish_service(W, c, NOW))
    (m,) = [who for _, kind, who in told if kind == SCHEDULE_TELLING]
    memory, carried = W.memories[0, 3], W.stories[W.tellings[m]["story"]]
    assert (memory["at"], memory["tier"]) == (NOW, 1)
    assert memory["like"] == carried["like"] == like(bool(state["justified"]), ruling)
    assert memory["cell"] == carried["cell"] == len(VOICES) + ANGRY
    assert carried["matter"] == W.run[0]["complaint_kind"] == 3
    given = W.entitlements[COMPLAINT, 1, ANGRY]
    assert (given["rank_class"], given["remedy"]) == (2, 0.25)


def test_what_nobody_is_given_is_compared_by_nobody():
    W = town({"class": 1})
    remembers(W)
    assert hears(W, matter=-1, says_tier=1) == 0.0
