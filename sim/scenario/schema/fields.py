"""What every section of a scenario is made of: keys, the types of numbers, and cross-checks.

A key is declared once, with default, unit, symbol in the model, one sentence and source. The
loader, ``sim explain``, the JSON Schema and the documentation all read that one declaration.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeVar

from annotated_types import Ge, Gt, Le
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

__all__ = [
    "ASSUMED",
    "REQUIRED",
    "Correlation",
    "Count",
    "Flag",
    "LogWeight",
    "Minutes",
    "Money",
    "Months",
    "Name",
    "Number",
    "Positive",
    "Rate",
    "Section",
    "Share",
    "Spread",
    "Switchable",
    "Text",
    "Violation",
    "Word",
    "key",
    "plain",
    "raise_violations",
    "short_number",
]

ASSUMED = "declared assumption"
REQUIRED: Any = ...

T = TypeVar("T")


def _whole(value: object) -> object:
    """Read 1e6 as the whole number that it is; leave the rest to be judged."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_FINITE = Field(allow_inf_nan=False)


def short_number(limit: object) -> str:
    """Write a limit as in a file: 1e12, not thirteen digits."""
    if isinstance(limit, float) and abs(limit) >= 1e7:
        return f"{limit:.0e}".replace("e+0", "e").replace("e+", "e")
    return str(int(limit)) if isinstance(limit, float) and limit.is_integer() else str(limit)


def _within(most: float) -> AfterValidator:
    """Bound a number on both sides; a key's own, tighter bounds are pydantic's `ge` and `le`."""

    def bounded(value: float) -> float:
        if abs(value) > most:
            side = (
                f"at most {short_number(most)}" if value > 0 else f"at least -{short_number(most)}"
            )
            raise_violations([Violation((), f"must be {side}")])
        return value

    return AfterValidator(bounded)


# Products and sums of numbers within these bounds stay finite in every table.
_BOUNDED = _within(1e12)

Number = Annotated[float, Strict(), _FINITE, _BOUNDED]
LogWeight = Annotated[float, Strict(), _FINITE, Ge(-50), Le(50)]
"""The weight of something in the logarithm of a hazard, which stays a finite number."""
Rate = Annotated[float, Strict(), _FINITE, Ge(0), _BOUNDED]
Positive = Annotated[float, Strict(), _FINITE, Gt(0), _BOUNDED]
Share = Annotated[float, Strict(), _FINITE, Ge(0), Le(1)]
Correlation = Annotated[float, Strict(), _FINITE, Ge(-1), Le(1)]
Minutes = Annotated[float, Strict(), _FINITE, Ge(0), _within(1e9)]
Months = Annotated[float, Strict(), _FINITE, Ge(0), _within(12_000.0)]
Money = Annotated[float, Strict(), _FINITE, _BOUNDED]
Count = Annotated[int, BeforeValidator(_whole), Strict(), Ge(0), _within(2.0**53)]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, Strict()]
# Names stand in dotted paths, file names and tables: no dots, spaces or signs.
Name = Annotated[str, Strict(), StringConstraints(pattern=r"^\w[\w-]*$", max_length=60)]


def key(
    default: Any,
    description: str,
    *,
    unit: str = "",
    symbol: str = "",
    source: str = ASSUMED,
    default_text: str = "",
    at_last: Any = None,
    se: float | None = None,
    plausible: tuple[float, float] | None = None,
    step: int = 0,
    no_belief: str = "",
    **constraints: Any,
) -> Any:
    """Declare a key of a section.

    Parameters
    ----------
    default : object
        The default, a class or function that makes it, or ``REQUIRED``.
    description : str
        One sentence.
    unit, symbol : str
        Unit, and symbol in the model; empty where there is none.
    source : str
        Literature, or "declared assumption".
    default_text : str
        How to show a default that other keys decide.
    at_last : object
        What holds where a key that is inherited is left out everywhere.
    se : float, optional
        Standard error of a default that rests on evidence.
    plausible : tuple of float, optional
        Ends of a plausible range: of what the evidence found, or for what is assumed where half to
        double of the default would be wrong.
    step : int
        A plausible value is a multiple of it; 0 for any.
    no_belief : str
        Why a number has no range, though it is assumed or rests on evidence.
    **constraints
        Passed on to ``pydantic.Field`` (``ge``, ``le``, ``alias``, ...).
    """
    extra = {"unit": unit, "symbol": symbol, "source": source, "default_text": default_text}
    start = {"default_factory": default} if callable(default) else {"default": default}
    if default is None or callable(default) or isinstance(default, (str, bool, tuple)):
        # Sections, names and switches assume nothing that evidence could bear out.
        extra["source"] = "" if source == ASSUMED else source
    declared: dict[str, Any] = {name: text for name, text in extra.items() if text}
    more = {"at_last": at_last, "se": se, "plausible": plausible, "step": step or None,
            "no_belief": no_belief or None}  # fmt: skip
    declared |= {name: value for name, value in more.items() if value is not None}
    return Field(**start, **constraints, description=description, json_schema_extra=declared)


