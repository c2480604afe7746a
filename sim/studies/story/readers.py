"""What a moment of truth did to one person, read off the records before and after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sim.model.desk_arrays import kind_names
from sim.model.events.joining_and_leaving import LEAVING_REASONS
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
    PolicyTables,
)
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["READERS", "Entry", "Names", "Seen", "turning_points"]

Facts = dict[str, Any]

_ENDS = {
    ABANDONED: "abandons",
    CLOSED_ON: "closed on",
    BLOCKED: "blocked",
    TURNED_AWAY: "turned away",
}
# What a moment counts, and what the person then does.
_REACTIONS = {
    "polite": "complains politely",
    "angry": "complains in anger",
    "public": "complains in public",
    "retried": "will try again",
    "called_back": "will call back",
    "ombudsman_cases": "goes to the ombudsman",
}


class Entry(NamedTuple):
    """One thing that happened.

    Attributes
    ----------
    at : float
        When, in minutes from the scenario's start.
    event : str
        What: ``need``, ``answered``, ``served``, ``month ends``, ...
    facts : dict
        What is to be said of it: names, numbers, truths, and pairs of numbers before and after.
    """

    at: float
    event: str
    facts: Facts


class Names(NamedTuple):
    """The names of what records know by number."""

    tiers: tuple[str, ...]
    pools: tuple[str, ...]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario, tables: PolicyTables) -> Names:
        """Return the names of a scenario under one policy."""
        tiers = tuple(tables.tier_names[column] for column in tables.tiers["column"])
        return cls(tiers, tuple(tables.desk.pools), kind_names(scenario))

    def state(self, person: Any) -> Facts:
        """Return how a person stands to the company, and what they have been through."""
        told: Facts = {"status": STATUSES[person["status"]]}
        if person["status"] == CUSTOMER:
            told["tier"] = self.tiers[person["tier"]]
            told |= {name: float(person[of]) for name, of in _OF_CUSTOMER.items()}
        else:
            told["opinion"] = float(person["opinion"])
        told |= {name: int(person[name]) for name in ("contacts", "complaints")}
        return told | {"revenue": float(person["lifetime_revenue"])}


_OF_CUSTOMER = {
    "satisfaction": "satisfaction",
    "expectation": "expectation",
    "trust": "trust",
    "share_of_wallet": "wallet_share",
    "spend": "spend",
}


class Seen(NamedTuple):
    """A moment as it looks from outside.

    Attributes
    ----------
    person : int
    world : World
        After it.
    before, after : record of PERSON
    contact : int
        What it was about, or NOBODY.
    counted : dict
        What it added to the month's tally.
    about : tuple
        Its arguments; the time comes last.
    answer : object
    """

    person: int
    world: World
    before: Any
    after: Any
    contact: int
    counted: Mapping[str, float]
    about: tuple[Any, ...]
    answer: Any

    @property
    def now(self) -> float:
        """When it happened; time starts at 0."""
        return float(self.about[-1]) if self.about else 0.0

    @property
    def record(self) -> Any:
        """The contact's record."""
        return self.world.contacts[self.contact]

    def entry(self, event: str, **facts: Any) -> Entry:
        """Return what is to be noted of it."""
        return Entry(self.now, event, facts)

    def change(self, name: str) -> tuple[float, float]:
        """Return a number of the person's before and after."""
        return float(self.before[name]), float(self.after[name])


def turning_points(seen: Seen, names: Names) -> list[Entry]:
    """Return that the person joined, left or came into another tier, if they did."""
    was, is_now = (int(one["status"]) for one in (seen.before, seen.after))
    if is_now == CUSTOMER != was:
        return [seen.entry("joins", tier=names.tiers[seen.after["tier"]])]
    if was == CUSTOMER != is_now:
        facts = {
            "reason": LEAVING_REASONS[seen.after["leaving_reason"]],
            "status": STATUSES[is_now],
        }
        return [seen.entry("leaves", **facts, **_bill(seen))]
    tiers = [names.tiers[one["tier"]] for one in (seen.before, seen.after)]
    if is_now != CUSTOMER or tiers[0] == tiers[1] or not seen.about:
        return []
    return [seen.entry("tier", before=tiers[0], after=tiers[1])]


def _bill(seen: Seen) -> Facts:
    """Return the bill of somebody who leaves within a month; at its end everybody has one."""
    before, after = seen.change("lifetime_revenue")
    return {"billed": after - before} if seen.contact != NOBODY else {}


def _starts(seen: Seen, names: Names) -> list[Entry]:
    return [seen.entry("begins", **names.state(seen.after))]


def _need(seen: Seen, names: Names) -> list[Entry]:
    if not seen.counted.get("needs"):
        return []  # of somebody who is no customer any more
    need = names.kinds[seen.record["kind"]]
    if not seen.counted.get("arrived"):
        return [seen.entry("mended", need=need)]
    met = bool(seen.record["can_be_met"])
    return _reaches(seen, names, seen.entry("need", need=need, can_be_met=met))


def _enquiry(seen: Seen, names: Names) -> list[Entry]:
    if not seen.counted.get("arrived"):
        return []
    return _reaches(seen, names, seen.entry("enquiry", status=STATUSES[seen.before["status"]]))


