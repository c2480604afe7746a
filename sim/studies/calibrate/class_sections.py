"""Classes as a scenario has them: kinds of need, or tiers where one is served before another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from math import isinf, isnan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from sim.studies.calibrate.classes import Classes, Group
from sim.studies.calibrate.differing_agents import AgentSpread
from sim.studies.calibrate.notation import flow, patience_law, rounded
from sim.studies.calibrate.precedence import Precedence

__all__ = [
    "AS_LOGGED",
    "class_doubts",
    "class_lines",
    "class_names",
    "class_needs",
    "class_people",
    "class_policies",
    "classes_data",
    "policy_lines",
    "within_classes",
]

AS_LOGGED = "as_logged"
"""The policy that serves classes as the log shows."""

_ALIKE = 0.98  # correlation of rank and patience
_SPEND = 40.0  # a month; nobody pays in a log, and only its rank counts
_RESERVED = ("enquiry", "complaint")
_UNNAMED = "unnamed"


def class_names(classes: Classes) -> dict[str, str]:
    """Return the name in the scenario of each class, by its name in the log."""
    names: dict[str, str] = {}
    for group in classes.groups:
        plain = re.sub(r"[^\w-]+", "-", group.name).strip("-")[:50] or _UNNAMED
        taken = {*names.values(), *_RESERVED}
        names[group.name] = plain if plain not in taken else f"{plain}-{len(names) + 1}"
    return names


def class_needs(
    classes: Classes, resolved: float, differ: Mapping[str, AgentSpread | None]
) -> list[dict[str, Any]]:
    """Return a need for each class.

    Parameters
    ----------
    classes : Classes
    resolved : float
        Share that is resolved, in all classes.
    differ : mapping of str to AgentSpread or None
        Between agents who serve a class, by its name in the log: no part of a need's.
    """
    names = class_names(classes)
    shares = _summing_to_one([group.share for group in classes.groups])
    return [
        _need(
            group,
            names[group.name],
            share,
            resolved,
            differ[group.name],
            classes.patience_differs,
        )
        for group, share in zip(classes.groups, shares, strict=True)
    ]


def _need(
    group: Group,
    name: str,
    share: float,
    resolved: float,
    differ: AgentSpread | None,
    own_patience: bool,
) -> dict[str, Any]:
    fit = group.handling
    assert fit is not None  # no class is without
    cv, mean = fit.cv, fit.mean
    if differ is not None:
        cv, mean = differ.within(cv), mean * differ.slower
    need: dict[str, Any] = {
        "name": name,
        "share": share,
        "minutes": {"law": fit.law, "mean": rounded(mean), "cv": rounded(cv)},
        "resolved": resolved,
    }
    if own_patience and group.patience is not None:
        need["patience_minutes"] = patience_law(group.patience)
    return need


def _summing_to_one(shares: Sequence[float]) -> list[float]:
    """Return shares of four decimals that sum to 1; the first takes what rounding leaves."""
    rest = [round(share, 4) for share in shares[1:]]
    return [round(1.0 - sum(rest), 4), *rest]


def _less(cv: float, part: float) -> float:
    """Return what is left of a cv if a factor's is taken out: 1 + cv^2 is a product."""
    return sqrt(max((1.0 + cv * cv) / (1.0 + part * part) - 1.0, 0.0))


def within_classes(classes: Classes, cv: float) -> float:
    """Return the cv of handling within classes, from that over all."""
    shares, means = _shares(classes), _handling(classes)
    mean = float(shares @ means)
    return _less(cv, sqrt(float(shares @ (means / mean - 1.0) ** 2)))


def _shares(classes: Classes) -> npt.NDArray[np.float64]:
    return np.array([group.share for group in classes.groups])


def _handling(classes: Classes) -> npt.NDArray[np.float64]:
    return np.array([group.handling.mean if group.handling else 0.0 for group in classes.groups])


def _ranked(classes: Classes) -> list[Group]:
    """Return the classes from the highest rank of spend: the most patient, if they differ."""
    if not classes.patience_differs:
        return list(classes.groups)
    return sorted(classes.groups, key=lambda one: -_mean_patience(one))


def _mean_patience(group: Group) -> float:
    return group.patience.exponential_mean if group.patience else 0.0


def class_people(classes: Classes) -> dict[str, Any]:
    """Return the traits by which people of a tier differ: rank by spend, and patience with it."""
    traits: dict[str, Any] = {"spend": {"mean": _SPEND, "noise_cv": 0}}
    if classes.patience_differs:
        ranked = _ranked(classes)
        mean, cv = _lognormal_of(
            np.array([one.share for one in ranked]),
            np.array([_mean_patience(one) for one in ranked]),
        )
        traits["patience_minutes"] = {"mean": rounded(mean), "cv": rounded(cv)}
        traits["correlations"] = {"spend~patience_minutes": _ALIKE}
    return traits


