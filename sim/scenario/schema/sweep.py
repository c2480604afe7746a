"""What a sweep varies, and how its points are chosen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, GetJsonSchemaHandler, Strict, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sim.scenario.reading.nodes import Scalar
from sim.scenario.schema.fields import (
    Count,
    Number,
    Section,
    Text,
    Violation,
    key,
    raise_violations,
)

__all__ = ["SAMPLED", "DesignName", "Levels", "Sweep"]

DesignName = Literal["grid", "one_at_a_time", "latin_hypercube", "sobol", "random", "file"]

SAMPLED = ("latin_hypercube", "sobol", "random")
"""Designs of as many points as asked for."""

MOST_POINTS = 1_000_000


def _level(value: Any) -> Any:
    sound = isinstance(value, (bool, int, str)) or (
        isinstance(value, float) and math.isfinite(value)
    )
    if not sound:
        raise_violations([Violation((), "must be a finite number, a text, or true or false")])
    return value


Level = Annotated[
    Any, BeforeValidator(_level), WithJsonSchema({"type": ["number", "string", "boolean"]})
]


class Levels(Section):
    """The values that one path takes: a list of them, or a range from one number to another."""

    values: Annotated[tuple[Level, ...], Strict(False)] = key((), "The values themselves, a list.")
    low: Number | None = key(None, "Lower end of a range.", alias="from")
    high: Number | None = key(None, "Upper end of a range.", alias="to")
    steps: Count | None = key(
        None, "Values in a range, ends included; sampled designs draw anywhere in it.", ge=2
    )
    scale: Literal["linear", "log"] = key(
        "linear", "Whether the values of a range have equal steps or equal ratios."
    )

    @model_validator(mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return {"values": value}
        if not isinstance(value, (dict, Levels)) or (isinstance(value, dict) and "values" in value):
            raise_violations(
                [Violation((), "must be a list of values, or a range such as {from: 0, to: 1}")]
            )
        return value

    def violations(self) -> Iterable[Violation]:
        """Yield an empty list, values of several kinds, and ranges without two ends in order."""
        if self.low is None and self.high is None:
            yield from self._list_violations()
        elif self.low is None or self.high is None:
            yield Violation((), "needs both `from` and `to`")
        elif self.low >= self.high:
            yield Violation(("from",), "must be below `to`")
        elif self.scale == "log" and self.low <= 0:
            yield Violation(("from",), "must be above 0 for scale: log")

    def _list_violations(self) -> Iterable[Violation]:
        kinds = {_kind(value) for value in self.values}
        if not self.values:
            yield Violation((), "must list at least one value")
        elif len(kinds) > 1:
            yield Violation((), f"must be values of one kind, not of {' and '.join(sorted(kinds))}")
        elif len(set(self.values)) < len(self.values):
            yield Violation((), "must not list a value twice")

    @property
    def listed(self) -> tuple[Scalar, ...]:
        """The values one by one; none for a range without steps."""
        if self.low is None or self.high is None or self.steps is None:
            return self.values
        shares = [step / (self.steps - 1) for step in range(self.steps)]
        return tuple(self.between(share) for share in shares)

    def between(self, share: float) -> float:
        """Return the value at a share (0 to 1) of the way along a range, to 12 digits."""
        low, high = self.low or 0.0, self.high or 0.0
        if self.scale == "log":
            value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
        else:
            value = low + share * (high - low)
        # 0.3, not 0.30000000000000004, which would be a point of its own.
        return float(f"{min(max(value, low), high):.12g}")

    def as_written(self) -> object:
        """Return the shortest way to write these levels."""
        if self.low is None:
            return list(self.values)
        data: dict[str, object] = {"from": self.low, "to": self.high}
        data |= {} if self.steps is None else {"steps": self.steps}
        return data | ({} if self.scale == "linear" else {"scale": self.scale})

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        level = {"type": ["number", "string", "boolean"]}
        return {"anyOf": [{"type": "array", "items": level, "minItems": 1}, handler(schema)]}


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "text" if isinstance(value, str) else "numbers"


class Sweep(Section):
    """A design of experiments over a scenario's own keys."""

    design: DesignName = key(
        "grid",
        "How points are chosen: all combinations, one setting at a time about the scenario, a "
        "Latin hypercube, a scrambled Sobol sequence, at random, or the rows of a file.",
        source="McKay, Beckman & Conover 1979; Sobol 1967; Owen 1998",
    )
    vary: dict[Text, Levels] = key(
        {}, "What is varied, by dotted path: a list of values, or {from, to, steps, scale}."
    )
    points: Count | None = key(None, "Points of a sampled design.", ge=1, le=MOST_POINTS)
    file: Text | None = key(
        None, "CSV file for design: file, with a dotted path per column and a point per row."
    )
    replications: Count | None = key(
        None, "Runs of each policy at each point.", ge=1, le=100_000, default_text="the scenario's"
    )

    def violations(self) -> Iterable[Violation]:
        """Yield what the design lacks or cannot use."""
        yield from self._file_violations() if self.design == "file" else self._vary_violations()
        if self.points is not None and self.design not in SAMPLED:
            yield Violation(
                ("points",), f"belongs to {', '.join(SAMPLED)}, not to design: {self.design}"
            )

    def _file_violations(self) -> Iterable[Violation]:
        if self.file is None:
            yield Violation(("file",), "is required for design: file")
        if self.vary:
            yield Violation(
                ("vary",), "follows from the file's columns for design: file; leave it out"
            )

    def _vary_violations(self) -> Iterable[Violation]:
        if self.file is not None:
            yield Violation(("file",), f"belongs to design: file, not to design: {self.design}")
        if not self.vary:
            yield Violation(("vary",), "must name at least one path")
        if self.design in SAMPLED and self.points is None:
            yield Violation(("points",), f"is required for design: {self.design}")
        if self.design not in SAMPLED:
            yield from self._listing_violations()

    def _listing_violations(self) -> Iterable[Violation]:
        for path, levels in self.vary.items():
            if not levels.listed:
                rule = f"needs `steps`, or a list of values, for design: {self.design}"
                yield Violation(("vary", path), rule)
        size = math.prod(len(levels.listed) or 1 for levels in self.vary.values())
        if self.design == "grid" and size > MOST_POINTS:
            yield Violation(("vary",), f"makes {size} points; a grid has at most {MOST_POINTS}")
