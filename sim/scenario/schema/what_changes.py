"""What changes on the way: values set from a month on, for good or for some months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from sim.scenario.schema.fields import (
    REQUIRED,
    Count,
    Section,
    Text,
    Violation,
    key,
    plain,
    raise_violations,
)

__all__ = ["Change", "Stretch", "clashes", "names", "only_for", "stretches", "why_fixed"]

_AT_START = "says how things are when month 1 begins"
_OF_THE_RUN = "belongs to the whole run"
_DRAWN_ONCE = "is drawn once, before month 1"

FIXED: Mapping[tuple[str, ...], str] = {
    ("name",): _OF_THE_RUN,
    ("describe",): _OF_THE_RUN,
    ("months",): _OF_THE_RUN,
    ("replications",): _OF_THE_RUN,
    ("seed",): _OF_THE_RUN,
    ("hypotheses",): _OF_THE_RUN,
    ("sweep",): _OF_THE_RUN,
    ("best",): _OF_THE_RUN,
    ("worth",): _OF_THE_RUN,
    ("beliefs",): _OF_THE_RUN,
    ("known",): _OF_THE_RUN,
    ("switch_month",): _OF_THE_RUN,
    ("history_months",): "is over when month 1 begins",
    ("history_policy",): "is over when month 1 begins",
    ("changes",): _OF_THE_RUN,
    ("people", "contacts_per_month", "factor"): "",
    ("people", "spend", "factor"): "",
    ("people",): f"{_DRAWN_ONCE}; people.contacts_per_month.factor and people.spend.factor change",
    ("network",): _DRAWN_ONCE,
    ("needs", "*", "name"): "names a column of the results; a share of 0 until then does it",
    ("desk", "answer_within_seconds"): _OF_THE_RUN,
    ("desk", "pools", "*", "concurrency"): "is fixed for a pool; another pool may differ",
    ("behaviour", "satisfaction", "start"): _AT_START,
    ("market", "rival", "share"): _AT_START,
    ("market", "rival", "better_fit_share"): _DRAWN_ONCE,
    ("company", "cash"): _AT_START,
    ("company", "discount_rate_per_year"): _OF_THE_RUN,
    ("policies", "*", "python"): "is imported once, for the whole run",
    ("policies", "*", "describe"): _OF_THE_RUN,
    ("policies", "*", "trial"): _OF_THE_RUN,
}
"""Paths that cannot change on the way, or (with an empty reason) can though their section cannot.

`*` stands for any name or place in a list.
"""


def why_fixed(steps: tuple[str, ...]) -> str:
    """Return why a path cannot change on the way; empty if it can. The first pattern decides."""
    for pattern, reason in FIXED.items():
        if len(steps) >= len(pattern) and all(
            part in ("*", step) for part, step in zip(pattern, steps, strict=False)
        ):
            return reason
    return ""


def _settable(values: Any) -> Any:
    """Refuse values that are no mapping of paths."""
    if not isinstance(values, dict) or not values:
        raise_violations([Violation((), "must set at least one path, such as {people.x: 1}")])
    return values


def _changeable(values: dict[str, Any]) -> dict[str, Any]:
    """Refuse paths that cannot change on the way."""
    wrong = ((path, why_fixed(tuple(path.removesuffix("+").split(".")))) for path in values)
    raise_violations(
        Violation((path,), f"cannot change on the way: it {reason}")
        for path, reason in wrong
        if reason
    )
    return values


_Values = Annotated[
    dict[Text, Any],
    BeforeValidator(_settable),
    AfterValidator(_changeable),
    WithJsonSchema({"type": "object", "minProperties": 1}),
]


class Change(Section):
    """Values that hold from a month on, or for some months."""

    month: Count = key(
        REQUIRED, "Reported month, from 1, at whose start it begins.", unit="months", ge=1, le=1200
    )
    months: Count | None = key(
        None,
        "How long it lasts, after which what held before holds again.",
        unit="months",
        default_text="for good",
        ge=1,
        le=1200,
    )
    set: _Values = key(
        REQUIRED,
        "Values by dotted path, as `--set` takes them; `path+` adds a pool that is not there yet.",
    )
    why: Text = key("", "What it is, for plots and the page.")

    def holds(self, month: int) -> bool:
        """Return whether it holds in a month, counted from 0."""
        since = self.month - 1
        return since <= month and (self.months is None or month < since + self.months)

    def as_written(self) -> object:
        """Return what a person would write."""
        data: dict[str, object] = {"month": self.month}
        data |= {} if self.months is None else {"months": self.months}
        data["set"] = {path: plain(value) for path, value in self.set.items()}
        return data | ({"why": self.why} if self.why else {})


class Stretch(NamedTuple):
    """Months throughout which the same values hold.

    Attributes
    ----------
    since : int
        Its first month, counted from 0.
    changes : tuple of int
        The entries in force, by index; where two set one path, the later counts.
    """

    since: int
    changes: tuple[int, ...]


def stretches(changes: tuple[Change, ...], months: int) -> list[Stretch]:
    """Return the stretches of a run, the first from month 0 on, each unlike the one before."""
    starts = {change.month - 1 for change in changes}
    ends = {change.month - 1 + change.months for change in changes if change.months}
    found: list[Stretch] = []
    for month in sorted({0} | {at for at in starts | ends if at < months}):
        held = [i for i, change in enumerate(changes) if change.holds(month)]
        held.sort(key=lambda i: changes[i].month)
        if not found or found[-1].changes != tuple(held):
            found.append(Stretch(month, tuple(held)))
    return found


def clashes(changes: tuple[Change, ...]) -> Iterator[Violation]:
    """Yield paths that two entries of one month set, for which neither is the later."""
    for place, later in enumerate(changes):
        before = [other for other in changes[:place] if other.month == later.month]
        taken = [path.removesuffix("+") for other in before for path in other.set]
        for path in later.set:
            if any(_overlap(path.removesuffix("+"), other) for other in taken):
                rule = f"is set by an earlier entry of month {later.month} too"
                yield Violation((place, "set", path), rule)


def _overlap(one: str, other: str) -> bool:
    """Return whether one path is the other, or leads through it."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def only_for(changes: tuple[Change, ...], policies: Iterable[str]) -> tuple[Change, ...]:
    """Return the changes without those of other policies than these."""
    kept = [(change, _paths_for(change, set(policies))) for change in changes]
    return tuple(change.model_copy(update={"set": paths}) for change, paths in kept if paths)


def _paths_for(change: Change, policies: set[str]) -> dict[str, Any]:
    return {path: value for path, value in change.set.items() if _concerns(path, policies)}


def _concerns(path: str, policies: set[str]) -> bool:
    section, *rest = path.split(".")
    return section != "policies" or not rest or rest[0] in policies


def names(changes: Iterable[Change]) -> list[str]:
    """Return what each entry is: its `why`, or the paths that it sets."""
    return [change.why or ", ".join(change.set) for change in changes]
