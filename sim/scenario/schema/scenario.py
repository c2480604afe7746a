"""Rules that hold across the sections of a scenario.

A whole scenario, and the rules that hold across its sections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Strict

from sim.errors import nearest
from sim.scenario.schema.company import Company, Product, Staff
from sim.scenario.schema.fields import REQUIRED, Count, Name, Section, Slip, Switchable, Text, key
from sim.scenario.schema.hypotheses import Hypothesis, hypothesis_slips, misses
from sim.scenario.schema.needs_and_desk import RESERVED_KINDS, Desk, Need, default_needs
from sim.scenario.schema.people import Network, People
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.sweep import Sweep
from sim.scenario.schema.talk_and_churn import Behaviour
from sim.scenario.shipped import plainest

if TYPE_CHECKING:
    pass

__all__ = ["CHECKS", "Parts", "Scenario", "server_of_each_kind"]


def _need_slips(parts: Parts) -> Iterator[Slip]:
    """Yield no needs, names used twice, and shares that do not sum to 1."""
    names = [need.name for need in parts.needs]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Slip(("needs", i, "name"), "is the name of an earlier need")
    if not names:
        yield Slip(("needs",), "must list at least one need")
        return
    total = sum(need.share for need in parts.needs)
    if abs(total - 1) > 1e-6:
        yield Slip(("needs",), f"shares must sum to 1; these sum to {total:.9g}")


def _degree_slips(parts: Parts) -> Iterator[Slip]:
    """Yield a mean degree that there are not enough people for."""
    count, network = parts.people.count, parts.network
    drawn = network.kind not in ("none", "file") and count
    if drawn and count is not None and network.mean_degree >= count:
        yield Slip(("network", "mean_degree"), f"must be below people.count, {count}")


def _kinds(needs: Iterable[Need]) -> list[str]:
    return [*(need.name for need in needs), *RESERVED_KINDS]


def _servers(needs: Iterable[Need], desk: Desk) -> dict[str, list[str]]:
    """Return the pools that serve each kind, those without `serves` taking the rest."""
    kinds = _kinds(needs)
    found: dict[str, list[str]] = {
        kind: [name for name, pool in desk.pools.items() if kind in (pool.serves or ())]
        for kind in kinds
    }
    rest = [name for name, pool in desk.pools.items() if pool.serves is None]
    return {kind: pools or rest for kind, pools in found.items()}


def server_of_each_kind(needs: Iterable[Need], desk: Desk) -> dict[str, str]:
    """Return the one pool that serves each kind of contact; the desk must have passed checks."""
    return {kind: pools[0] for kind, pools in _servers(needs, desk).items()}


def _serving_slips(parts: Parts) -> Iterator[Slip]:
    """Yield kinds that no pool serves, or two, and kinds that are not there."""
    kinds = _kinds(parts.needs)
    for name, pool in parts.desk.pools.items():
        for i, kind in enumerate(pool.serves or ()):
            if kind not in kinds:
                path = ("desk", "pools", name, "serves", i)
                yield Slip(
                    path, "names no kind of need, enquiry or complaint", nearest(kind, kinds)
                )
    rest = [name for name, pool in parts.desk.pools.items() if pool.serves is None]
    if len(rest) > 1:
        rule = f"only one pool may go without `serves`; {rest[0]} does already"
        yield from (Slip(("desk", "pools", name), rule) for name in rest[1:])
    for kind, pools in _servers(parts.needs, parts.desk).items():
        yield from _kind_slips(kind, pools, rest)


def _kind_slips(kind: str, pools: list[str], rest: list[str]) -> Iterator[Slip]:
    if not pools:
        yield Slip(("desk", "pools"), f"no pool serves `{kind}`; add it to a pool's `serves`")
    if len(pools) > 1 and pools != rest:
        rule = f"`{kind}` is served by {pools[0]} already; each kind has one pool"
        yield from (Slip(("desk", "pools", name, "serves"), rule) for name in pools[1:])


def _policy_slips(parts: Parts) -> Iterator[Slip]:
    """Yield a scenario without policies."""
    if not parts.policies:
        yield Slip(("policies",), "must have at least one policy")


def _route_slips(parts: Parts) -> Iterator[Slip]:
    """Yield pools named by policies that the desk does not have."""
    for name, policy in parts.policies.items():
        pools = {**parts.desk.pools, **policy.pools}
        for path, pool in policy.routes():
            if pool not in pools:
                hint = nearest(pool, pools)
                yield Slip(("policies", name, *path), "names no pool of desk.pools", hint)


Check = Callable[["Parts"], Iterable[Slip]]

CHECKS: tuple[tuple[tuple[str, ...], Check], ...] = (
    (("needs",), _need_slips),
    (("people", "network"), _degree_slips),
    (("needs", "desk"), _serving_slips),
    (("policies",), _policy_slips),
    (("desk", "policies"), _route_slips),
    (("needs", "desk", "policies", "hypotheses"), hypothesis_slips),
)
"""Each rule with the sections that it reads, so that a fault elsewhere does not hide it."""


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
