"""The hypotheses section: claims that a scenario puts to the test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from annotated_types import MinLen
from pydantic import Strict

from sim.measures.expressions import Claim, read_claim
from sim.scenario.schema.fields import REQUIRED, Section, Text, key

__all__ = ["Hypothesis", "why_untestable"]


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
        dict,
        "Values to try by dotted path, one setting at a time, to find where the verdict changes.",
    )
    because: Text = key("", "Why the scenario makes this claim, or what to look at.")

    def read(self) -> Claim:
        """Return its claim as a tree.

        Raises
        ------
        ValueError
            If it cannot be read, which no scenario's can.
        """
        return read_claim(self.claim)


def why_untestable(hypothesis: Hypothesis, policies: Iterable[str], months: int) -> str:
    """Return what a run of these policies and months lacks to judge a hypothesis; else nothing."""
    terms = hypothesis.read().terms()
    needed = [term.policy for term in terms]
    needed += [cohort[1] for term in terms if (cohort := term.cohort()) is not None]
    absent = [name for name in dict.fromkeys(needed) if name not in policies]
    if absent:
        return f"{', '.join(absent)} did not run"
    longest = max(term.months for term in terms)
    if longest > months:
        return f"it needs {longest} months, and a run has {months}"
    return ""
