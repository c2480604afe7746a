"""The best section: what `sim best` may change, and what it looks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Strict, WithJsonSchema, model_validator

from sim.errors import nearest
from sim.measures.definitions import MEASURES
from sim.measures.fairness_measures import FAIRNESS
from sim.measures.measure import answer_limit
from sim.scenario.schema.fields import (
    REQUIRED,
    Count,
    Name,
    Number,
    Section,
    Text,
    Violation,
    key,
    raise_violations,
)
from sim.scenario.schema.sweep import Levels

__all__ = ["DEFAULT_OBJECTIVE", "Best", "Constraint", "Lever", "direction_of", "read_constraint"]

DEFAULT_OBJECTIVE = {"profit_discounted": 1.0, "customer_equity": 1.0}
"""What has been earned, and what is expected of the customers that there are at the end."""

MANAGED = ("policies", "desk")
"""The sections that a manager decides on."""

_CONSTRAINT = re.compile(
    r"\s*(?P<measure>[^\W\d]\w*)\s*(?P<sign><=|>=)\s*(?P<limit>-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*"
)
_MONEY = ("profit", "profit_discounted")


def direction_of(measure: str) -> str | None:
    """Return which way a measure of a run is better, up, down or none; None if there is none."""
    if measure in MEASURES:
        return MEASURES[measure].direction
    if measure in FAIRNESS:
        return FAIRNESS[measure].better
    return "up" if answer_limit(measure) is not None else None


def _unknown(measure: str, path: tuple[str | int, ...]) -> Violation:
    rule = f"{measure} is not a measure of a run; see: sim measures"
    return Violation(path, rule, nearest(measure, [*MEASURES, *FAIRNESS]))


@dataclass(frozen=True, slots=True)
class Constraint:
    """A bound on the mean of a measure.

    Attributes
    ----------
    measure : str
    sign : {'<=', '>='}
    limit : float
        In the measure's unit.
    """

    measure: str
    sign: Literal["<=", ">="]
    limit: float

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.measure} {self.sign} {self.limit:g}"


def read_constraint(text: str) -> Constraint:
    """Read a constraint such as ``wait_p95 <= 10``.

    Raises
    ------
    ValueError
        If it is not written so.
    """
    found = _CONSTRAINT.fullmatch(text)
    if found is None:
        raise ValueError("must be a measure, <= or >=, and a number, such as `wait_p95 <= 10`")
    sign: Literal["<=", ">="] = "<=" if found["sign"] == "<=" else ">="
    return Constraint(found["measure"], sign, float(found["limit"]))


def _weights(value: Any) -> Any:
    """Read the name of a measure as its weight: 1 where more is better, -1 where less is."""
    if not isinstance(value, str):
        return value
    direction = direction_of(value)
    if direction is None:
        raise_violations([_unknown(value, ())])
    if direction == "none":
        rule = f"neither more nor less of {value} is better; write {{{value}: 1}} or -1"
        raise_violations([Violation((), rule)])
    return {value: 1.0 if direction == "up" else -1.0}


def _known_weights(weights: dict[str, float]) -> dict[str, float]:
    wrong = [_unknown(name, (name,)) for name in weights if direction_of(name) is None]
    nothing = Violation((), "must name at least one measure with a weight other than 0")
    raise_violations([*wrong, *[nothing] * (not any(weights.values()))])
    return weights


Objective = Annotated[
    dict[Text, Number],
    BeforeValidator(_weights),
    AfterValidator(_known_weights),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": {"type": "number"}},
            ]
        }
    ),
]


class Lever(Levels):
    """The values that a key may take, and what they cost: a list of values, or a range."""

    cost_per_month: Number | None = key(
        None, "What one unit more costs beyond what the model counts.", unit="currency/month",
        source="",
    )  # fmt: skip
    cost_from: Number | None = key(
        None, "Value from which that is counted; less than it saves as much.",
        default_text="the scenario's own value",
    )  # fmt: skip

    @model_validator(mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        """Read a bare list as the values; beside a cost they stand under `values`."""
        if isinstance(value, (list, tuple)):
            return {"values": value}
        if not isinstance(value, (dict, Lever)):
            rule = "must be a list of values, or a range such as {from: 0, to: 1}"
            raise_violations([Violation((), rule)])
        return value

    def violations(self) -> Iterable[Violation]:
        """Yield what a list or range lacks, and costs of what is no number."""
        if self.values and (self.low is not None or self.high is not None):
            yield Violation(("values",), "must not stand beside a range")
        yield from super().violations()
        words = any(isinstance(value, (str, bool)) for value in self.values)
        if self.cost_per_month is not None and words:
            yield Violation(("cost_per_month",), "belongs to numbers only")
        if self.cost_from is not None and self.cost_per_month is None:
            yield Violation(("cost_from",), "has no effect without cost_per_month")

    def as_written(self) -> object:
        """Return the shortest way to write this lever."""
        plain = super().as_written()
        costs = {name: value for name, value in (("cost_per_month", self.cost_per_month),
                 ("cost_from", self.cost_from)) if value is not None}  # fmt: skip
        if not costs:
            return plain
        return {**(plain if isinstance(plain, dict) else {"values": plain}), **costs}


class Best(Section):
    """What `sim best` may change, what it looks for, and how long."""

    policy: Name = key(
        REQUIRED,
        "Policy from which the search starts; its keys and the desk's may move.",
        source="",
    )
    vary: dict[Text, Lever] = key(
        REQUIRED,
        "What may move, by dotted path into this policy or the desk: a list of values, or "
        "{from, to, steps, scale, cost_per_month}.",
        source="",
        min_length=1,
    )
    objective: Objective = key(
        lambda: dict(DEFAULT_OBJECTIVE),
        "What is to be as large as possible: a measure, or measures with weights.",
        default_text="profit_discounted plus customer_equity",
    )
    constraints: Annotated[tuple[Text, ...], Strict(False)] = key(
        (), "What must hold on average over runs, each such as `wait_p95 <= 10`."
    )
    inequality: Text = key(
        "treatment_gap_mean", "Measure of inequality that the frontier trades profit against."
    )
    runs: Count = key(400, "Runs that the search may take in all.", ge=60, le=1_000_000)
    replications: Count = key(
        3, "Runs of each candidate at a time, with the same random numbers.", ge=2, le=1000
    )
    confidence: Number = key(
        0.95, "Least probability that the choice among the last candidates is right.",
        ge=0.5, le=0.9999,
    )  # fmt: skip

    def violations(self) -> Iterable[Violation]:
        """Yield paths that nobody manages, unreadable constraints, and costs of no effect."""
        for path in self.vary:
            yield from self._path_violations(path)
        for place, text in enumerate(self.constraints):
            yield from _constraint_violations(place, text)
        if direction_of(self.inequality) is None:
            yield _unknown(self.inequality, ("inequality",))
        if not any(name in self.objective for name in _MONEY):
            for path, lever in self.vary.items():
                if lever.cost_per_month is not None:
                    rule = "has no effect: the objective has neither profit nor profit_discounted"
                    yield Violation(("vary", path, "cost_per_month"), rule)

    def bounds(self) -> tuple[Constraint, ...]:
        """Return the constraints, read."""
        return tuple(read_constraint(text) for text in self.constraints)

    def _path_violations(self, path: str) -> Iterable[Violation]:
        section, _, rest = path.partition(".")
        if section not in MANAGED or not rest:
            rule = "must lead into the policy or the desk, which a manager decides on"
            yield Violation(("vary", path), rule)
        elif section == "policies" and rest.split(".")[0] != self.policy:
            rule = f"must lead into policies.{self.policy}, the policy from which the search starts"
            yield Violation(("vary", path), rule)


def _constraint_violations(place: int, text: str) -> Iterable[Violation]:
    try:
        found = read_constraint(text)
    except ValueError as error:
        yield Violation(("constraints", place), str(error))
        return
    if direction_of(found.measure) is None:
        yield _unknown(found.measure, ("constraints", place))
