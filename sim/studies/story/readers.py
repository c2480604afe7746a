"""Read what an event did to one person, from the records before and after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sim.model.desk_arrays import kind_names
from sim.model.events.joining_and_leaving import LEAVING_REASONS
from sim.model.policy_tables import PolicyTables
from sim.model.records import (
    ABANDONED,
    BLOCKED,
    CLOSED_ON,
    COMPLAINT,
    CUSTOMER,
    ENQUIRY,
    NOBODY,
    POLITE,
    STATUSES,
    TURNED_AWAY,
    VOICES,
)
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["READERS", "Entry", "Names", "ObservedEvent", "status_changes"]

Facts = dict[str, Any]

_ENDS = {
    ABANDONED: "abandons",
    CLOSED_ON: "closed on",
    BLOCKED: "blocked",
    TURNED_AWAY: "turned away",
}
# By what an event counts in the tally: what the person then does.
_REACTIONS = {
    "polite": "complains politely",
    "angry": "complains in anger",
    "public": "complains in public",
    "retried": "will try again",
    "called_back": "will call back",
    "ombudsman_cases": "goes to the ombudsman",
}


class Entry(NamedTuple):
    """One thing that happened to a person.

    Attributes
    ----------
    at : float
        When, in minutes from the scenario's start.
    event : str
        What: ``need``, ``answered``, ``served``, ``month ends``, ...
    facts : dict
        Details by name: names, numbers, true or false, and pairs of numbers before and after.
    """

    at: float
    event: str
    facts: Facts


class Names(NamedTuple):
    """The names of tiers, pools and kinds of contact, which records hold as numbers."""

    tiers: tuple[str, ...]
    pools: tuple[str, ...]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario, tables: PolicyTables) -> Names:
        """Return the names of a scenario under one policy."""
        tiers = tuple(tables.tier_names[column] for column in tables.tiers["column"])
        return cls(tiers, tuple(tables.desk.pools), kind_names(scenario))

    def state(self, person: Any) -> Facts:
        """Return a person's status, opinions and history with the company."""
        facts: Facts = {"status": STATUSES[person["status"]]}
        if person["status"] == CUSTOMER:
            facts["tier"] = self.tiers[person["tier"]]
            facts |= {name: float(person[of]) for name, of in _OF_CUSTOMER.items()}
        else:
            facts["opinion"] = float(person["opinion"])
        facts |= {name: int(person[name]) for name in ("contacts", "complaints")}
        return facts | {"revenue": float(person["lifetime_revenue"])}


_OF_CUSTOMER = {
    "satisfaction": "satisfaction",
    "expectation": "expectation",
    "trust": "trust",
    "share_of_wallet": "wallet_share",
    "spend": "spend",
}


class ObservedEvent(NamedTuple):
    """An event as seen from outside.

    Attributes
    ----------
    person : int
    world : World
        After it.
    before, after : record of PERSON
    contact : int
        The contact that it was about, or NOBODY.
    counted : dict
        What it added to the month's tally.
    arguments : tuple
        Of the event's function; the time comes last.
    answer : object
        What the function returned.
    """

    person: int
    world: World
    before: Any
    after: Any
    contact: int
    counted: Mapping[str, float]
    arguments: tuple[Any, ...]
    answer: Any

    @property
    def now(self) -> float:
        """When it happened; time starts at 0."""
        return float(self.arguments[-1]) if self.arguments else 0.0

    @property
    def record(self) -> Any:
        """The contact's record."""
        return self.world.contacts[self.contact]

    def entry(self, event: str, **facts: Any) -> Entry:
        """Return an entry of this event."""
        return Entry(self.now, event, facts)

    def change(self, name: str) -> tuple[float, float]:
        """Return a number of the person's before and after."""
        return float(self.before[name]), float(self.after[name])


