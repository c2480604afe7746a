"""One vocabulary of small valid scenarios, for every property that is held to hold for all.

Everything is built as plain mappings, as a file would say it, and read by `from_mapping`; so what
these draw is by construction what a person could have written.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.scenario.mechanisms import GROUPS, MECHANISMS
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.observables import OBSERVABLES
from sim.scenario.schema.opening_hours import Opening
from sim.scenario.schema.scenario import Scenario

__all__ = ["behaviours", "desks", "mappings", "policies", "scenarios"]

Mapping = dict[str, Any]

KINDS = ("question", "fault", "mail")
LAWS = ("number", "exponential", "lognormal", "gamma", "weibull", "values")
POOLS = ("front", "back", "boss")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw numbers of a few digits, which people write and which shrink to something readable."""
    steps = 100
    return st.integers(0, steps).map(lambda step: low + (high - low) * step / steps)


shares = numbers(0.0, 1.0)


def section(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Mapping]:
    """Draw a section with some of its keys; the rest keep their defaults."""
    return st.fixed_dictionaries({}, optional=keys)


def switchable(drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.just("none") | drawn


# Laws and people.

# A beta law has no larger spread than its mean has room for.
_shares_of_people = st.fixed_dictionaries({"mean": shares, "cv": numbers(0.0, 0.1)})


@st.composite
def laws(draw: st.DrawFn, low: float = 1.0, high: float = 501.0) -> Any:
    """Draw a law of minutes."""
    mean = draw(numbers(low, high))
    law = draw(
        st.sampled_from(["number", "exponential", "lognormal", "gamma", "weibull", "values"])
    )
    if law == "number":
        return mean
    if law == "exponential":
        return {"law": law, "mean": mean}
    if law == "values":
        return {"law": "empirical", "values": draw(st.lists(numbers(low, high), min_size=2))}
    return {"law": law, "mean": mean, "cv": draw(numbers(0.0, 2.0))}


@st.composite
def attempts(draw: st.DrawFn) -> Mapping:
    """Draw patience whose attempts follow another law than the exponential."""
    law = draw(st.sampled_from(["constant", "weibull", "lognormal", "gamma"]))
    spread = {} if law == "constant" else {"attempt_cv": draw(numbers(0.1, 2.1))}
    return {"mean": draw(numbers(0.0, 2000.0)), "attempt_law": law, **spread}


# How long people wait, and put up with waiting, with a need or at a pool.
_WAITS: dict[str, st.SearchStrategy[Any]] = {
    "patience_minutes": laws(0.5, 500.5) | st.just("unlimited"),
    "tolerable_wait_minutes": numbers(1.0, 100.0),
}


@st.composite
def people(draw: st.DrawFn) -> Mapping:
    count = draw(st.integers(0, 60))
    patience = draw(section(mean=numbers(0.0, 2000.0), cv=numbers(0.0, 2.0)) | attempts())
    told = draw(
        section(
            spend=section(
                mean=numbers(0.0, 100.0),
                top20_share=numbers(0.2, 0.9),
                noise_cv=numbers(0.0, 1.0),
                law=st.sampled_from(["lognormal", "pareto"]),
            ),
            difficulty=section(cv=numbers(0.0, 1.0)),
            patience_minutes=st.just(patience) | st.just("unlimited"),
            demanding_share=_shares_of_people,
            loudness=section(mean=numbers(-1.0, 1.0), sd=numbers(0.0, 2.0)),
            temper=section(mean=numbers(-1.0, 1.0), sd=numbers(0.0, 2.0)),
            honesty=section(mean=numbers(-2.0, 8.0), sd=numbers(0.0, 2.0)),
            audience=section(median=numbers(0.0, 5000.0), sigma=numbers(0.0, 2.0)),
            fairness=_shares_of_people,
            understanding=_shares_of_people,
            deal_seeker_share=shares,
            favourite_share=shares,
            tenure_months=section(mean=numbers(0.0, 100.0)),
            correlations=st.sampled_from([{}, {"spend~audience": 0.5}, {"loudness~temper": -0.9}]),
        )
    )
    contacts = draw(section(mean=numbers(0.0, 20.0), cv=numbers(0.0, 2.0)))
    return told | {
        "count": count,
        "customers": draw(st.integers(0, count)),
        "contacts_per_month": {"mean": 5.0} | contacts,
    }


@st.composite
def networks(draw: st.DrawFn, count: int) -> Mapping:
    """Draw a network that this many people have room for."""
    kind = draw(st.sampled_from(["small_world", "scale_free", "blocks", "random", "none"]))
    if kind == "none" or count < 8:
        return {"kind": "none"}
    degree = 2 * draw(st.integers(1, min(count // 6, 5)))
    told: Mapping = {"kind": kind, "mean_degree": degree}
    if kind == "small_world":
        told["rewire"] = draw(shares)
    if kind == "blocks":
        told |= {"blocks": 2, "mixing": draw(shares), "degree_cv": draw(numbers(0.0, 0.5))}
    return told


# The desk.


@st.composite
def hours(draw: st.DrawFn) -> Any:
    """Draw opening hours: always, one stretch a day, two, or a night until midnight."""
    if draw(st.booleans()):
        return "always"
    first = draw(st.integers(0, 22))
    last = draw(st.integers(first + 1, 24))
    days = draw(st.sampled_from(["daily", "mon-fri", "sat,sun", *DAYS]))
    spans = [f"{first:02d}:00-{last:02d}:00"]
    if last <= 22 and draw(st.booleans()):
        spans.append(f"{last:02d}:30-24:00")
    return {days: spans}


@st.composite
def weights(draw: st.DrawFn) -> Any:
    """Draw opening hours of a desk, maybe as 168 hourly weights of two levels."""
    if draw(st.booleans()):
        return draw(hours())
    busy, quiet = draw(numbers(0.5, 3.0)), draw(numbers(0.0, 1.0))
    start = draw(st.integers(0, 160))
    return [busy if start <= hour < start + 8 else quiet for hour in range(168)]


_HANDED_ON = [[KINDS[0]], [*KINDS, "complaint"], ["enquiry", "complaint"]]


@st.composite
def pools(draw: st.DrawFn) -> Mapping:
    """Draw one to three pools; the first serves what no other does."""
    names = POOLS[: draw(st.integers(1, len(POOLS)))]
    kinds = draw(st.permutations((*KINDS, "enquiry", "complaint")))
    told: Mapping = {}
    for place, name in enumerate(names):
        told[name] = draw(one_pool())
        if place:
            told[name]["serves"] = list(kinds[2 * place - 2 : 2 * place])
        others = [other for other in names if other != name]
        if others and draw(st.booleans()):
            told[name]["helps"] = draw(st.lists(st.sampled_from(others), unique=True))
        if place + 1 < len(names) and draw(st.booleans()):
            told[name]["overflow"] = names[place + 1]
            told[name]["overflow_minutes"] = draw(st.just(0.0) | numbers(0.0, 100.0))
        if place + 1 < len(names) and draw(st.booleans()):
            told[name]["hands_on_to"] = {
                "pool": draw(st.sampled_from(names[place + 1 :])),
                "share": draw(numbers(0.05, 1.0)),
                **draw(section(needs=st.sampled_from(_HANDED_ON), minutes=laws())),
            }
    return told


# Only needs of these kinds are beyond some agents, so that every pool can do what any policy sends.
SKILLED = KINDS[:2]
_skills = st.just(0) | numbers(0.5, 1.5)


@st.composite
def news(draw: st.DrawFn) -> Mapping:
    """Draw what a pool tells those who wait: an announced wait, a call-back, both or neither."""
    told: Mapping = {}
    if draw(st.booleans()):
        by_queue = section(estimate=st.just("queue"), handling_minutes=numbers(1.0, 500.0))
        told["announce"] = draw(by_queue | st.just({"estimate": "last"}))
    if draw(st.booleans()):
        when = ["announced", "elapsed"] if told else ["elapsed"]
        told["callback_offer"] = {
            "when": draw(st.sampled_from(when)),
            "minutes": draw(numbers(0.0, 200.0)),
        }
    return told


@st.composite
def one_pool(draw: st.DrawFn) -> Mapping:
    told = draw(news()) | draw(
        section(
            wage_per_hour=numbers(0.0, 50.0),
            opening=hours(),
            queue_limit=st.integers(0, 5),
            concurrency=st.integers(1, 3),
            keeps_overnight=st.booleans(),
            **_WAITS,
            skills=section(**dict.fromkeys(SKILLED, _skills), mail=numbers(0.5, 1.5)),
            speed_cv=numbers(0.0, 1.0),
            quality_sd=numbers(0.0, 2.0),
            breaks=section(minutes=numbers(1.0, 61.0)).map(lambda one: {"share": 0.1} | one),
        )
    )
    if draw(st.booleans()):
        return told | {"agents": draw(st.integers(0, 3))}
    told.pop("opening", None)
    shift = st.fixed_dictionaries({"agents": st.integers(0, 2), "hours": hours()})
    return told | {"shifts": draw(st.lists(shift, min_size=1, max_size=3))}


@st.composite
def desks(draw: st.DrawFn) -> Mapping:
    told = draw(
        st.fixed_dictionaries(
            {"pools": pools()},
            optional={
                "opening": weights(),
                "day_cv": numbers(0.0, 0.5),
                "enquiry_minutes": laws(),
                "complaint_minutes": laws(),
                "answer_within_seconds": st.lists(st.integers(1, 6000), max_size=3, unique=True),
            },
        )
    )
    _let_somebody_do_everything(told["pools"])
    for name, pool in told["pools"].items():
        if _go_off_apart(told["pools"], name, told.get("opening", "always")):
            pool |= draw(section(hand_over_minutes=st.just(0.0) | numbers(0.0, 30.0)))
        if _has_working_days(pool, told.get("opening", "always")):
            absent = {"shrinkage": shares.map(lambda one: 0.9 * one)}
            pool |= draw(section(**absent) | st.fixed_dictionaries(absent | _UNPAID))
    return told


def _let_somebody_do_everything(desk: Mapping) -> None:
    """Give a pool that serves a kind the skill for it if neither it nor who helps it has that."""
    for kind in SKILLED:
        rest = next(iter(desk))
        pool = next((name for name, one in desk.items() if kind in one.get("serves", ())), rest)
        helping = [one for one in desk.values() if pool in one.get("helps", ())]
        if not any(one.get("skills", {}).get(kind, 1) for one in (desk[pool], *helping)):
            del desk[pool]["skills"][kind]
    for one in desk.values():
        way = one.get("hands_on_to", {})
        for kind in way.get("needs", ()):
            if not desk[way["pool"]].get("skills", {}).get(kind, 1):
                del desk[way["pool"]]["skills"][kind]


_UNPAID = {"shrinkage_paid": st.booleans()}


def _has_working_days(pool: Mapping, opening: Any) -> bool:
    """Return whether every shift of a pool ends, so that agents can be absent from one."""
    around_the_clock = {"daily": ["00:00-24:00"]}
    hours = _working_hours(pool, opening)
    return all(isinstance(one, dict) and one != around_the_clock for one in hours)


def _working_hours(pool: Mapping, opening: Any) -> list[Any]:
    return [one["hours"] for one in pool.get("shifts", ())] or [pool.get("opening", opening)]


def _go_off_apart(desk: Mapping, name: str, opening: Any) -> bool:
    """Return whether not all who take from a pool's queue work the same hours."""
    takers = [desk[name], *(pool for pool in desk.values() if name in pool.get("helps", ()))]
    hours = [
        Opening.model_validate(one) for pool in takers for one in _working_hours(pool, opening)
    ]
    halves = {
        frozenset(half for start, end, _ in one.windows() for half in range(start, end, 30))
        for one in hours
    }
    return len(halves) > 1


@st.composite
def needs(draw: st.DrawFn) -> list[Mapping]:
    cut = sorted(draw(st.tuples(st.integers(0, 8), st.integers(0, 8))))
    parts = [cut[0] / 8, (cut[1] - cut[0]) / 8, (8 - cut[1]) / 8]
    return [
        {
            "name": kind,
            "share": part,
            "minutes": draw(laws()),
            "resolved": draw(shares),
            "product_fault": draw(st.booleans()),
            **draw(section(**_WAITS)),
        }
        for kind, part in zip(KINDS, parts, strict=True)
    ]


# Minds, staff and money.

_utility = section(base=numbers(-6.0, 2.0), slope=numbers(-2.0, 8.0))

_SECTIONS: dict[str, st.SearchStrategy[Mapping]] = {
    "satisfaction": section(
        gain=shares, loss=shares, entitlement=shares, baseline=shares, drift_per_month=shares,
        trust_rate=shares,
    ),
    "expectation": section(adapt=shares, market_weight=shares, market_norm=shares),
    "contact": section(
        retry=shares, retry_limit=st.integers(0, 4), retry_delay_minutes=numbers(0.0, 3000.0),
        callback=numbers(0.0, 0.9), callback_delay_minutes=numbers(10.0, 3000.0),
    ),
    "waiting": section(
        balk=shares, overdue_hazard=numbers(0.1, 5.0), overdue_spike=shares,
        accepts_callback=shares, callback_felt=shares,
    ),
    "voice": section(
        polite=_utility, angry=_utility, public=_utility, exit=_utility,
        loudness=numbers(-1.0, 1.0), temper=numbers(-1.0, 1.0), audience=numbers(-1.0, 1.0),
        learning=shares, social_learning=shares, reward_value=numbers(0.0, 5.0),
        effort_cost=numbers(0.0, 2.0), delay_minutes=numbers(0.0, 3000.0),
        ombudsman=section(share=shares, upheld=shares, fee=numbers(0.0, 200.0)),
        persistence=numbers(-1.0, 2.0), abusive_share=shares, abusive_temper=numbers(-2.0, 2.0),
        turns_round=shares,
    ),
    "recovery": section(
        heal=numbers(0.0, 2.0), half_value_months=numbers(0.1, 2.0),
        double_months=numbers(0.0, 6.0), repeat=shares,
    ),
    "talk": section(
        tells_bad=numbers(0.0, 20.0), tells_good=numbers(0.0, 20.0), tells_sigma=numbers(0.0, 2.0),
        acquaintances=shares, chance_bad=shares, chance_good=shares, strength=numbers(-5.0, 20.0),
        satisfaction=numbers(-5.0, 20.0), tenure=numbers(-1.0, 1.0), retell=shares, fade=shares,
        delay_minutes=numbers(0.0, 5000.0), exposure_share=shares, cap=st.integers(0, 100),
        shift_good=shares, shift_bad=shares, shift_good_customer=shares, shift_bad_customer=shares,
        typical_good=numbers(0.01, 1.0), typical_bad=numbers(0.01, 1.0), conviction=shares,
        forget_per_month=shares,
    ),
    "fairness": section(
        within_tier=numbers(0.0, 3.0), between_tiers=numbers(0.0, 3.0), demotion=shares,
        leak_per_year=numbers(0.0, 40.0), leak_shock=shares, published_shock=shares,
        published_expectation=shares,
        memory_months=numbers(0.0, 24.0), tells_tier=shares, delight=shares,
        grievance_fade_per_month=shares,
        weights=section(queue=shares, pool=shares, remedy=shares, manner=shares),
    ),
    "churn": section(
        natural_per_month=numbers(0.0, 0.5), base_per_month=numbers(0.0, 0.5),
        satisfaction=numbers(-4.0, 4.0), trust=numbers(-4.0, 4.0), tenure=numbers(-1.0, 1.0),
        complained=numbers(-2.0, 2.0), lock_in=numbers(0.0, 2.0), dismissal=shares,
    ),
    "growth": section(rate=shares, joiner_share=shares),
    "adoption": section(
        spontaneous=numbers(0.0, 2.0), imitation=numbers(0.0, 2.0), talk_share=shares,
        opinion=numbers(-2.0, 2.0), convert=shares, convert_without_service=shares,
        never_asks_share=shares, offer_boost=numbers(0.0, 5.0),
    ),
}  # fmt: skip

_perception = section(
    weights=st.sampled_from(
        [{"wait": a, "outcome": b, "courtesy": 1 - a - b} for a, b in [(0.25, 0.5), (0, 0), (1, 0)]]
    ),
    tolerable_wait_minutes=numbers(1.0, 100.0),
    explained_no=shares,
    relief=shares,
    unanswered_courtesy=shares,
    unresolved=shares,
    morale=shares,
)


def behaviours() -> st.SearchStrategy[Any]:
    """Draw a behaviour: none, or each section off, at its defaults or at any values."""
    parts = {name: switchable(drawn) for name, drawn in _SECTIONS.items()}
    return switchable(section(perception=_perception, **parts))


_staff = section(
    start_speed=numbers(0.3, 1.0),
    learning_months=numbers(0.1, 6.1),
    morale=section(
        base=shares, recovery=shares, angry=numbers(0.0, 0.5), abuse=shares,
        thanks=numbers(0.0, 0.5),
        delight=shares, overrule=numbers(0.0, 0.5), load=numbers(0.0, 1.0), knee=shares,
        quality=shares,
    ),
    quit=section(base_per_month=numbers(0.0, 1.0), slope=numbers(0.0, 4.0)),
    hire_delay_months=st.integers(0, 2),
    hire_cost=numbers(0.0, 5000.0),
)  # fmt: skip
_product = section(fault_floor=shares, lesson_scale=numbers(1.0, 101.0))
_company = section(
    fixed_cost_per_month=numbers(0.0, 1000.0),
    serve_cost_per_month=numbers(0.0, 10.0),
    acquisition_cost=numbers(0.0, 100.0),
    discount_rate_per_year=numbers(0.0, 0.5),
    cash=numbers(-1000.0, 1000.0),
)


_market = section(
    rival=switchable(
        section(
            share=shares, quality=shares, price=numbers(0.5, 2.0), leavers_share=shares,
            comparison=numbers(0.0, 6.0), price_sensitivity=numbers(0.0, 4.0),
            adapt_per_month=shares, better_fit_share=shares,
            better_fit_per_month=numbers(0.0, 1.0),
        )
    )
)  # fmt: skip


# Policies.

# What a contact gets at the desk; what complaints get besides; and what customers do.
_SERVED: dict[str, st.SearchStrategy[Any]] = {
    "class": st.integers(0, 3),
    "head_start_minutes": numbers(0.0, 60.0),
    "pace": numbers(0.0, 3.0),
    "effort": numbers(0.5, 2.0),
    "courtesy": shares,
    "wait_promise_minutes": numbers(0.0, 60.0),
    "ignore": st.booleans(),
}
_RULED = _SERVED | {
    "remedy": numbers(0.0, 3.0),
    "remedy_amount": numbers(0.0, 50.0),
    "lenient": shares,
    "explain": st.booleans(),
}
_GIVEN = _RULED | {
    "proactive_after_minutes": numbers(0.0, 60.0),
    "proactive_after_failure": st.booleans(),
    "proactive_remedy": numbers(0.0, 2.0),
    "proactive_amount": numbers(0.0, 20.0),
    "privilege": shares,
    "price": numbers(0.5, 2.0),
}


_own_pool = section(
    agents=st.just(1),
    helps=st.booleans(),
    overflow_minutes=st.just(0.0) | numbers(0.0, 100.0),
)
_dismiss = section(
    strikes=st.integers(1, 3), cost_ratio=numbers(0.1, 3.0), months=st.integers(1, 3)
)


_abuse = section(postpone_minutes=numbers(0.0, 3000.0), warning_minutes=numbers(0.0, 10.0))


_offers = section(
    newcomer=switchable(
        st.fixed_dictionaries({"share": numbers(0.01, 1.0), "months": numbers(0.1, 3.0)})
    ),
    loyalty=switchable(
        st.fixed_dictionaries({"share": numbers(0.01, 1.0), "after_months": numbers(0.0, 60.0)})
    ),
    goodwill_months=numbers(0.0, 2.0),
    goodwill_amount=numbers(0.0, 50.0),
)


_mend = section(share=shares, cost_per_month=numbers(0.0, 1000.0))


def _escalate(names: tuple[str, ...]) -> st.SearchStrategy[Mapping]:
    return st.fixed_dictionaries({"below": shares, "pool": st.sampled_from(names)})


@st.composite
def policies(draw: st.DrawFn, names: tuple[str, ...] = POOLS[:1]) -> Mapping:
    """Draw a policy for a desk with pools of these names, maybe with one of its own."""
    own = draw(st.just({}) | st.fixed_dictionaries({"own": _own_pool}))
    names = (*names, *own)
    pool = st.sampled_from(names)
    served, ruled, given = (section(pool=pool, **one) for one in (_SERVED, _RULED, _GIVEN))
    told: Mapping = {
        "describe": "Drawn.",
        "review_months": draw(st.integers(1, 3)),
        "overrule": draw(st.booleans()),
        "secrecy": draw(st.sampled_from(["none", "secret", "published"])),
        "pools": own,
        "dismiss": draw(_dismiss),
        "offers": draw(_offers),
        "escalate": draw(st.just({}) | _escalate(names)),
        "abuse": draw(_abuse),
        "window_months": draw(numbers(1.0, 24.0)),
        "mend": draw(_mend),
        "everyone": draw(given),
        "enquiries": draw(served),
        "voices": draw(section(polite=ruled, angry=ruled, public=ruled)),
    }
    cuts = draw(st.lists(numbers(0.05, 0.4), max_size=2))
    if cuts:
        weight = numbers(-1.0, 1.0).filter(bool)
        told["score"] = draw(
            st.dictionaries(st.sampled_from(list(OBSERVABLES)), weight, min_size=1, max_size=4)
        )
        cut_by = [{"top_share": cut} for cut in cuts]
        if draw(st.booleans()):
            cut_by[0] = {"min_score": draw(numbers(-1.0, 1.0))}
        told["tiers"] = [{"name": f"tier{i}"} | cut | draw(given) for i, cut in enumerate(cut_by)]
        told["tiers"].append({"name": "rest"} | draw(given))
    if cuts or told["voices"]:
        told["placebo"] = draw(st.sampled_from(["none", "people", "load"]))
    told["without"] = draw(st.lists(st.sampled_from([*MECHANISMS, *GROUPS]), max_size=2))
    return told


# Scenarios.


@st.composite
def mappings(draw: st.DrawFn, **fixed: Any) -> Mapping:
    """Draw a small scenario with one policy, `drawn`, as plain data.

    Parameters
    ----------
    **fixed
        Sections that are not to be drawn.
    """
    desk = draw(desks())
    folk = draw(people())
    told: Mapping = {
        "name": "Drawn",
        "seed": draw(st.integers(0, 2**32 - 1)),
        "months": draw(st.integers(0, 3)),
        "people": folk,
        "network": draw(networks(folk["count"])),
        "needs": draw(needs()),
        "desk": desk,
        "behaviour": draw(behaviours()),
        "staff": draw(switchable(_staff)),
        "product": draw(switchable(_product)),
        "company": draw(_company),
        "market": draw(_market),
        "policies": {"drawn": draw(policies(tuple(desk["pools"])))},
    }
    if draw(st.booleans()):
        told = draw(pressed(told))
    if draw(st.booleans()):
        told = draw(switching(told))
    if draw(st.booleans()):
        told = draw(changing(told))
    if draw(st.booleans()):
        told = draw(with_history(told))
    return told | fixed


@st.composite
def with_history(draw: st.DrawFn, told: Mapping) -> Mapping:
    """Draw the same after some months of history, maybe under a policy of its own."""
    before = draw(
        st.just({}) | st.builds(dict, history_policy=policies(tuple(told["desk"]["pools"])))
    )
    months = max(told["months"], 1)  # without any nothing is lived, history neither
    return told | {"months": months, "history_months": draw(st.integers(1, 2)), **before}


@st.composite
def changing(draw: st.DrawFn, told: Mapping) -> Mapping:
    """Draw the same, with one or two things that change on the way, for good or for a month."""
    entries = draw(st.lists(_entries(told), min_size=1, max_size=2, unique_by=_month))
    for later in entries[1:]:
        # A pool comes once, and is not the only thing that an entry brings.
        if later["set"].pop("desk.pools.late+", None):
            later["set"].setdefault("people.spend.factor", 1.5)
    return told | {"months": 3, "changes": entries}


def _month(entry: Mapping) -> int:
    return int(entry["month"])


@st.composite
def _entries(draw: st.DrawFn, told: Mapping) -> Mapping:
    front = told["desk"]["pools"]["front"]
    pool = "desk.pools.front"
    staff = [f"{pool}.agents"] if "agents" in front else []
    values: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(staff, st.integers(0, 3)),
        f"{pool}.wage_per_hour": numbers(0.0, 50.0),
        f"{pool}.queue_limit": st.integers(0, 5),
        f"{pool}.keeps_overnight": st.booleans(),
        "desk.pools.late+": section(helps=st.just(["front"]), opening=hours()).map(
            lambda pool: {"agents": 1, "serves": [], **pool}
        ),
        "desk.opening": weights(),
        "desk.day_cv": numbers(0.0, 0.5),
        "people.contacts_per_month.factor": numbers(0.0, 3.0),
        "people.spend.factor": numbers(0.0, 3.0),
        "needs.0.resolved": shares,
        "needs.0.minutes": laws(),
        "behaviour.talk": switchable(_SECTIONS["talk"]),
        "staff": switchable(_staff),
        "company.fixed_cost_per_month": numbers(0.0, 1000.0),
        "policies.drawn.everyone.courtesy": shares,
        "policies.drawn.review_months": st.integers(1, 3),
    }
    pools = told["desk"]["pools"].values()
    if any(one.keys() & {"shrinkage", "hand_over_minutes"} for one in pools):
        # Other hours may have no shifts that end, or none that end apart.
        del values["desk.opening"]
    if told["behaviour"] == "none":
        # Minds that come on the way have no history, which is there by default for minds.
        del values["behaviour.talk"]
    chosen = draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=4, unique=True))
    entry: Mapping = {"month": draw(st.integers(1, 3))}
    entry |= draw(section(months=st.integers(1, 2)))
    return entry | {"set": {path: draw(values[path]) for path in chosen}}


@st.composite
def switching(draw: st.DrawFn, told: Mapping) -> Mapping:
    """Draw the same, begun under another policy."""
    before = draw(policies(tuple(told["desk"]["pools"])))
    return told | {
        "months": 3,
        "switch_month": draw(st.integers(2, 3)),
        "policies": {"before": before, **told["policies"]},
    }


@st.composite
def pressed(draw: st.DrawFn, told: Mapping) -> Mapping:
    """Draw the same with too much to do: people come and go while their contacts wait for weeks.

    What has become of a contact when its person has changed is where books fail to balance.
    """
    coming = {"spontaneous": draw(numbers(0.5, 3.0)), "convert": draw(shares)}
    going = {"natural_per_month": draw(numbers(0.0, 0.5))}
    desk = told["desk"] | {"enquiry_minutes": draw(laws(500.0, 4500.0))}
    behaviour = {} if told["behaviour"] == "none" else told["behaviour"]
    return told | {
        "months": 3,
        "people": told["people"] | {"patience_minutes": {"mean": draw(numbers(5e3, 1e5))}},
        "desk": desk | {"pools": {"front": {"agents": draw(st.integers(1, 2))}}},
        "behaviour": behaviour | {"adoption": coming, "churn": going},
        "policies": {"drawn": draw(policies())},
    }


def scenarios(**fixed: Any) -> st.SearchStrategy[Scenario]:
    """Draw a small valid scenario; `fixed` as in `mappings`."""
    return mappings(**fixed).map(from_mapping)
