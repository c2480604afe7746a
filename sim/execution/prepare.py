"""What is done before the first run: every file is read, and the size of the runs judged.

`sim check` stops here; whatever runs a scenario begins here. So neither takes what the other
refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sim.errors import DataError, InputError
from sim.execution.executors import memory_here
from sim.execution.expected_load import implausible_loads
from sim.measures.implausible import CHURN, Finding, sentences
from sim.scenario.reading.points_file import read_point_rows
from sim.scenario.run_size import MOST_EVENTS, RunSize, run_size
from sim.scenario.schema.cross_checks import spared_agents
from sim.scenario.schema.market import Rival
from sim.scenario.schema.policies import Entitlement
from sim.scenario.schema.scenario import Scenario

if TYPE_CHECKING:
    from sim.model.population.customer_file import CustomerFile

__all__ = ["Prepared", "prepare"]

T = TypeVar("T")

_LONG = 86_400.0  # seconds of processor time, above which it is said


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario that can be run.

    Attributes
    ----------
    scenario : Scenario
    size : RunSize
    warnings : tuple of str
        What may not be meant, a sentence each.
    """

    scenario: Scenario
    size: RunSize
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Findings:
    """What is found on the way: faults of files that do not depend on each other, and warnings."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def read(self, reader: Callable[[], T]) -> T | None:
        """Return what a reader gives; None, and its faults kept, where it raises any."""
        try:
            return reader()
        except InputError as error:
            self.faults.append(str(error))
            return None


def prepare(scenario: Scenario) -> Prepared:
    """Open every file that a scenario names, and estimate what its runs take.

    Raises
    ------
    InputError
        With the faults of every file; or if a run cannot be expected to end, or to fit in this
        machine's memory.
    """
    found = _Findings()
    people, file = scenario.people, None
    if people.file is not None:
        file = found.read(lambda: _customers(scenario))
        found.warnings += [f"{people.file}: {note}." for note in file.notes] if file else []
    if people.file is None or file is not None:
        found.read(lambda: _ties(scenario, file, found.warnings))
    if scenario.sweep is not None and scenario.sweep.file is not None:
        points = Path(scenario.sweep.file)
        found.read(lambda: read_point_rows(points))
    if found.faults:
        raise DataError("\n".join(found.faults))
    customers = None if file is None or file.customer is None else int(file.customer.sum())
    size = run_size(scenario, file.count if file else None, customers)
    _refuse_endless(scenario, size)
    told = [*found.warnings, *_warnings(scenario, size)]
    count = _count(scenario, file, customers)
    told += sentences([*implausible_loads(scenario, count), *_expected_churn(scenario)])
    return Prepared(scenario, size, tuple(told))


def _expected_churn(scenario: Scenario) -> Iterator[Finding]:
    """Yield every policy where more leave for natural reasons alone than any company stands."""
    churn = scenario.behaviour.churn
    share = 0.0 if churn is None else 1.0 - exp(-churn.natural_per_month)
    if CHURN.is_broken_by(share):
        figure = f"{100.0 * share:.3g}% for natural reasons alone"
        yield from (Finding(CHURN, name, figure, expected=True) for name in scenario.policies)


def _count(scenario: Scenario, file: CustomerFile | None, customers: int | None) -> int:
    """Return how many customers there are at the start."""
    if customers is not None:
        return customers
    return scenario.people.customers or (0 if file is None else file.count)


def _customers(scenario: Scenario) -> CustomerFile:
    # Only here: most scenarios have no files, and checking should start fast.
    from sim.model.population.customer_file import customers_of

    file = customers_of(scenario.people)
    assert file is not None
    return file


def _ties(scenario: Scenario, file: CustomerFile | None, warnings: list[str]) -> None:
    """Read the edge list, and see that there are people enough for a network that is drawn."""
    network = scenario.network
    count = file.count if file else scenario.people.count or 0
    if file is not None:
        for violation in network.crowded(count):
            raise DataError(f"{scenario.people.file}: network.{violation.path[0]}: "
                            f"{violation.rule}.")  # fmt: skip
    if network.file is None:
        return
    from sim.model.population.edge_list import read_edges

    edges = read_edges(network.file, count, file.ids if file else None)
    if edges.passed_over:
        warnings.append(
            f"{network.file}: {', '.join(edges.passed_over)}: not used; ties have no weight."
        )
    alone = count - len({int(person) for person in edges.pairs.flat})
    if alone:
        warnings.append(f"{network.file}: {alone:,} of {count:,} people have no ties in it.")


def _refuse_endless(scenario: Scenario, size: RunSize) -> None:
    """Refuse runs that do not end, or do not fit into this machine."""
    here, wanted = memory_here(), size.memory_bytes
    if size.events > MOST_EVENTS:
        raise InputError(
            f"{scenario.name}: {size}; lower people.customers, people.contacts_per_month or "
            "months, or resolve more at the first contact (needs, behaviour.contact.callback)."
        )
    if here is not None and wanted > here:
        raise InputError(
            f"{scenario.name}: {size}; this machine has {here / 1e9:.0f} GB. Lower people.count."
        )


def _market_warnings(scenario: Scenario) -> Iterator[str]:
    """Yield what has no effect because people can buy nowhere else."""
    rival = scenario.market.rival
    if rival is not None and rival.share > 0.0:
        return
    if rival is not None and rival != Rival():
        yield "market.rival.share is 0: there is no rival, and its other keys do nothing."
    for name, policy in scenario.policies.items():
        prices = {
            given.price for _, given in policy.entitlements() if isinstance(given, Entitlement)
        }
        if prices - {None, 1.0}:
            yield (
                f"policies.{name} gives a price, and there is no rival (market.rival.share): bills "
                "change, and nobody minds."
            )


def _warnings(scenario: Scenario, size: RunSize) -> list[str]:
    said = [f"This is large: {size}."] if size.seconds > _LONG else []
    said += _market_warnings(scenario)
    for name, policy in scenario.policies.items():
        said += [
            f"policies.{name}.pools.{pool} is not formed: desk.pools.{donor} can spare nobody. "
            "Its contacts stay where they were."
            for pool, donor, spare in spared_agents(scenario.desk, policy)
            if spare == 0
        ]
    return said
