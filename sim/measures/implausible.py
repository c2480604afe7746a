"""What no company would live with for long, once: thresholds and sentences.

A world in which an agent works without a break, or a fifth of the callers hang up, may be meant. It
is more often a slip, and then every comparison of policies in it is about something else. So it is
said, before a run by `sim.execution.expected_load` and after it by `sim.report.kit.implausible`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

__all__ = [
    "BUSY", "CHURN", "HANGING_UP", "IDLE", "ORDER", "OVERLOAD", "PROMISE", "START", "Finding",
    "Limit", "sentences",
]  # fmt: skip

_MOST_NAMES = 4  # of policies in a sentence


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold beyond which a result is implausible.

    Attributes
    ----------
    name : str
    measure : str
        The measure that is judged; empty where it is no measure.
    says : str
        What is then the case; `{pool}` stands for the pool, or for the desk as a whole.
    keys : tuple of str
        Keys that change it, with `{pool}` and `{policy}`.
    least, most : float
        The measure is plausible from `least` to `most`, both included.
    """

    name: str
    measure: str
    says: str
    keys: tuple[str, ...]
    least: float = float("-inf")
    most: float = float("inf")

    def is_surely_broken(self, low: float | None, high: float | None) -> bool:
        """Return whether a whole interval lies beyond the limit, on one side."""
        if low is None or high is None:
            return False
        return low > self.most or high < self.least

    def is_broken_by(self, value: float | None) -> bool:
        """Return whether a value is known and lies beyond the limit."""
        return value is not None and not self.least <= value <= self.most


_AGENTS = ("desk.pools.{pool}.agents", "people.contacts_per_month.mean")

OVERLOAD = Limit(
    "overload", "", "More work is offered to {pool} than agents can do", _AGENTS, most=1.0
)
BUSY = Limit(
    "busy", "utilisation", "More than 95% of the paid time at {pool} is work", _AGENTS, most=0.95
)
IDLE = Limit(
    "idle", "utilisation", "Less than 10% of the paid time at {pool} is work", _AGENTS, least=0.10
)
HANGING_UP = Limit(
    "hanging_up", "abandonment", "More than 20% of those who queue at {pool} hang up",
    ("desk.pools.{pool}.agents", "desk.pools.{pool}.patience_minutes", "people.patience_minutes"),
    most=0.20,
)  # fmt: skip
CHURN = Limit(
    "churn", "churn_rate", "More than 10% of customers leave per month",
    ("behaviour.churn.natural_per_month", "behaviour.churn.base_per_month"), most=0.10,
)  # fmt: skip
PROMISE = Limit(
    "promise", "within_promise", "Every promised wait is kept anyway, so the promise does nothing",
    ("policies.{policy}.everyone.wait_promise_minutes", "policies.{policy}.tiers"),
)  # fmt: skip
ORDER = Limit(
    "order", "delayed", "Fewer than 1% of contacts wait, so classes and head starts do nothing",
    ("policies.{policy}", "desk.pools"), least=0.01,
)  # fmt: skip
START = Limit(
    "start", "", "The start is out of balance: the first months are more than 5% off the later",
    ("history_months", "history_policy"),
    least=-0.05, most=0.05,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something implausible.

    Attributes
    ----------
    limit : Limit
        That it lies beyond.
    policy : str
        Under which.
    figure : str
        What was found, as text with its unit.
    pools : tuple of str
        Where; none for the company or the desk as a whole.
    keys : tuple of str
        Keys that change it, in place of the limit's.
    expected : bool
        Whether it is expected, and not seen in a run.
    """

    limit: Limit
    policy: str
    figure: str
    pools: tuple[str, ...] = ()
    keys: tuple[str, ...] = field(default=())
    expected: bool = False


def sentences(findings: Iterable[Finding], named: Callable[[str], str] = str) -> Iterator[str]:
    """Yield two sentences on what was found: what it is under each policy, and the keys for it.

    Parameters
    ----------
    findings : iterable of Finding
        Those of one limit and place are said together.
    named : callable, optional
        How to write the name of a policy or pool.
    """
    kinds: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.limit.name, finding.pools), []).append(finding)
    for alike in kinds.values():
        yield f"{_what(alike[0], named)}: {_figures(alike, named)}. See {_keys(alike)}."


def _what(finding: Finding, named: Callable[[str], str]) -> str:
    """Return what is implausible, with the first letter large."""
    names = " and ".join(named(pool) for pool in finding.pools)
    one = "pool" if len(finding.pools) == 1 else "pools"
    text = finding.limit.says.format(pool=f"{one} {names}" if names else "the desk")
    text = text[:1].upper() + text[1:]
    return f"Before any run: {text[:1].lower()}{text[1:]}" if finding.expected else text


def _figures(alike: Sequence[Finding], named: Callable[[str], str]) -> str:
    """Return each figure with the policies that have it."""
    ordered = sorted(alike, key=lambda finding: finding.figure)
    parts = [
        f"{figure} under {_listed([named(one.policy) for one in same])}"
        for figure, same in groupby(ordered, key=lambda finding: finding.figure)
    ]
    more = len(parts) - _MOST_NAMES
    return ", ".join(parts[:_MOST_NAMES]) + (f", and {more} more" if more > 0 else "")


def _listed(names: Sequence[str]) -> str:
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} other policies"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _keys(alike: Sequence[Finding]) -> str:
    """Return the keys that change it, each once."""
    keys = [
        key.format(pool=pool, policy=finding.policy)
        for finding in alike[:_MOST_NAMES]
        for pool in finding.pools or ("*",)
        for key in finding.keys or finding.limit.keys
    ]
    return ", ".join(dict.fromkeys(keys))
