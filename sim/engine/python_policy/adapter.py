"""A Python policy at work: what it sees, what it answers, and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

import numpy as np
from pydantic import ValidationError

from sim.errors import CapacityError, RunError
from sim.model.desk_arrays import kind_names
from sim.model.policy.entitlements import MOST_ANSWERS, cells_of, manned, over, row_of, tiers_of
from sim.model.policy.protocol import Contact, Customer
from sim.model.policy.tiering import seen
from sim.model.records import CUSTOMER, VOICES, Integers, PolicyTables
from sim.model.state import World
from sim.scenario.reading.python_policies import class_named, last_frame
from sim.scenario.schema.policies import Entitlement
from sim.scenario.schema.scenario import Scenario

__all__ = ["Answers", "Mind", "Places"]

_PHASES = ("need", "enquiry", "complaint")

Places = dict[tuple[int, float, float], int]
"""The number of each queue class, by level, head start and pace."""


class Answers:
    """Rows for what Python policies give, below those of the tiers.

    Parameters
    ----------
    first : int
        The first row.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        self._rows: dict[Any, int] = {}

    def row(self, key: Any, fill: Callable[[int], None]) -> int:
        """Return the row of an answer; one not given before is filled in.

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


class Mind:
    """One run's object of a Python policy.

    Parameters
    ----------
    scenario : Scenario
    tables : PolicyTables
    place : int
        The policy's, among those of the run.
    answers : Answers
    places : Places
        New queue classes are entered.

    Attributes
    ----------
    reviews, entitles : bool
        Which of the two questions the class answers.

    Raises
    ------
    RunError
        If the object cannot be made; in every method, if the class fails, or answers what is none.
    """

    def __init__(
        self,
        scenario: Scenario,
        tables: PolicyTables,
        place: int,
        answers: Answers,
        places: Places,
    ) -> None:
        policy = tables.policies[place]
        kind = class_named(policy.python or "")
        self._name = kind.__name__
        self.reviews = callable(getattr(kind, "review", None))
        self.entitles = callable(getattr(kind, "entitle", None))
        self._object = self._asked("__init__", kind)
        self._tiers = [tier.name for tier in tiers_of(policy)]
        self._all_tiers = [tables.tier_names[column] for column in tables.cuts["column"]]
        self._kinds = kind_names(scenario)
        self._pools = manned(scenario.desk, tables.desk, tables.seats[place])
        self._usual = dict(cells_of(policy, tiers_of(policy)))
        self._first_tier = int(tables.rules[place]["first_tier"])
        self._answers = answers
        self._places = places

    def tiers(self, world: World, now: float) -> Integers:
        """Return the row of each person's tier, as the class sees the customers now."""
        who = np.flatnonzero(world.people["status"] == CUSTOMER)
        customers = self._seen(world, who, now)
        told = self._asked("review", self._object.review, customers)
        rows = np.zeros(len(world.people), np.int64)
        rows[who] = self._rows_of(told, len(who))
        return rows

    def row(self, world: World, c: int, now: float) -> int:
        """Return the row of what the class gives for a contact; 0 for what the data gives."""
        contact = world.contacts[c]
        person = int(contact["person"])
        customer = self._seen(world, np.array([person]), now)[0]
        told = self._asked(
            "entitle", self._object.entitle, self._contact(world, contact, now), customer
        )
        if told is None:
            return 0
        tier = int(world.people[person]["tier"])
        cell = int(contact["phase"]), tier, int(contact["voice"])
        fill = partial(self._fill, world, cell, told)
        return self._answers.row((cell, self._key(told)), fill)

    def _seen(self, world: World, who: Integers, now: float) -> list[Customer]:
        people = world.people[who]
        tiers = [self._all_tiers[row] for row in people["tier"].tolist()]
        belong = (people["status"] == CUSTOMER).tolist()
        values = seen(world, who, now).tolist()
        rows = zip(who.tolist(), belong, tiers, values, strict=True)
        return [Customer(number, is_one, tier, *row) for number, is_one, tier, row in rows]

    def _contact(self, world: World, contact: Any, now: float) -> Contact:
        return Contact(
            phase=_PHASES[contact["phase"]],  # type: ignore[arg-type]
            kind=self._kinds[contact["kind"]],
            voice=VOICES[contact["voice"]],
            attempt=int(contact["stage"]) + 1,
            minute=now,
            month=int(world.run[0]["month"]) + 1,
        )

    def _rows_of(self, told: Any, count: int) -> list[int]:
        """Return the rows of tiers by name."""
        if not isinstance(told, Sequence) or isinstance(told, str) or len(told) != count:
            self._refuse("review", f"must return a list with a tier for each of {count} customers")
        for name in told:
            if name not in self._tiers:
                known = ", ".join(self._tiers)
                self._refuse("review", f"must return names of tiers ({known}), not {name!r}")
        return [self._first_tier + self._tiers.index(name) for name in told]

    def _key(self, told: Any) -> Any:
        """Return what tells one answer from another."""
        try:
            key = tuple(sorted(told.items()))
            hash(key)
            return key
        except (AttributeError, TypeError):
            self._refuse("entitle", f"must return None or keys of an entitlement, not {told!r}")

    def _fill(self, world: World, cell: tuple[int, int, int], told: Any, row: int) -> None:
        """Write an answer into the table, over what the data gives for the same contact."""
        phase, tier, voice = cell
        usual = self._usual[phase, tier - self._first_tier, voice]
        given = over(usual, self._entitlement(told))
        world.entitlements[phase, row, voice] = row_of(given, self._pools, self._places)

    def _entitlement(self, told: Mapping[str, object]) -> Entitlement:
        try:
            given = Entitlement.model_validate(dict(told), by_alias=True, by_name=False)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(map(str, first["loc"]))
            self._refuse("entitle", f"returned a wrong '{key}': {first['msg']}")
        if given.privilege is not None:
            self._refuse("entitle", "cannot return 'privilege', which is the tier's")
        if given.pool is not None and given.pool not in self._pools:
            known = ", ".join(self._pools)
            self._refuse("entitle", f"must return one of the pools {known}, not {given.pool!r}")
        return given

    def _asked(self, method: str, ask: Callable[..., Any], *about: Any) -> Any:
        """Return what the class answers; what goes wrong in it is told with its line."""
        try:
            return ask(*about)
        except Exception as error:
            raise RunError(f"{self._name}.{method}: {last_frame(error)}") from error

    def _refuse(self, method: str, rule: str) -> NoReturn:
        raise RunError(f"{self._name}.{method}: {rule}")
