"""One sentence for each thing that happens in a person's life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.studies.story.readers import Entry

__all__ = ["sentence"]

Facts = Mapping[str, Any]

_VOICE = {"polite": "politely", "angry": "in anger", "public": "in public"}
_OUTCOME = {
    "resolved": "Resolved",
    "unresolved": "Not resolved",
    "refused": "Refused: it cannot be met",
    "advised": "Advised",
}
_MINDS = (
    "satisfaction",
    "expectation",
    "trust",
    "share_of_wallet",
    "opinion",
    "shift_of_next_decision",
)


def sentence(entry: Entry) -> str:
    """Return a line that says what happened."""
    return _SENTENCES[entry.event](entry.facts)


def _state(facts: Facts) -> str:
    minds = [f"{_plain(name)} {facts[name]:.2f}" for name in _MINDS if name in facts]
    spend = [f"spends {facts['spend']:,.2f} per month"] if "spend" in facts else []
    return ", ".join([*minds, *spend])


def _begins(facts: Facts) -> str:
    return f"Begins as {_standing(facts)}"


def _ends(facts: Facts) -> str:
    been = f"contacts {facts['contacts']}, complaints {facts['complaints']}"
    return f"Ends as {_standing(facts)}; {been}, revenue {facts['revenue']:,.2f} in all"


def _standing(facts: Facts) -> str:
    tier = f" in tier {facts['tier']}" if "tier" in facts else ""
    return f"a {_noun(facts['status'])}{tier}: {_state(facts)}"


def _noun(status: str) -> str:
    """Return what somebody of this status is: a lapsed customer, a rival's customer."""
    return status if status in ("prospect", "customer") else f"{status} customer"


def _need(facts: Facts) -> str:
    hopeless = "" if facts["can_be_met"] else ", which cannot be met"
    return f"Needs help: {facts['need']}{hopeless}; contacts {facts['pool']}"


def _again(facts: Facts) -> str:
    how = "Calls back, not resolved" if facts["unresolved"] else "Tries again"
    return f"{how} ({facts['need']}, attempt {facts['attempt']}): {facts['pool']}"


def _complaint(facts: Facts) -> str:
    cause = "justified" if facts["justified"] else "not justified"
    cause = "without cause" if facts["opportune"] else cause
    return f"Complains {_VOICE[facts['voice']]}, {cause}: {facts['pool']}"


def _answered(facts: Facts) -> str:
    wait = facts["wait_minutes"]
    after = f"after {wait:.1f} min" if wait else "at once"
    how = "Called back" if facts["called"] else "Answered"
    return f"{how} {after} by agent {facts['agent']}, for {facts['handling_minutes']:.1f} min"


def _served(facts: Facts) -> str:
    return f"{_OUTCOME[facts['outcome']]}{_experience(facts)}"


def _heard(facts: Facts) -> str:
    if not facts["granted"]:
        return f"Complaint refused{_experience(facts)}"
    overruled = ", overruling the agent" if facts["overruled"] else ""
    return f"Complaint granted, {facts['remedy']:,.2f} paid{overruled}{_experience(facts)}"


def _left_alone(how: str) -> Callable[[Facts], str]:
    """Return the sentence of a contact that no agent answered."""
    return lambda facts: f"{how}{_experience(facts)}"


def _gave_up(how: str) -> Callable[[Facts], str]:
    return lambda facts: f"{how} after {facts['wait_minutes']:.1f} min{_experience(facts)}"


def _experience(facts: Facts) -> str:
    """Say how a contact felt, what it changed in the person, and what the person does."""
    felt = ""
    if facts["perceived"] is not None:
        felt = f": felt {facts['perceived']:.2f}, expected {facts['expected']:.2f}"
    does = [*facts["does"], *(["will tell others"] if facts["story"] else [])]
    return felt + _changed(facts) + "".join(f"; {one}" for one in does)


def _changed(facts: Facts) -> str:
    changes = [f"; {_plain(name)} {_pair(*facts[name])}" for name in _MINDS if name in facts]
    return "".join(changes)


def _pair(before: float, after: float) -> str:
    texts = f"{before:.2f}", f"{after:.2f}"
    return texts[0] if texts[0] == texts[1] else " to ".join(texts)


def _withdrawn(facts: Facts) -> str:
    return f"Leaves the queue after {facts['wait_minutes']:.1f} min, no longer a customer"


def _tells(facts: Facts) -> str:
    where = "Posts" if facts["public"] else "Tells"
    whose = "their own" if facts["own"] else "somebody else's"
    return f"{where} {whose} {_sort(facts)} story, heard by {facts['reached']}"


def _hears(facts: Facts) -> str:
    where = "Reads" if facts["public"] else "Hears"
    source = f"person {facts['teller']}"
    if facts["origin"] != facts["teller"]:
        source += f", about {facts['origin']}"
    return f"{where} a {_sort(facts)} story from {source}{_changed(facts)}"


def _sort(facts: Facts) -> str:
    return f"{'good' if facts['strength'] > 0 else 'bad'} ({abs(facts['strength']):.2f})"


def _month_ends(facts: Facts) -> str:
    return f"Month ends: billed {facts['billed']:,.2f}{_changed(facts)}"


def _leaves(facts: Facts) -> str:
    bill = f"; billed {facts['billed']:,.2f}" if "billed" in facts else ""
    there = ", to the rival" if facts.get("status") == "rival's" else ""
    return f"LEAVES{there}: {facts['reason']}{bill}"


def _plain(name: str) -> str:
    return name.replace("_", " ")


_SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "begins": _begins,
    "need": _need,
    "mended": lambda facts: f"Does not need help: {facts['need']} has been fixed",
    "enquiry": lambda facts: f"Enquires, as a {_noun(facts['status'])}: {facts['pool']}",
    "again": _again,
    "complaint": _complaint,
    "answered": _answered,
    "handed on": lambda facts: f"Handed on to {facts['pool']}",
    "handed over": lambda _: "Handed over to a colleague at the end of a shift",
    "served": _served,
    "heard": _heard,
    "abandons": _gave_up("Hangs up"),
    "balks": _left_alone("Hears how long the wait will be, and hangs up"),
    "closed on": _gave_up("The desk closes"),
    "blocked": _left_alone("Finds the queue full"),
    "turned away": _left_alone("Finds the desk closed"),
    "ignored": _left_alone("Is ignored"),
    "too late": lambda _: "The contact ends, but is outdated and has no effect",
    "withdrawn": _withdrawn,
    "tells": _tells,
    "hears": _hears,
    "month ends": _month_ends,
    "joins": lambda facts: f"JOINS, in tier {facts['tier']}",
    "leaves": _leaves,
    "tier": lambda facts: f"Moved from tier {facts['before']} to {facts['after']}",
    "ends": _ends,
}
