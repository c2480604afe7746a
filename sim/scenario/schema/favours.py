"""What a policy does for, or to, those whom it chooses, and the policy without some of it.

A favour is left out by giving those who are chosen, by tier, by voice or by mood, what everybody
gets. What everybody gets stays, and so does who is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import TypeVar

from sim.scenario.schema.policies import Policy, Service
from sim.scenario.schema.policy_terms import Dismiss, Escalate

__all__ = ["favours_of", "without_favours"]

S = TypeVar("S", bound=Service)

_KEYS = MappingProxyType(
    {
        "priority": frozenset(
            ("rank_class", "head_start_minutes", "pace", "pool", "wait_promise_minutes", "ignore")
        ),
        "care": frozenset(("effort", "courtesy", "explain")),
        "generosity": frozenset(
            (
                *("remedy", "remedy_amount", "lenient", "privilege", "price"),
                *("proactive_after_minutes", "proactive_after_failure"),
                *("proactive_remedy", "proactive_amount"),
            )
        ),
        "dismissal": frozenset(),
    }
)


def favours_of(policy: Policy) -> tuple[str, ...]:
    """Return which favours a policy gives, or denies, to some and not to others.

    Returns
    -------
    tuple of str
        Of ``priority`` (who waits less), ``care`` (effort, courtesy, reasons given), ``generosity``
        (money and privileges) and ``dismissal``, in this order.
    """
    return tuple(name for name in _KEYS if without_favours(policy, [name]) != policy)


def without_favours(policy: Policy, names: Iterable[str]) -> Policy:
    """Return a policy that chooses as before, and withholds these favours from whom it chooses.

    Parameters
    ----------
    policy : Policy
    names : iterable of str
        As of `favours_of`.
    """
    left_out = set(names)
    keys = frozenset().union(*(_KEYS[name] for name in left_out))
    terms: dict[str, object] = {
        "tiers": tuple(_plain(tier, keys) for tier in policy.tiers),
        "voices": {voice: _plain(given, keys) for voice, given in policy.voices.items()},
    }
    if "priority" in left_out:
        terms["escalate"] = Escalate()
    if "generosity" in left_out:
        terms["offers"] = policy.offers.model_copy(update={"loyalty": None})
    if "dismissal" in left_out:
        terms["dismiss"] = Dismiss()
    plainer = policy.model_copy(update=terms)
    used = {pool for _, pool in plainer.routes()}
    kept = {name: pool for name, pool in policy.pools.items() if name in used}
    return plainer.model_copy(update={"pools": kept}) if "priority" in left_out else plainer


def _plain(given: S, keys: frozenset[str]) -> S:
    """Return an entitlement in which these keys are inherited."""
    return given.model_copy(update=dict.fromkeys(keys & set(type(given).model_fields)))