def status_changes(observed: ObservedEvent, names: Names) -> list[Entry]:
    """Return an entry if the person joined, left or moved to another tier."""
    was, is_now = (int(one["status"]) for one in (observed.before, observed.after))
    if is_now == CUSTOMER != was:
        return [observed.entry("joins", tier=names.tiers[observed.after["tier"]])]
    if was == CUSTOMER != is_now:
        reason = LEAVING_REASONS[observed.after["leaving_reason"]]
        facts = {"reason": reason, "status": STATUSES[is_now]}
        return [observed.entry("leaves", **facts, **_bill(observed))]
    tiers = [names.tiers[one["tier"]] for one in (observed.before, observed.after)]
    if is_now != CUSTOMER or tiers[0] == tiers[1] or not observed.arguments:
        return []
    return [observed.entry("tier", before=tiers[0], after=tiers[1])]


def _bill(observed: ObservedEvent) -> Facts:
    """Return the bill of a person who leaves within a month; at its end everybody gets one."""
    before, after = observed.change("lifetime_revenue")
    return {"billed": after - before} if observed.contact != NOBODY else {}


def _starts(observed: ObservedEvent, names: Names) -> list[Entry]:
    return [observed.entry("begins", **names.state(observed.after))]


def _need(observed: ObservedEvent, names: Names) -> list[Entry]:
    if not observed.counted.get("needs"):
        return []  # the person is no longer a customer
    need = names.kinds[observed.record["kind"]]
    if not observed.counted.get("arrived"):
        return [observed.entry("mended", need=need)]
    met = bool(observed.record["can_be_met"])
    return _reaches(observed, names, observed.entry("need", need=need, can_be_met=met))


def _enquiry(observed: ObservedEvent, names: Names) -> list[Entry]:
    if not observed.counted.get("arrived"):
        return []
    return _reaches(
        observed, names, observed.entry("enquiry", status=STATUSES[observed.before["status"]])
    )


def _comes(observed: ObservedEvent, names: Names) -> list[Entry]:
    """Read a retry, a call-back or a complaint that reaches the desk."""
    contact = observed.record
    if not observed.counted.get("arrived"):
        return []
    if contact["attempt"]:
        need = names.kinds[contact["kind"]]
        again = {"attempt": int(contact["attempt"]) + 1, "unresolved": not contact["retries"]}
        return _reaches(observed, names, observed.entry("again", need=need, **again))
    of = {
        "justified": bool(contact["justified"]),
        "opportune": bool(contact["opportunistic"]),
    }
    voice = VOICES[contact["voice"]]
    return _reaches(observed, names, observed.entry("complaint", voice=voice, **of))


def _reaches(observed: ObservedEvent, names: Names, entry: Entry) -> list[Entry]:
    """Return an arrival with the pool that it reached, and that it was ignored if it was."""
    there = entry._replace(facts=entry.facts | {"pool": names.pools[observed.record["pool"]]})
    if not observed.counted.get("ignored"):
        return [there]
    return [there, observed.entry("ignored", **_experience(observed))]


def _begin(observed: ObservedEvent, names: Names) -> list[Entry]:
    pool = names.pools[observed.world.agents[observed.arguments[1]]["pool"]]
    wait, minutes = float(observed.record["wait"]), float(observed.answer)
    facts: Facts = {"wait_minutes": wait, "handling_minutes": minutes}
    facts["called"] = bool(observed.record["accepts_callback"])
    return [observed.entry("answered", pool=pool, agent=int(observed.arguments[1]), **facts)]


def _hand_on(observed: ObservedEvent, names: Names) -> list[Entry]:
    return [observed.entry("handed on", pool=names.pools[observed.arguments[1]])]


def _hand_over(observed: ObservedEvent, _: Names) -> list[Entry]:
    return [observed.entry("handed over")]


def _finish(observed: ObservedEvent, _: Names) -> list[Entry]:
    if not observed.counted.get("encounters"):
        return [observed.entry("too late")]
    if observed.record["phase"] == COMPLAINT:
        return [observed.entry("heard", **_decision(observed), **_experience(observed))]
    return [observed.entry("served", outcome=_outcome(observed.record), **_experience(observed))]


