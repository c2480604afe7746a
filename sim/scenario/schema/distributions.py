"""Probability distributions as a scenario writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import GetJsonSchemaHandler, Strict, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sim.scenario.schema.fields import Minutes, Section, Spread, Violation, key, raise_violations

__all__ = ["Distribution", "DistributionName", "PatienceLaw"]

UNLIMITED = "unlimited"

DistributionName = Literal["constant", "exponential", "lognormal", "gamma", "weibull", "empirical"]


def _mean_and_cv(values: tuple[float, ...]) -> tuple[float, float]:
    """Mean and coefficient of variation of a list of numbers."""
    mean = math.fsum(values) / len(values)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    return mean, spread / mean if mean > 0 else 0.0


class Distribution(Section):
    """A distribution: a number (constant), or a mapping of law, mean and cv, or of values.

    A checked law always has `mean` and `cv`, whichever way it was written. A cv of 0 makes any
    law a constant.
    """

    law: DistributionName = key("lognormal", "Name of the distribution; lognormal if left out.")
    mean: Minutes = key(0.0, "Mean, in the unit of its key.", default_text="none: write it")
    cv: Spread = key(
        0.0,
        "Coefficient of variation: standard deviation over mean.",
        default_text="0 for a constant, 1 for an exponential, else none: write it",
    )
    values: Annotated[tuple[Minutes, ...], Strict(False)] = key(
        (), "For law: empirical, the values, each equally likely; instead of mean and cv."
    )

    @model_validator(mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return {"law": "constant", "mean": value}
        if not isinstance(value, (dict, Distribution)):
            raise_violations([Violation((), "must be a number or a mapping with mean and cv")])
        return value

    def fill_defaults(self) -> None:
        """Fill in what the law implies, and turn a law without spread into a constant."""
        if self.law == "exponential" and "cv" not in self.model_fields_set:
            self._set("cv", 1.0)
        if self.law == "empirical" and self.values and not self._written({"mean", "cv"}):
            for name, value in zip(("mean", "cv"), _mean_and_cv(self.values), strict=True):
                self._set(name, value)
        if self.law in ("lognormal", "gamma", "weibull") and self._written({"mean", "cv"}, all):
            self._set("law", "constant" if self.cv == 0 else self.law)

    def violations(self) -> Iterable[Violation]:
        """Yield what does not fit the law."""
        yield from self._empirical() if self.law == "empirical" else self._parametric()

    def as_written(self) -> object:
        """Return the shortest way to write this law."""
        if self.law == "constant":
            return self.mean
        if self.law == "empirical":
            return {"law": self.law, "values": list(self.values)}
        if self.law == "exponential":
            return {"law": self.law, "mean": self.mean}
        return {"law": self.law, "mean": self.mean, "cv": self.cv}

    def _written(self, names: set[str], how: Any = any) -> bool:
        return bool(how(name in self.model_fields_set for name in names))

    def _empirical(self) -> Iterable[Violation]:
        for name in ("mean", "cv"):
            if self._written({name}):
                yield Violation(
                    (name,), "follows from the values of an empirical distribution; leave it out"
                )
        if len(self.values) < 2:
            yield Violation(("values",), "must list at least 2 values for law: empirical")
        elif not any(self.values):
            yield Violation(("values",), "must have a value above 0")

    def _parametric(self) -> Iterable[Violation]:
        if self._written({"values"}):
            yield Violation(("values",), "is for law: empirical only")
        if not self._written({"mean"}):
            yield Violation(("mean",), "is required")
        elif self.mean == 0 and self.law != "constant":
            yield Violation(("mean",), f"must be above 0 for law: {self.law}")
        yield from self._spread()

    def _spread(self) -> Iterable[Violation]:
        fixed = {"constant": 0.0, "exponential": 1.0}.get(self.law)
        if fixed is None and not self._written({"cv"}):
            yield Violation(("cv",), f"is required for law: {self.law}")
        elif fixed is not None and self.cv != fixed and self._written({"cv"}):
            yield Violation(("cv",), f"must be {fixed:g} or left out for law: {self.law}")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "number", "minimum": 0}, handler(schema)]}


PatienceName = Literal[
    "constant", "exponential", "lognormal", "gamma", "weibull", "empirical", "unlimited"
]


class PatienceLaw(Distribution):
    """A distribution of the minutes that people are willing to wait, or the word `unlimited`."""

    # It has a name more than other distributions, which never meet one of these.
    law: PatienceName = key(  # type: ignore[assignment]
        "lognormal", "Name of the distribution; lognormal if left out."
    )

    @model_validator(mode="before")
    @classmethod
    def _word(cls, value: Any) -> Any:
        if isinstance(value, str) and value != UNLIMITED:
            rule = "must be a number, a mapping with mean and cv, or the word unlimited"
            raise_violations([Violation((), rule)])
        return {"law": UNLIMITED} if value == UNLIMITED else value

    def violations(self) -> Iterable[Violation]:
        """Yield what does not fit the law; a patience without end has no numbers."""
        if self.law != UNLIMITED:
            yield from super().violations()
            return
        for name in ("mean", "cv", "values"):
            if self._written({name}):
                yield Violation((name,), "has no meaning for patience that is unlimited")

    def as_written(self) -> object:
        """Return the shortest way to write this law."""
        return UNLIMITED if self.law == UNLIMITED else super().as_written()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        law = super().__get_pydantic_json_schema__(schema, handler)
        return {"anyOf": [*law["anyOf"], {"const": UNLIMITED}]}
