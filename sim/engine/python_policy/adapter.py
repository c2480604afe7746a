"""Adapt a Python policy to the engine: what it is shown, and how its answers are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

import numpy as np
from pydantic import ValidationError

from sim.errors import CapacityError, RunError
from sim.model.desk_arrays import kind_names
from sim.model.policy.entitlements import (
    MOST_ANSWERS,
    entitlement_cells,
    entitlement_row,
    override,
    pool_numbers,
    tiers_of,
)
from sim.model.policy.protocol import Contact, Customer
from sim.model.policy.tiering import observables
from sim.model.policy_tables import PolicyTables
from sim.model.records import CUSTOMER, VOICES, Integers
from sim.model.state import World
from sim.scenario.reading.python_policies import error_with_line, import_class
from sim.scenario.schema.policies import Entitlement
from sim.scenario.schema.scenario import Scenario

__all__ = ["EntitlementRows", "PolicyAdapter", "QueueClasses"]

_PHASES = ("need", "enquiry", "complaint")

QueueClasses = dict[tuple[int, float, float], int]
"""The number of each queue class, by level, head start and pace."""


class EntitlementRows:
    """Rows of the table of entitlements for what Python policies give, below the tiers' rows.

    Parameters
    ----------
    first : int
        The first row.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        self._rows: dict[Any, int] = {}

    def row(self, key: Any, fill: Callable[[int], None]) -> int:
        """Return the row of an answer; fill it if the answer is new.

        Raises
        ------
        CapacityError
            If there are more different answers than rows.
        """
        if key not in self._rows:
            if len(self._rows) == MOST_ANSWERS:
                raise CapacityError(
                    f"a Python policy gave more than {MOST_ANSWERS} different entitlements; "
                    "let it round its numbers"
                )
            row = self._first + len(self._rows)
            fill(row)
            self._rows[key] = row
        return self._rows[key]


class PolicyAdapter:
    """One Python policy in one run.

    Parameters
    ----------
    scenario : Scenario
    tables : PolicyTables
    index : int
        Of the policy, among those of the run.
    rows : EntitlementRows
    classes : QueueClasses
        New queue classes are added.

    Attributes
    ----------
    reviews, entitles : bool
        Which of the two questions the class answers.

    Raises
    ------
    RunError
        If the object cannot be made; in every method, if the class fails or its answer is wrong.
    """

    def __init__(
        self,
        scenario: Scenario,
        tables: PolicyTables,
        index: int,
        rows: EntitlementRows,
        classes: QueueClasses,
    ) -> None:
        policy = tables.policies[index]
        kind = import_class(policy.python or "")
        self._name = kind.__name__
        self.reviews = callable(getattr(kind, "review", None))
        self.entitles = callable(getattr(kind, "entitle", None))
        self._object = self._call("__init__", kind)
        self._tiers = [tier.name for tier in tiers_of(policy)]
        self._all_tiers = [tables.tier_names[column] for column in tables.tiers["column"]]
        self._kinds = kind_names(scenario)
        self._pools = pool_numbers(scenario.desk, tables.desk, tables.agent_pools[index])
        self._defaults = dict(entitlement_cells(policy, tiers_of(policy)))
        self._first_tier = int(tables.rules[index]["first_tier"])
        self._rows = rows
        self._classes = classes

    def tiers(self, world: World, now: float) -> Integers:
        """Return the row of each person's tier, as the class sees the customers now."""
        indices = np.flatnonzero(world.people["status"] == CUSTOMER)
        customers = self._customers(world, indices, now)
        answer = self._call("review", self._object.review, customers)
        rows = np.zeros(len(world.people), np.int64)
        rows[indices] = self._tier_rows(answer, len(indices))
        return rows

    def row(self, world: World, c: int, now: float) -> int:
        """Return the row of what the class gives for a contact; 0 for what the data gives."""
        contact = world.contacts[c]
        person = int(contact["person"])
        customer = self._customers(world, np.array([person]), now)[0]
        answer = self._call(
            "entitle", self._object.entitle, self._contact(world, contact, now), customer
        )
        if answer is None:
            return 0
        tier = int(world.people[person]["tier"])
        cell = int(contact["phase"]), tier, int(contact["voice"])
        fill = partial(self._fill, world, cell, answer)
        return self._rows.row((cell, self._key(answer)), fill)

    def _customers(self, world: World, indices: Integers, now: float) -> list[Customer]:
        people = world.people[indices]
        tiers = [self._all_tiers[row] for row in people["tier"].tolist()]
        is_customer = (people["status"] == CUSTOMER).tolist()
        values = observables(world, indices, now).tolist()
        rows = zip(indices.tolist(), is_customer, tiers, values, strict=True)
        return [Customer(number, is_one, tier, *row) for number, is_one, tier, row in rows]

    def _contact(self, world: World, contact: Any, now: float) -> Contact:
        return Contact(
            phase=_PHASES[contact["phase"]],  # type: ignore[arg-type]
            kind=self._kinds[contact["kind"]],
            voice=VOICES[contact["voice"]],
            attempt=int(contact["attempt"]) + 1,
            minute=now,
            month=int(world.run[0]["month"]) + 1,
        )

    def _tier_rows(self, answer: Any, count: int) -> list[int]:
        """Return the rows of tiers by name."""
        if not isinstance(answer, Sequence) or isinstance(answer, str) or len(answer) != count:
            self._refuse("review", f"must return a list with a tier for each of {count} customers")
        for name in answer:
            if name not in self._tiers:
                known = ", ".join(self._tiers)
                self._refuse("review", f"must return names of tiers ({known}), not {name!r}")
        return [self._first_tier + self._tiers.index(name) for name in answer]

    def _key(self, answer: Any) -> Any:
        """Return what tells one answer from another."""
        try:
            key = tuple(sorted(answer.items()))
            hash(key)
            return key
        except (AttributeError, TypeError):
            self._refuse("entitle", f"must return None or keys of an entitlement, not {answer!r}")

    def _fill(self, world: World, cell: tuple[int, int, int], answer: Any, row: int) -> None:
        """Write an answer into the table, over what the data gives for the same contact."""
        phase, tier, voice = cell
        default = self._defaults[phase, tier - self._first_tier, voice]
        given = override(default, self._entitlement(answer))
        world.entitlements[phase, row, voice] = entitlement_row(given, self._pools, self._classes)

    def _entitlement(self, answer: Mapping[str, object]) -> Entitlement:
        try:
            given = Entitlement.model_validate(dict(answer), by_alias=True, by_name=False)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(map(str, first["loc"]))
            self._refuse("entitle", f"returned a wrong '{key}': {first['msg']}")
        if given.privilege is not None:
            self._refuse("entitle", "cannot return 'privilege', which is the tier's")
        if given.price is not None:
            self._refuse("entitle", "cannot return 'price', which is the tier's")
        if given.pool is not None and given.pool not in self._pools:
            known = ", ".join(self._pools)
            self._refuse("entitle", f"must return one of the pools {known}, not {given.pool!r}")
        return given

    def _call(self, method: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of the class; report an error in it with its line."""
        try:
            return function(*arguments)
        except Exception as error:
            raise RunError(f"{self._name}.{method}: {error_with_line(error)}") from error

    def _refuse(self, method: str, rule: str) -> NoReturn:
        raise RunError(f"{self._name}.{method}: {rule}")