def _outcome(contact: Any) -> str:
    if contact["phase"] == ENQUIRY:
        return "advised"
    if not contact["can_be_met"]:
        return "refused"
    return "resolved" if contact["resolved"] else "unresolved"


def _decision(observed: ObservedEvent) -> Facts:
    """Return how a complaint was decided, and what the person learned from it."""
    voice = int(observed.record["voice"])
    records = (observed.before, observed.after)
    learned = tuple(float(record["voice_value"][voice - POLITE]) for record in records)
    return {
        "voice": VOICES[voice],
        "granted": "granted" in observed.counted,
        "overruled": "overrulings" in observed.counted,
        "remedy": observed.counted.get("remedies", 0.0),
        "value_of_voice": learned,
    }


def _gives_up(observed: ObservedEvent, _: Names) -> list[Entry]:
    waited = float(observed.record["wait"])
    if not observed.counted.get("encounters"):
        return [observed.entry("too late")]
    event = "balks" if observed.record["balked"] else _ENDS[observed.arguments[1]]
    return [observed.entry(event, wait_minutes=waited, **_experience(observed))]


def _experience(observed: ObservedEvent) -> Facts:
    """Return what the person does about a contact, and how the need felt if this was its end."""
    contact = observed.record
    does = [text for name, text in _REACTIONS.items() if name in observed.counted]
    if not contact["judged"]:
        return {"perceived": None, "does": does, "story": None}
    p, d = float(contact["perceived"]), float(contact["disconfirmation"])
    mind = "satisfaction" if observed.before["status"] == CUSTOMER else "opinion"
    stories = [sort for sort in ("good", "bad") if f"stories_{sort}" in observed.counted]
    return {
        "perceived": p,
        "expected": p - d,
        "disconfirmation": d,
        mind: observed.change(mind),
        "does": does,
        "story": stories[0] if stories else None,
    }


def _withdrawn(observed: ObservedEvent, _: Names) -> list[Entry]:
    return [observed.entry("withdrawn", wait_minutes=float(observed.record["wait"]))]


def _story(observed: ObservedEvent, _: Names) -> list[Entry]:
    """Read a story that the person told, or heard."""
    telling = observed.world.tellings[observed.arguments[0]]
    facts: Facts = {"strength": float(telling["strength"]), "public": bool(telling["public"])}
    if telling["teller"] == observed.person:
        reached = sum(observed.counted.get(f"reached_{sort}", 0.0) for sort in ("good", "bad"))
        return [
            observed.entry("tells", reached=int(reached), own=bool(telling["hop"] == 0), **facts)
        ]
    origin = int(observed.world.stories[telling["story"]]["origin"])
    changed = {
        "shift_of_next_decision": observed.change(
            "heard_good" if facts["strength"] > 0.0 else "heard_bad"
        )
    }
    if observed.before["status"] == CUSTOMER:
        changed["trust"] = observed.change("trust")
    return [
        observed.entry("hears", teller=int(telling["teller"]), origin=origin, **facts, **changed)
    ]


def _month(observed: ObservedEvent, _: Names) -> list[Entry]:
    if observed.before["status"] != CUSTOMER:
        return []
    before, after = observed.change("lifetime_revenue")
    minds = {"satisfaction": "satisfaction", "trust": "trust"}
    if observed.after["status"] == CUSTOMER:
        minds["share_of_wallet"] = "wallet_share"
    changed = {name: observed.change(of) for name, of in minds.items()}
    return [observed.entry("month ends", billed=after - before, **changed)]


READERS: Mapping[str, Callable[[ObservedEvent, Names], list[Entry]]] = {
    "start_run": _starts,
    "need_arises": _need,
    "enquiry_arises": _enquiry,
    "contact_arrives": _comes,
    "begin_service": _begin,
    "hand_on": _hand_on,
    "hand_over": _hand_over,
    "finish_service": _finish,
    "leave_unserved": _gives_up,
    "withdraw_contact": _withdrawn,
    "tell_story": _story,
    "month_end": _month,
}
"""How to read each event, by its function's name."""