def _sound_spread(cv: float) -> float:
    """Refuse a spread that is too small for the laws to be solved, though not 0."""
    if 0 < cv < LEAST_SPREAD:
        raise_violations([Violation((), f"must be 0, or at least {LEAST_SPREAD:g}")])
    return cv


LEAST_SPREAD = 0.001
"""The smallest coefficient of variation above 0 for which every law has a shape."""

Spread = Annotated[float, Strict(), _FINITE, Ge(0), _within(100.0), AfterValidator(_sound_spread)]
"""A coefficient of variation."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule broken across keys.

    Attributes
    ----------
    path : tuple of str or int
        The key at fault, relative to the section that was checked.
    rule : str
        What would be right.
    suggestion : str
        What may have been meant; empty where nothing is near.
    """

    path: tuple[str | int, ...]
    rule: str
    suggestion: str = ""


def raise_violations(violations: Iterable[Violation]) -> None:
    """Raise all violations as one pydantic error, or do nothing if there are none."""
    broken = tuple(violations)
    if broken:
        rules = "; ".join(violation.rule for violation in broken)
        raise PydanticCustomError("rule", "{rules}", {"rules": rules, "violations": broken})


class Section(BaseModel):
    """A frozen mapping of known keys."""

    # By name as well, because `class` is no name in Python; files are read by alias only.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def fill_defaults(self) -> None:
        """Work out the values that depend on other keys."""

    def violations(self) -> Iterable[Violation]:
        """Yield the rules broken across this section's keys."""
        return ()

    def as_written(self) -> object:
        """Return what a person would write for this section, with every default."""
        fields = type(self).model_fields
        pairs = ((f.alias or n, plain(getattr(self, n), f.metadata)) for n, f in fields.items())
        return {name: value for name, value in pairs if value is not None}

    @model_validator(mode="after")
    def _finish(self) -> Self:
        self.fill_defaults()
        raise_violations(self.violations())
        return self

    def _set(self, name: str, value: object) -> None:
        # Only `fill_defaults` may call this: afterwards a section is frozen.
        self.__dict__[name] = value


@dataclass(frozen=True, slots=True)
class Word:
    """Marks an optional section for which a word may stand, kept as None.

    Attributes
    ----------
    word : str
        ``none`` or ``unlimited``.
    """

    word: str

    def read(self, value: object) -> object:
        """Return None for the word, the value for anything that may be a section."""
        if value == self.word:
            return None
        if value is None or isinstance(value, str):
            raise_violations([Violation((), f"must be a mapping of keys or the word {self.word}")])
        return value

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        inner = [kind for kind in handler(schema)["anyOf"] if kind.get("type") != "null"]
        return {"anyOf": [*inner, {"const": self.word}]}


Switchable = Annotated[T | None, Word("none")]


def plain(value: object, metadata: Iterable[object] = ()) -> object:
    """Turn a checked value into the numbers, text, lists and mappings of a file.

    Parameters
    ----------
    value : object
        A section, a container or a scalar.
    metadata : iterable of object
        The field's metadata, where a `Word` may say how None is written.
    """
    if value is None:
        return next((mark.word for mark in metadata if isinstance(mark, Word)), None)
    if isinstance(value, Section):
        return value.as_written()
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return value
