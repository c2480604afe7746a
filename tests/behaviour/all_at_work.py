"""A small world in which every parameter of the model is at work, and how each is moved there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.reading.late_checks import value_at
from sim.scenario.schema.distributions import Distribution, PatienceLaw
from sim.scenario.schema.fields import Word
from sim.scenario.schema.opening_hours import Opening
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.walk import ANY, Key, bare_type, element_type, keys_under, walk

__all__ = ["WITHOUT_NUMBERS", "WORLD", "beside", "moves", "parameters", "path_of", "switches"]

_GIVEN = {
    "class": 2,
    "head_start_minutes": 1.0,
    "pace": 1.0,
    "effort": 1.1,
    "courtesy": 0.9,
    "wait_promise_minutes": 30.0,
    "ignore": False,
}
_UNASKED = {
    "proactive_after_minutes": 10.0,
    "proactive_after_failure": True,
    "proactive_remedy": 0.2,
    "proactive_amount": 2.0,
}
_REPAID = {"remedy": 0.5, "remedy_amount": 5.0, "lenient": 0.4, "explain": True}

WORLD: dict[str, Any] = {
    "name": "All at work",
    "months": 6,
    "seed": 3,
    "people": {
        "count": 400,
        "customers": 200,
        "contacts_per_month": {"mean": 4.0},
        "patience_minutes": {"mean": 25.0, "attempt_law": "weibull", "attempt_cv": 0.8},
        "demanding_share": {"mean": 0.2},
        "loudness": {"mean": 0.5},
        "temper": {"mean": 1.0},
        "honesty": {"mean": 3.0},
        "audience": {"median": 300.0},
        "correlations": {"spend~audience": 0.3},
        "favourite_share": 0.2,
    },
    "network": {"kind": "small_world", "mean_degree": 6},
    "needs": [
        {"name": "question", "share": 0.5, "minutes": {"mean": 16, "cv": 0.8}, "resolved": 0.8},
        {
            "name": "fault",
            "share": 0.5,
            "minutes": {"mean": 20, "cv": 0.8},
            "resolved": 0.6,
            "product_fault": True,
            "is_return": True,
            "cost": 3.0,
            "patience_minutes": {"mean": 30.0, "cv": 0.8},
            "tolerable_wait_minutes": 20.0,
        },
    ],
    "desk": {
        "opening": {"mon-fri": "10:00-16:00"},
        "day_cv": 0.2,
        "pools": {
            "front": {
                "agents": 3,
                "serves": ["question", "fault", "enquiry"],
                "helps": ["back"],
                "overflow": "back",
                "overflow_minutes": 10.0,
                "hands_on_to": {
                    "pool": "spare",
                    "share": 0.2,
                    "needs": ["question", "fault"],
                    "minutes": {"mean": 10.0, "cv": 0.8},
                },
                "queue_limit": 6,
                "patience_minutes": {"mean": 20.0, "cv": 1.2},
                "tolerable_wait_minutes": 12.0,
                "announce": {"handling_minutes": 18.0},
                "callback_offer": {"when": "announced", "minutes": 15.0},
                "skills": {"fault": 0.9},
                "speed_cv": 0.2,
                "quality_sd": 0.3,
                "shrinkage": 0.1,
                "shrinkage_paid": True,
                "breaks": {"share": 0.1, "minutes": 15.0},
                "hand_over_minutes": 4.0,
            },
            "back": {"agents": 1, "helps": ["front"], "opening": {"mon-fri": "10:00-15:00"}},
            "spare": {"agents": 1, "serves": []},
        },
    },
    "behaviour": {
        "waiting": {"balk": 0.7, "overdue_spike": 0.1},
        "talk": {"chance_bad": 0.4, "chance_good": 0.4, "retell": 0.05},
        "fairness": {"leak_per_year": 4.0, "demotion": 0.3},
        "churn": {"complained": 0.3, "lock_in": 0.1},
        "adoption": {"spontaneous": 0.5, "never_asks_share": 0.3},
        "voice": {
            "polite": {"base": -2.0},
            "angry": {"base": -5.4},
            "public": {"base": -6.2},
            "persistence": 1.0,
            "ombudsman": {"share": 0.5, "upheld": 0.5},
        },
    },
    "market": {"rival": {"share": 0.4, "better_fit_share": 0.2}},
    "staff": {"quit": {"base_per_month": 0.05}, "morale": {"delight": 0.1}},
    "policies": {
        "equal": {},
        "curt": {"everyone": {"courtesy": 0.3}},
        "mine": {
            "score": {"spend": 1.0, "favourite": 0.5, "contacts": -0.5, "returns": -0.5},
            "review_months": 2,
            "secrecy": "secret",
            "overrule": True,
            "everyone": {**_GIVEN, **_REPAID, **_UNASKED, "privilege": 0.1, "price": 1.1},
            "tiers": [
                {"name": "top", "top_share": 0.3, "remedy": 0.8, "privilege": 0.5, "price": 0.9},
                {"name": "rest"},
            ],
            "enquiries": _GIVEN,
            "voices": {"polite": {**_GIVEN, **_REPAID}},
            "pools": {"manager": {"agents": 1, "overflow_minutes": 6.0}},
            "dismiss": {"strikes": 4, "cost_ratio": 2.0, "months": 2},
            "offers": {
                "newcomer": {"share": 0.3, "months": 2.0},
                "loyalty": {"share": 0.1, "after_months": 40.0},
                "goodwill_months": 0.3,
                "goodwill_amount": 3.0,
                "win_back": {"share": 0.5, "weeks": 2.0},
            },
            "abuse": {"postpone_minutes": 100.0, "warning_minutes": 2.0},
            "window_months": 6.0,
            "escalate": {"below": 0.5, "pool": "manager"},
            "mend": {"share": 0.1, "cost_per_month": 100.0},
        },
    },
}
"""Everything that the schema has is on, and most of it often."""

OFFICE = {"mon-fri": "09:00-13:00"}

# What stands for `<name>`, by the path up to it.
_INSTANCES = {
    "needs": "fault",
    "changes": "0",
    "desk.pools": "front",
    "desk.pools.front.shifts": "0",
    "policies": "mine",
    "policies.mine.tiers": "top",
    "policies.mine.voices": "polite",
    "policies.mine.pools": "manager",
}

# By the beginning of a path: what must be so beside it for the key to be at work.
_BESIDE: dict[str, dict[str, Any]] = {
    "changes": {
        "changes": [
            {"month": 3, "months": 2, "set": {"people.spend.factor": 1.5}, "why": "A fair."}
        ]
    },
    "history_policy": {"history_months": 2},
    # Without the offer, nobody is won back with it.
    "policies.mine.offers.newcomer": {"policies.mine.offers.win_back": "none"},
    "network.blocks": {"network.kind": "blocks", "network.mean_degree": 4},
    "network.mixing": {"network.kind": "blocks"},
    "network.degree_cv": {"network.kind": "blocks"},
    "desk.pools.front.shifts": {
        "desk.pools.front": {
            "shifts": [{"agents": 2, "hours": OFFICE}],
            "serves": ["question", "fault", "enquiry"],
        }
    },
    "policies.mine.tiers.top.min_score": {
        "policies.mine.tiers": [{"name": "top", "min_score": 1.1, "class": 1}, {"name": "rest"}]
    },
    "policies.mine.trial": {"policies.mine.trial": {"control": "equal", "withheld_share": 0.5}},
    "policies.mine.trial.fold": {
        "policies.mine.trial": {"control": "equal", "fold": 0, "folds": 4}
    },
    "policies.mine.trial.months": {"policies.mine.trial": {"control": "equal", "months": 2}},
    "staff.morale.load": {"staff.morale.knee": 0.1},
    "desk.pools.front.announce": {"desk.pools.front.callback_offer.when": "elapsed"},
    "desk.pools.front.announce.estimate": {"desk.pools.front.announce": {"estimate": "last"}},
    "behaviour.fairness.published": {"policies.mine.secrecy": "published"},
    "behaviour.fairness.between_tiers": {"policies.mine.secrecy": "published"},
    "behaviour.fairness.demotion": {"policies.mine.secrecy": "published"},
    "behaviour.fairness.tells_tier": {"policies.mine.secrecy": "none"},
    "behaviour.fairness.weights.queue": {"policies.mine.tiers.top.class": 1},
    "behaviour.fairness.weights.pool": {"policies.mine.tiers.top.pool": "spare"},
    "behaviour.fairness.weights.remedy": {"policies.mine.secrecy": "published"},
    "behaviour.fairness.weights.manner": {"policies.mine.tiers.top.courtesy": 0.99},
}

# By path: what a key is moved to, whole, where no range says it.
_TO: dict[str, Any] = {
    "changes.0.set": {"people.spend.factor": 2.0},
    "history_policy": "mine",
    "desk.opening": OFFICE,
    "desk.pools.front.opening": OFFICE,
    "desk.pools.front.shifts.0.hours": {"mon-fri": "09:00-16:00"},
    "desk.pools.front.serves": ["question", "fault"],
    "desk.pools.front.helps": [],
    "desk.pools.front.overflow": "spare",
    "desk.pools.front.hands_on_to.pool": "back",
    "desk.pools.front.hands_on_to.needs": ["fault"],
    "desk.pools.front.skills": {"fault": 1.2},
    "people.correlations": {"spend~audience": 0.9},
    "policies.mine.score": {"contacts": 1.0},
    "policies.mine.escalate.pool": "back",
    "policies.mine.without": ["talk"],
    "policies.mine.trial.control": "curt",
    "desk.pools.front.announce.estimate": "queue",
    "switch_month": 3,
}

# By the last step of a path: the same for entitlements and laws that are not given there.
_NEW: dict[str, Any] = {
    "class": 0,
    "pool": "spare",
    "explain": False,
    "ignore": True,
    "proactive_after_failure": False,
}

# By path: what must move with it.
_WITH: dict[str, tuple[str, float]] = {
    "needs.fault.share": ("needs.question.share", 1.0),
    "behaviour.perception.weights.wait": ("behaviour.perception.weights.outcome", 0.75),
    "behaviour.perception.weights.outcome": ("behaviour.perception.weights.courtesy", 0.75),
    "behaviour.perception.weights.courtesy": ("behaviour.perception.weights.outcome", 0.75),
}

# Keys, or sections, that have no say in what happens, and why.
WITHOUT_NUMBERS = {
    "name": "names the scenario",
    "describe": "tells people about it",
    "replications": "how often a run is repeated, not what happens in one",
    "hypotheses": "what is asked of runs",
    "changes.0.why": "tells people why",
    "sweep": "which scenarios to run",
    "best": "what to look for in them",
    "worth": "what is too little to care about",
    "beliefs": "how sure one is of the rest",
    "known": "what has been measured",
    "needs.fault.name": "names a kind",
    "desk.answer_within_seconds": "which answers are counted, not when they come",
    "policies.mine.describe": "tells people about it",
    "policies.mine.tiers.top.name": "names a tier",
    "people.hour_worth": "what measures of fairness say of waits, not how long they are",
    # These need a file or a module, which tests of their own give them.
    "people.file": "names a file",
    "people.columns": "name columns of a file",
    "people.blanks": "what stands for a file's blanks",
    "people.dates": "how a file's dates are read",
    "people.as_of": "when a file was written",
    "people.decimal": "how a file's numbers are read",
    "network.file": "names a file",
    "policies.mine.python": "names a class",
}


def path_of(key: Key) -> str:
    """Return a key's path in the world, with names for `<name>`."""
    path = ""
    for step in key.path.split("."):
        step = _INSTANCES.get(path, ANY) if step == ANY else step
        path = f"{path}.{step}" if path else step
    return path


