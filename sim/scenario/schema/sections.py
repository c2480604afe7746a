"""The sections of a scenario, each sound in itself."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, Discriminator, Strict, StringConstraints, Tag

from sim.errors import nearest
from sim.measures.definitions import MEASURES
from sim.measures.policy_names import PATTERN
from sim.scenario.schema.beliefs import Belief, Known
from sim.scenario.schema.best import Best
from sim.scenario.schema.company import Company, Product, Staff
from sim.scenario.schema.fields import (
    REQUIRED,
    Count,
    Positive,
    Section,
    Switchable,
    Text,
    Violation,
    key,
    raise_violations,
)
from sim.scenario.schema.hypotheses import Hypothesis
from sim.scenario.schema.market import Market
from sim.scenario.schema.needs_and_desk import Desk, Need, default_needs
from sim.scenario.schema.network import Network
from sim.scenario.schema.people import People
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.sweep import Sweep
from sim.scenario.schema.talk_and_churn import Behaviour
from sim.scenario.schema.what_changes import Change
from sim.scenario.shipped import default_policies

__all__ = ["Sections"]

T = TypeVar("T")

RunName = Annotated[str, Strict(), StringConstraints(pattern=f"^{PATTERN}$", max_length=200)]
"""The name of a policy or of a control of one."""


def _sort_of_history(value: object) -> str:
    return "name" if isinstance(value, str) else "terms"


HistoryPolicy = Annotated[
    Annotated[RunName, Tag("name")] | Annotated[Policy, Tag("terms")],
    Discriminator(_sort_of_history),
]


def _known_measures(worth: dict[str, T]) -> dict[str, T]:
    """Refuse names of what is not measured."""
    rule = "is not a measure; see: sim measures"
    wrong = [name for name in worth if name not in MEASURES]
    raise_violations(Violation((name,), rule, nearest(name, MEASURES)) for name in wrong)
    return worth


USUAL_HISTORY = 12
"""Months lived before month 1 where people have minds and nothing else is said."""


class Sections(Section):
    """A scenario's sections, each sound in itself."""

    name: Text = key(REQUIRED, "Name of the scenario.", min_length=1, max_length=300)
    describe: Text = key("", "What it is about.")
    months: Count = key(
        36, "Length of a run, in months of four weeks.", unit="months", source="", le=1200
    )
    replications: Count = key(20, "Runs of each policy.", source="", ge=1, le=100_000)
    seed: Count = key(1, "Seed of all random numbers.", source="", le=2**32 - 1)
    people: People = key(People, "Everyone who can contact the company.")
    network: Network = key(Network, "Who talks to whom.")
    needs: Annotated[tuple[Need, ...], Strict(False)] = key(
        default_needs, "Kinds of need for which customers contact the company."
    )
    desk: Desk = key(Desk, "Where contacts wait and are served.")
    behaviour: Behaviour = key(Behaviour, "What people feel, say and do, or `none`.")
    staff: Switchable[Staff] = key(Staff, "How agents learn, feel, leave and are replaced.")
    product: Switchable[Product] = key(Product, "How complaints improve the product.")
    market: Market = key(Market, "Whom else people can buy from.")
    company: Company = key(Company, "Costs and money.")
    policies: dict[RunName, Policy] = key(
        default_policies,
        "Policies to compare, by name.",
        default_text="the first three of the library",
    )
    switch_month: Count | None = key(
        None,
        "Month at whose start each policy replaces the first, which all runs start under.",
        unit="months",
        default_text="never: each policy from the start",
        ge=2,
        le=1200,
    )
    history_months: Count = key(
        USUAL_HISTORY,
        "Months lived before month 1, unreported, in which minds, staff and tiers settle.",
        unit="months",
        default_text="12; with behaviour: none 0",
        le=240,
    )
    history_policy: HistoryPolicy | None = key(
        None,
        "Policy in force before month 1: its name, or its terms written out.",
        default_text="the first of the file",
    )
    changes: Annotated[tuple[Change, ...], Strict(False)] = key(
        (), "What changes on the way: values set from a month on, for good or for some months."
    )
    worth: Annotated[dict[Text, Positive], AfterValidator(_known_measures)] = key(
        dict,
        "By measure, a difference over the whole run that is too small to care about.",
        default_text="a hundredth of the level of what is compared",
    )
    beliefs: dict[Text, Belief] = key(
        dict,
        "What values uncertain keys may have, by dotted path; `*` stands for any name.",
        default_text="every assumed key has its plausible range",
    )
    known: Annotated[dict[Text, Known], AfterValidator(_known_measures)] = key(
        dict,
        "By measure, what the company has measured over the 12 months before month 1.",
    )
    hypotheses: Annotated[tuple[Hypothesis, ...], Strict(False)] = key((), "Hypotheses to test.")
    sweep: Sweep | None = key(None, "What `sim sweep` and `sim sensitivity` vary.")
    best: Best | None = key(None, "What `sim best` may change, and what it looks for.")

    def fill_defaults(self) -> None:
        """Fill in the months before month 1: none where nobody has a mind that could settle."""
        if "history_months" not in self.model_fields_set:
            mindless = self.behaviour == Behaviour.model_validate("none")
            self._set("history_months", 0 if mindless else USUAL_HISTORY)
