"""A whole scenario, and the rules that hold across its sections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Strict

from sim.scenario.checks import CHECKS, server_of_each_kind
from sim.scenario.company import Company, Product, Staff
from sim.scenario.desk import Desk, Need, default_needs
from sim.scenario.hypotheses import Hypothesis, misses
from sim.scenario.keys import REQUIRED, Count, Name, Section, Slip, Switchable, Text, key
from sim.scenario.network import Network
from sim.scenario.people import People
from sim.scenario.policies import Policy
from sim.scenario.shipped import plainest
from sim.scenario.society import Behaviour
from sim.scenario.sweeping import Sweep

__all__ = ["Parts", "Scenario"]


class Parts(Section):
    """A scenario's sections, each sound in itself."""

    name: Text = key(REQUIRED, "Name of the scenario.", min_length=1, max_length=300)
    describe: Text = key("", "What it is about.")
    months: Count = key(
        36, "Length of a run, in months of four weeks.", unit="months", source="", le=1200
    )
    replications: Count = key(20, "Runs of each policy.", source="", ge=1, le=100_000)
    seed: Count = key(1, "Seed of all chance.", source="", le=2**32 - 1)
    people: People = key(People, "Everyone who can contact the company.")
    network: Network = key(Network, "Who talks to whom.")
    needs: Annotated[tuple[Need, ...], Strict(False)] = key(
        default_needs, "Kinds of need for which customers contact the company."
    )
    desk: Desk = key(Desk, "Where contacts wait and are served.")
    behaviour: Behaviour = key(Behaviour, "What people feel, say and do, or `none`.")
    staff: Switchable[Staff] = key(Staff, "How agents learn, feel, leave and are replaced.")
    product: Switchable[Product] = key(Product, "How complaints mend the product.")
    company: Company = key(Company, "Costs and money.")
    policies: dict[Name, Policy] = key(
        plainest, "Policies to compare, by name.", shown="the first three of the library"
    )
    switch_month: Count | None = key(
        None,
        "Month at whose start each policy takes over from the first, which all start under.",
        unit="months",
        shown="never: each policy from the start",
        ge=2,
        le=1200,
    )
    hypotheses: Annotated[tuple[Hypothesis, ...], Strict(False)] = key(
        (), "Claims to put to the test."
    )
    sweep: Sweep | None = key(None, "What `sim sweep` and `sim sensitivity` vary.")


class Scenario(Parts):
    """A checked scenario: frozen, inert, with every default filled in.

    Sections that may be switched off (`behaviour.talk`, `staff`, ...) are None when they are, and
    `people.patience_minutes` is None when people hang on for ever.
    """

    def slips(self) -> Iterable[Slip]:
        """Yield the rules broken across sections."""
        for _, check in CHECKS:
            yield from check(self)

    def in_brief(self) -> str:
        """Return the first sentence of what it is about, or its name where it does not say."""
        first, stop, _ = self.describe.partition(". ")
        return " ".join((first + stop.rstrip()).split()) or self.name

    def judgeable(self) -> tuple[Hypothesis, ...]:
        """Return the hypotheses that these policies and months can judge.

        Others are left when policies are picked or months cut short by a flag.
        """
        return tuple(one for one in self.hypotheses if not misses(one, self.policies, self.months))

    def servers(self) -> dict[str, str]:
        """Return the name of the pool that serves each kind of contact where no policy says.

        Kinds are the names of the needs, then `enquiry` and `complaint`.
        """
        return server_of_each_kind(self.needs, self.desk)