def parameters() -> Iterator[tuple[str, FieldInfo]]:
    """Yield the path in the world, and the declaration, of every key that may change numbers."""
    for key in walk():
        if key.path.split(".")[0] in WITHOUT_NUMBERS:
            continue
        path, kind = path_of(key), bare_type(key.field.annotation)[0]
        if kind in (Distribution, PatienceLaw):
            yield from ((f"{path}.{name}", one) for name, one in keys_under(kind).items())
        elif path not in WITHOUT_NUMBERS and (kind is Opening or not _holds_keys(kind)):
            yield path, key.field


def switches() -> Iterator[tuple[str, str]]:
    """Yield the path of every section that a word switches off, and the word."""
    yield "behaviour", "none"
    for key in walk():
        for one in (*key.field.metadata, *bare_type(key.field.annotation)[1]):
            if isinstance(one, Word):
                yield path_of(key), one.word


def _holds_keys(kind: Any) -> bool:
    return bool(keys_under(kind) or keys_under(element_type(kind)))


def beside(path: str) -> dict[str, Any]:
    """Return what must be so beside a key for it to be at work, by path."""
    found = {}
    for beginning, values in _BESIDE.items():
        found |= values if path.startswith(beginning) else {}
    return found


def moves(path: str, field: FieldInfo, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Yield values to try, by path: of this key, and of what must move with it.

    Not all need be sound.
    """
    here, law = value_at(scenario, path), path.removesuffix(".values")
    if law != path:
        yield {law: {"law": "empirical", "values": [4, 16]}}
        return
    for value in _values(path, bare_type(field.annotation)[0], here):
        if path in _WITH:
            other, total = _WITH[path]
            yield {path: value, other: total - value}
        elif value != here:
            yield {path: value}


def _values(path: str, kind: Any, here: Any) -> Iterator[Any]:
    if path in _TO:
        yield _TO[path]
    elif here is None and path.rpartition(".")[2] in _NEW:
        yield _NEW[path.rpartition(".")[2]]
    elif get_origin(kind) is Literal:
        yield from get_args(kind)
    elif kind is bool:
        yield not here
    else:
        numbers = (2 * (here or 0.5), (here or 0) / 2, (here or 0) + 1, (here or 0) - 1, 0.0)
        yield from (kind(one) for one in numbers)
