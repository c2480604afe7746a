"""Classes of contacts: how large they are, what sets them apart, and which is served first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, log

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from sim.studies.calibrate.handling import FEWEST, HandlingFit, fit_handling
from sim.studies.calibrate.log import Log
from sim.studies.calibrate.patience import Patience, fit_patience
from sim.studies.calibrate.precedence import Precedence, fit_precedence

__all__ = ["Classes", "Group", "describe_group", "fit_classes", "named_if_waited"]

Flags = npt.NDArray[np.bool_]

_FEWEST = 50  # contacts of a class
_LEAST = 0.01  # share of contacts
_UNNAMED = 0.05  # share of contacts without a class, from which they are a class
_AS_OFTEN = 0.9  # of those who waited: named so much less often if not, a class is known by waiting
_SURE = 0.01  # chance by which alike classes would differ so much in patience


@dataclass(frozen=True, eq=False)
class Group:
    """One class of contacts.

    Attributes
    ----------
    name : str
        Empty for those without a class.
    share : float
        Of all contacts.
    wait, abandonment : float
        Mean minutes, and the share that left, of those who waited at all; NaN where the log does
        not hold how long those had waited who left.
    handling : HandlingFit or None
    patience : Patience or None
    """

    name: str
    share: float
    wait: float
    abandonment: float
    handling: HandlingFit | None
    patience: Patience | None


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes that are written into a scenario.

    Attributes
    ----------
    groups : tuple of Group
        The largest first.
    order : tuple of Precedence
        Of each further class beside the largest.
    patience_differs : bool
        Whether the classes' patience differs by more than chance.
    of_those_who_waited : bool
        Whether shares, handling and comparisons are of contacts that waited, because the log
        hardly ever says the class of others.
    """

    groups: tuple[Group, ...]
    order: tuple[Precedence, ...]
    patience_differs: bool
    of_those_who_waited: bool

    @property
    def has_priority(self) -> bool:
        """Whether a class is served before another."""
        return any(one.kind in ("head start", "strict") for one in self.order)

    def without_order(self) -> Classes:
        """Return the classes as such that never share a queue."""
        return replace(self, order=())

    def ahead(self, name: str) -> float:
        """Return the minutes by which a class is ahead of the largest; infinite if it is strictly.

        Negative if it is behind; 0 where the order is not known.
        """
        largest = self.groups[0].name
        for one in self.order:
            if name != largest and name in (one.first, one.other):
                if one.kind == "strict":
                    return inf if one.first == name else -inf
                return one.minutes if one.kind == "head start" else 0.0
        return 0.0


def named_if_waited(log: Log) -> bool:
    """Tell whether the log says the class of contacts mostly if they waited."""
    waited, named = np.nan_to_num(log.wait) > 0.0, log.group != ""
    if not named.any() or not waited.any() or waited.all():
        return False
    return bool(named[~waited].mean() < _AS_OFTEN * named[waited].mean())


def describe_group(log: Log, members: Flags, name: str, share: float) -> Group:
    """Return what a log says of some contacts of one class."""
    own = log.only(members)
    waited = own.wait > 0.0
    service = own.service[own.served]
    enough = len(service) >= FEWEST and float(np.ptp(service)) > 0.0
    left = float((~own.served[waited]).mean()) if waited.any() else 0.0
    return Group(
        name=name,
        share=share,
        wait=float(own.wait[waited].mean()) if waited.any() else 0.0,
        abandonment=float("nan") if own.unknown_waits > 0 else left,
        handling=fit_handling(service)[0] if enough else None,
        patience=fit_patience(own.wait, ~own.served),
    )


def fit_classes(log: Log) -> Classes | None:
    """Fit the classes of a log, if it has two or more of fifty contacts each.

    Contacts without a class are one of their own where they are many.

    Parameters
    ----------
    log : Log
    """
    only_waiting = named_if_waited(log)
    among = np.nan_to_num(log.wait) > 0.0 if only_waiting else np.ones(len(log.wait), np.bool_)
    names, counts = np.unique(log.group[among], return_counts=True)
    total = int(counts.sum())
    found = []
    for name, count in zip(names.tolist(), counts.tolist(), strict=True):
        least = _LEAST if name else _UNNAMED
        if count >= _FEWEST and count >= least * total:
            found.append(describe_group(log, among & (log.group == name), name, count / total))
    groups = sorted((one for one in found if one.handling), key=lambda one: -one.share)
    if sum(group.name != "" for group in groups) < 1 or len(groups) < 2:
        return None
    whole = sum(group.share for group in groups)
    groups = [replace(group, share=group.share / whole) for group in groups]
    order = tuple(fit_precedence(log, one.name, groups[0].name) for one in groups[1:])
    return Classes(tuple(groups), order, _differ(groups), only_waiting)


def _differ(groups: list[Group]) -> bool:
    """Tell whether the classes' exponential means of patience differ, by their likelihood ratio."""
    known = [group.patience for group in groups if group.patience is not None]
    if len(known) < len(groups):
        return False
    left = sum(one.left for one in known)
    mean = sum(one.exponential_mean * one.left for one in known) / left
    ratio = 2.0 * sum(one.left * log(mean / one.exponential_mean) for one in known)
    return float(chdtrc(len(known) - 1, max(ratio, 0.0))) < _SURE