def _comes(seen: Seen, names: Names) -> list[Entry]:
    """Read a retry, a call-back or a complaint that reaches the desk."""
    contact = seen.record
    if not seen.counted.get("arrived"):
        return []
    if contact["attempt"]:
        need = names.kinds[contact["kind"]]
        again = {"attempt": int(contact["attempt"]) + 1, "unresolved": not contact["retries"]}
        return _reaches(seen, names, seen.entry("again", need=need, **again))
    of = {name: bool(contact[name]) for name in ("justified", "opportune")}
    voice = VOICES[contact["voice"]]
    return _reaches(seen, names, seen.entry("complaint", voice=voice, **of))


def _reaches(seen: Seen, names: Names, entry: Entry) -> list[Entry]:
    """Return an arrival with the pool that it reached, and that it was ignored if it was."""
    there = entry._replace(facts=entry.facts | {"pool": names.pools[seen.record["pool"]]})
    if not seen.counted.get("ignored"):
        return [there]
    return [there, seen.entry("ignored", **_truth(seen))]


def _begin(seen: Seen, names: Names) -> list[Entry]:
    pool = names.pools[seen.world.agents[seen.about[1]]["pool"]]
    wait, minutes = float(seen.record["wait"]), float(seen.answer)
    facts = {"wait_minutes": wait, "handling_minutes": minutes}
    return [seen.entry("answered", pool=pool, agent=int(seen.about[1]), **facts)]


def _finish(seen: Seen, _: Names) -> list[Entry]:
    if not seen.counted.get("moments"):
        return [seen.entry("too late")]
    if seen.record["phase"] == COMPLAINT:
        return [seen.entry("heard", **_ruling(seen), **_truth(seen))]
    return [seen.entry("served", outcome=_outcome(seen.record), **_truth(seen))]


def _outcome(contact: Any) -> str:
    if contact["phase"] == ENQUIRY:
        return "advised"
    if not contact["can_be_met"]:
        return "refused"
    return "resolved" if contact["outcome"] >= 1.0 else "unresolved"


def _ruling(seen: Seen) -> Facts:
    """Return how a complaint was decided, and what it taught the person."""
    voice = int(seen.record["voice"])
    learned = tuple(float(one["voice_value"][voice - POLITE]) for one in (seen.before, seen.after))
    return {
        "voice": VOICES[voice],
        "granted": bool(seen.record["outcome"] >= 1.0),
        "overruled": "overrulings" in seen.counted,
        "remedy": float(seen.after["remedies_month"] - seen.before["remedies_month"]),
        "value_of_voice": learned,
    }


def _gives_up(seen: Seen, _: Names) -> list[Entry]:
    waited = float(seen.record["wait"])
    if not seen.counted.get("moments"):
        return [seen.entry("too late")]
    return [seen.entry(_ENDS[seen.about[1]], wait_minutes=waited, **_truth(seen))]


def _truth(seen: Seen) -> Facts:
    """Return what a moment of truth was like, and what the person does about it."""
    contact = seen.record
    p, d = float(contact["perceived"]), float(contact["disconfirmation"])
    minds = (
        {"satisfaction": "satisfaction"}
        if seen.before["status"] == CUSTOMER
        else {"opinion": "opinion"}
    )
    told = [sort for sort in ("good", "bad") if f"stories_{sort}" in seen.counted]
    return {
        "perceived": p,
        "expected": p - d,
        "disconfirmation": d,
        **{name: seen.change(of) for name, of in minds.items()},
        "does": [text for name, text in _REACTIONS.items() if name in seen.counted],
        "story": told[0] if told else None,
    }


def _withdrawn(seen: Seen, _: Names) -> list[Entry]:
    return [seen.entry("withdrawn", wait_minutes=float(seen.record["wait"]))]


def _story(seen: Seen, _: Names) -> list[Entry]:
    """Read a story that the person told, or heard."""
    telling = seen.world.tellings[seen.about[0]]
    facts = {"strength": float(telling["strength"]), "public": bool(telling["public"])}
    if telling["teller"] == seen.person:
        reached = sum(seen.counted.get(f"reached_{sort}", 0.0) for sort in ("good", "bad"))
        return [seen.entry("tells", reached=int(reached), own=telling["hop"] == 0, **facts)]
    origin = int(seen.world.stories[telling["story"]]["origin"])
    minds = {"satisfaction": "satisfaction", "trust": "trust"}
    if seen.before["status"] != CUSTOMER:
        minds = {"opinion": "opinion"}
    changed = {name: seen.change(of) for name, of in minds.items()}
    return [seen.entry("hears", teller=int(telling["teller"]), origin=origin, **facts, **changed)]


def _month(seen: Seen, _: Names) -> list[Entry]:
    if seen.before["status"] != CUSTOMER:
        return []
    before, after = seen.change("lifetime_revenue")
    minds = {"satisfaction": "satisfaction", "trust": "trust"}
    if seen.after["status"] == CUSTOMER:
        minds["share_of_wallet"] = "wallet_share"
    changed = {name: seen.change(of) for name, of in minds.items()}
    return [seen.entry("month ends", billed=after - before, **changed)]


READERS: Mapping[str, Callable[[Seen, Names], list[Entry]]] = {
    "start_run": _starts,
    "need_arises": _need,
    "enquiry_arises": _enquiry,
    "contact_arrives": _comes,
    "begin_service": _begin,
    "finish_service": _finish,
    "leave_unserved": _gives_up,
    "withdraw_contact": _withdrawn,
    "tell_story": _story,
    "month_end": _month,
}
"""How to read each moment, by its function's name."""
