"""A policy in sentences that a manager can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sim.scenario.reading.nodes import Scalar
from sim.scenario.schema.policies import (
    DEFAULT_ENTITLEMENT,
    Entitlement,
    Policy,
    Service,
    Tier,
)
from sim.scenario.schema.policy_terms import Dismiss, Offers

__all__ = ["desk_sentences", "policy_sentences"]

_USUAL = 2  # the class that everybody is in where nothing is said


def _flag(yes: str, no: str) -> Callable[[Any], str]:
    return lambda value: yes if value else no


def _months(value: float, what: str) -> str:
    """Return so many months of spend, given where or how `what` says."""
    if value == 0.0:
        return f"no money {what}"
    return f"{value:g} {'month' if value == 1.0 else 'months'} of their spend {what}"


_REMEDY = "where a complaint is granted"
_SAID: Mapping[str, Callable[[Any], str]] = {
    "rank_class": lambda value: f"class {value} in the queue (the usual is {_USUAL})",
    "head_start_minutes": lambda value: f"a head start of {value:g} minutes in the queue",
    "pace": lambda value: f"waiting that counts {value:g}-fold",
    "pool": lambda value: f"the pool {value}",
    "effort": lambda value: f"{value:g} times the usual handling time",
    "courtesy": lambda value: f"courtesy of {value:g}",
    "wait_promise_minutes": lambda value: f"an answer promised within {value:g} minutes",
    "ignore": _flag("no answer, for they are turned away", "a place in the queue"),
    "remedy": lambda value: _months(value, _REMEDY),
    "remedy_amount": lambda value: f"{value:g} in money {_REMEDY}",
    "lenient": lambda value: f"{value:.0%} of their unjustified complaints granted",
    "explain": _flag("reasons for a refusal", "no reasons for a refusal"),
    "proactive_after_minutes": lambda value: f"a remedy unasked after {value:g} minutes of waiting",
    "proactive_after_failure": _flag(
        "a remedy unasked for a need that was not met", "none for a need that was not met"
    ),
    "proactive_remedy": lambda value: _months(value, "unasked"),
    "proactive_amount": lambda value: f"{value:g} in money unasked",
    "privilege": lambda value: f"a privilege of {value:g}",
    "price": lambda value: f"{value:g} times the usual bill",
}


def policy_sentences(policy: Policy) -> list[str]:
    """Return what a policy says that is not what everybody gets anyway."""
    return list(_sentences(policy)) or ["Everybody is treated alike, as usual."]


def _sentences(policy: Policy) -> Iterator[str]:
    if policy.tiers:
        ranked = _score(policy.score)
        often = "month" if policy.review_months == 1 else f"{policy.review_months} months"
        yield f"Customers are ranked by {ranked}, every {often}."
    yield from _given("Everybody gets", policy.everyone, DEFAULT_ENTITLEMENT)
    for place, tier in enumerate(policy.tiers):
        yield from _given(_who(tier, place), tier, policy.everyone)
    yield from _given("Prospects get", policy.enquiries, policy.everyone)
    yield from _voices(policy)
    yield from _beside(policy)


def _score(score: Mapping[str, float]) -> str:
    """Return the observables that count, with their weights where these differ."""
    counted = [(name, weight) for name, weight in score.items() if weight]
    parts = [
        f"{'- ' if weight < 0 else '+ '}{'' if abs(weight) == 1 else f'{abs(weight):g} x '}{name}"
        for name, weight in counted
    ]
    return " ".join(parts).removeprefix("+ ")


def _voices(policy: Policy) -> Iterator[str]:
    """Yield what complaints get over the tier's, voices that get the same together."""
    alike: dict[str, list[str]] = {}
    for voice, given in policy.voices.items():
        for said in _given("gets", given, policy.everyone):
            alike.setdefault(said, []).append(_made(voice))
    for said, ways in alike.items():
        yield f"A complaint made {_listed(ways, 'or')} {said}"


def _who(tier: Tier, place: int) -> str:
    if tier.top_share is not None:
        those = "best-ranked" if place == 0 else "next"
        return f"The {those} {100 * tier.top_share:.3g}% of customers ({tier.name}) get"
    if tier.min_score is not None:
        return f"Customers with a score of {tier.min_score:g} or more ({tier.name}) get"
    return f"The others ({tier.name}) get"


def _made(voice: str) -> str:
    return {"polite": "politely", "angry": "in anger", "public": "in public"}.get(voice, voice)


def _given(start: str, service: Service, beneath: Service) -> Iterator[str]:
    """Yield what somebody gets that differs from what everybody does."""
    names = [name for name in Entitlement.model_fields if name in type(service).model_fields]
    said = [
        _SAID[name](value)
        for name in names
        if (value := getattr(service, name)) is not None and value != _below(beneath, name)
    ]
    if said:
        yield f"{start} {_listed(said)}."


def _below(beneath: Service, name: str) -> Any:
    own = getattr(beneath, name, None)
    return getattr(DEFAULT_ENTITLEMENT, name) if own is None else own


def _beside(policy: Policy) -> Iterator[str]:
    """Yield what a policy does beside serving."""
    if policy.overrule:
        yield "The complaints desk may reverse an agent's refusal."
    for name, pool in policy.pools.items():
        form = "forms" if pool.agents == 1 else "form"
        yield f"{pool.agents} of the agents {form} the pool {name}."
    yield from _dismissals(policy.dismiss)
    yield from _offers(policy.offers)
    if policy.abuse.postpone_minutes is not None:
        minutes = policy.abuse.postpone_minutes
        yield f"Abusive callers are told to come back after {minutes:g} minutes."
    if policy.mend.share:
        yield f"{policy.mend.share:.0%} of product faults are removed unprompted."
    if policy.escalate.below:
        below, pool_name = policy.escalate.below, policy.escalate.pool
        yield f"Whoever has a satisfaction below {below:g} goes to the pool {pool_name} at once."


def _dismissals(dismiss: Dismiss) -> Iterator[str]:
    if dismiss.strikes is not None:
        yield f"Customers are dismissed after {dismiss.strikes} abusive complaints."
    if dismiss.cost_ratio is not None:
        yield (
            f"Customers are dismissed who cost more than {dismiss.cost_ratio:g} of what they bring "
            f"in {dismiss.months} months in a row."
        )


def _offers(offers: Offers) -> Iterator[str]:
    newcomer, loyalty = offers.newcomer, offers.loyalty
    if newcomer is not None:
        yield f"Newcomers get {newcomer.share:.0%} off for {newcomer.months:g} months."
    if loyalty is not None:
        yield f"After {loyalty.after_months:g} months customers get {loyalty.share:.0%} off."
    if offers.goodwill_months or offers.goodwill_amount:
        money = f" and {offers.goodwill_amount:g} in money" * bool(offers.goodwill_amount)
        yield f"A polite complaint refused gets {offers.goodwill_months:g} months of spend{money}."


def _listed(parts: Sequence[str], word: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def desk_sentences(settings: Sequence[tuple[str, Scalar]]) -> list[str]:
    """Return what is set of the desk, key by key."""
    return [f"{path.removeprefix('desk.')} is {_number(value)}." for path, value in settings]


def _number(value: Scalar) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
