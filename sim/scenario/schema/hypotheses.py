"""The hypotheses section: claims that a scenario puts to the test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import MinLen
from pydantic import Strict

from sim.errors import nearest
from sim.measures.definitions import DECILES, GROUP_MEASURES, MEASURES
from sim.measures.expressions import Claim, Term, read_claim
from sim.scenario.schema.fields import REQUIRED, Section, Slip, Text, key
from sim.scenario.schema.needs_and_desk import RESERVED_KINDS
from sim.scenario.shipped import argument

if TYPE_CHECKING:
    from sim.scenario.schema.policies import Policy
    from sim.scenario.schema.scenario import Parts

__all__ = ["Hypothesis", "hypothesis_slips", "misses"]


class Hypothesis(Section):
    """One claim, to be supported, refuted or left undecided by paired replications."""

    name: Text = key(REQUIRED, "What it says, in plain words.", min_length=1, max_length=200)
    claim: Text = key(
        REQUIRED,
        "Two sums of measures with > or < between, such as "
        "`profit[value_tiers, last 12] > profit[equal, last 12]`.",
        min_length=1,
        max_length=500,
    )
    argument: Annotated[tuple[Text, ...], Strict(False)] = key(
        (), "Claims of the argument that it tests, by number, such as C16."
    )
    turns_with: dict[Text, Annotated[tuple[Any, ...], Strict(False), MinLen(1)]] = key(
        dict, "Values to try by dotted path, one path at a time, to see where the verdict turns."
    )
    because: Text = key("", "Why the scenario says so, or what to look at.")

    def read(self) -> Claim:
        """Return its claim as a tree.

        Raises
        ------
        ValueError
            If it cannot be read, which no scenario's can.
        """
        return read_claim(self.claim)


def hypothesis_slips(parts: Parts) -> Iterator[Slip]:
    """Yield names used twice, and claims that cannot be read or name what is not there."""
    names = [one.name for one in parts.hypotheses]
    for i, hypothesis in enumerate(parts.hypotheses):
        if hypothesis.name in names[:i]:
            yield Slip(("hypotheses", i, "name"), "is the name of an earlier hypothesis")
        for rule, hint in _claim_slips(hypothesis, parts):
            yield Slip(("hypotheses", i, "claim"), rule, hint)
        for j, number in enumerate(hypothesis.argument):
            if number not in argument():
                first, *_, last = argument()
                yield Slip(("hypotheses", i, "argument", j), f"must be one of {first} to {last}")


def _claim_slips(hypothesis: Hypothesis, parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield rule and suggestion for each fault of a claim."""
    try:
        claim = hypothesis.read()
    except ValueError as error:
        yield str(error), ""
        return
    for term in claim.terms():
        yield from _term_slips(term, parts)


def _term_slips(term: Term, parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield rule and suggestion for each name of a term that is not there."""
    if term.measure not in MEASURES:
        hint = nearest(term.measure, MEASURES)
        yield f"names a measure that there is not, `{term.measure}`; see sim measures", hint
    elif term.sort and term.measure not in GROUP_MEASURES[term.sort]:
        known = ", ".join(GROUP_MEASURES[term.sort])
        yield f"`{term.measure}` is not counted by {term.sort}; there are {known}", ""
    policy = parts.policies.get(term.policy)
    if policy is None:
        hint = nearest(term.policy, parts.policies)
        yield f"names a policy that the scenario does not run, `{term.policy}`", hint
    elif term.sort:
        known_groups = _groups(term.sort, policy, parts)
        if term.group not in known_groups:
            rule = f"names a {term.sort} that there is not, `{term.group}`; there are "
            yield rule + ", ".join(known_groups), nearest(term.group, known_groups)


def _groups(sort: str, policy: Policy, parts: Parts) -> list[str]:
    all_start = [next(iter(parts.policies.values()))] if parts.switch_month else []
    tiers = [name for one in (policy, *all_start) for name in one.tier_names()]
    groups: Mapping[str, list[str]] = {
        "tier": list(dict.fromkeys(tiers)),
        "decile": [str(place) for place in range(1, DECILES + 1)],
        "pool": list(dict.fromkeys([*parts.desk.pools, *policy.pools])),
        "need": [*(need.name for need in parts.needs), *RESERVED_KINDS],
    }
    return groups[sort]


def misses(hypothesis: Hypothesis, policies: Iterable[str], months: int) -> str:
    """Return what a run of these policies and months lacks to judge a hypothesis; else nothing."""
    terms = hypothesis.read().terms()
    absent = list(dict.fromkeys(term.policy for term in terms if term.policy not in policies))
    if absent:
        return f"{', '.join(absent)} did not run"
    longest = max(term.months for term in terms)
    if longest > months:
        return f"it asks about {longest} months of {months}"
    return ""