def _lognormal_of(
    shares: npt.NDArray[np.float64], means: npt.NDArray[np.float64]
) -> tuple[float, float]:
    """Return mean and cv of a lognormal whose slices from the top have means nearest to these."""
    cuts = ndtri(np.clip(1.0 - np.concatenate([[0.0], np.cumsum(shares)]), 0.0, 1.0))

    def misfit(logs: npt.NDArray[np.float64]) -> float:
        sigma = float(np.exp(logs[1]))
        parts = np.exp(logs[0]) * -np.diff(ndtr(cuts - sigma)) / shares
        return float(shares @ np.log(np.maximum(parts, 1e-12) / means) ** 2)

    start = np.array([np.log(shares @ means), np.log(0.5)])
    best = minimize(misfit, start, method="Nelder-Mead")
    return float(np.exp(best.x[0])), sqrt(float(np.expm1(np.exp(2.0 * best.x[1]))))


def class_policies(classes: Classes) -> dict[str, Any]:
    """Return the policy that the log shows, and everybody in the order of arrival beside it."""
    return {
        AS_LOGGED: {
            "describe": "Classes are served in the order that the log shows.",
            "score": {"spend": 1},
            "tiers": _tiers(classes, in_order=True),
        },
        "first_come": {
            "describe": "Everybody in the order of arrival.",
            "score": {"spend": 1},
            "tiers": _tiers(classes, in_order=False),
        },
    }


def _tiers(classes: Classes, in_order: bool) -> list[dict[str, Any]]:
    ranked, names = _ranked(classes), class_names(classes)
    mean = float(_shares(classes) @ _handling(classes))
    ahead = {group.name: classes.ahead(group.name) for group in ranked}
    finite = [minutes for minutes in ahead.values() if not isinf(minutes)]
    tiers = []
    for group in ranked:
        tier: dict[str, Any] = {"name": names[group.name]}
        if group is not ranked[-1]:
            tier["top_share"] = round(group.share, 4)
        if group.handling is not None:
            tier["effort"] = rounded(group.handling.mean / mean)
        if in_order:
            tier |= _place(ahead[group.name], min(finite))
        tiers.append(tier)
    return tiers


def _place(ahead: float, least: float) -> dict[str, Any]:
    if isinf(ahead):
        return {"class": 1 if ahead > 0.0 else 3}
    return {"head_start_minutes": round(ahead - least, 2)} if ahead > least else {}


def class_lines(classes: Classes) -> Iterator[str]:
    """Yield what is written about classes, a comment a line, without its mark."""
    names = class_names(classes)
    if classes.of_those_who_waited:
        yield "The log names the class mostly of those who waited: shares and handling are theirs"
    yield from (_order_line(one, names) for one in classes.order)


def _order_line(one: Precedence, names: dict[str, str]) -> str:
    first, other = names[one.first], names[one.other]
    told = f"of {one.answers:,} answers while both waited"
    if one.kind == "unknown":
        return f"Whether {first} or {other} is served first is not known ({one.answers:,} answers)"
    if one.kind == "in turn":
        return f"{first} and {other} are served in the order of arrival, {told}"
    by, ends = "always", (one.low, one.high)
    if one.kind == "head start":
        if one.minutes < 0.0:
            first, other, ends = other, first, (-one.high, -one.low)
        by = f"by a head start of {abs(one.minutes):g} min ({ends[0]:.3f} to {ends[1]:.3f})"
    return f"{first} is served before {other} {by}, in {1.0 - one.lapses:.0%} {told}"


def class_doubts(classes: Classes) -> Iterator[str]:
    """Yield what the log cannot tell of classes, or a scenario cannot express."""
    names = class_names(classes)
    for one in classes.order:
        if one.kind == "unknown":
            yield f"Cannot be told: which of {names[one.first]} and {names[one.other]} is first"
        elif not isnan(one.lapses) and one.lapses > 0.2:
            yield (
                f"Not expressed: {one.lapses:.0%} of answers do not follow the order of "
                f"{names[one.first]} and {names[one.other]}; agents may serve one of them only"
            )
    hasty = [group for group in classes.groups if group.patience and group.patience.spike]
    if classes.has_priority and hasty:
        told = ", ".join(names[group.name] for group in hasty)
        yield f"Not expressed: that some leave at once ({told}), where tiers differ in patience"


def policy_lines(policies: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the policies."""
    yield ""
    yield "policies:"
    for name, policy in policies.items():
        yield f"  {name}:"
        yield f"    describe: {policy['describe']}"
        yield f"    score: {flow(policy['score'])}"
        yield "    tiers:"
        yield from (f"      - {flow(tier)}" for tier in policy["tiers"])


def classes_data(classes: Classes) -> dict[str, Any]:
    """Return the classes as plain data."""
    return {
        "names": class_names(classes),
        "shares": {group.name: group.share for group in classes.groups},
        "order": [asdict(one) for one in classes.order],
        "patience_differs": classes.patience_differs,
        "of_those_who_waited": classes.of_those_who_waited,
    }
