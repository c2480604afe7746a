"""Claims: parse a comparison of measures under policies from text into a tree.

The grammar::

    claim      = sum (">" | "<") sum
    sum        = product (("+" | "-") product)*
    product    = part (("*" | "/") part)*
    part       = "-" part | "(" sum ")" | number | term
    term       = measure "[" policy ("," selector)* "]"
    policy     = name | "placebo" name | "placebo" name "by load"
    selector   = "last" months | "first" months | "month" month | "without" mechanism
               | "tier" name | "tier" name "of" policy | "decile" 1-10 | "pool" name | "need" name

A term has at most one selector of months and one of a group. `tier T of P` are the customers whom
the policy P puts into its tier T at its first review, whatever policy they then live under. No text
is evaluated as code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from sim.measures.policy_names import read_policy_name

__all__ = ["Claim", "Expression", "Group", "Operation", "Span", "Term", "evaluated", "read_claim"]

Span = Literal["last", "first", "month"]
Group = Literal["tier", "decile", "pool", "need", "cohort"]

MAX_DEPTH = 20

_GROUPS = ("tier", "decile", "pool", "need")  # a cohort is written as a tier of a policy
_COHORT = re.compile(r"(?P<tier>\S+) of (?P<policy>\S+)")

_TOKEN = re.compile(
    r"\s*(?:(?P<term>[^\W\d]\w*)\s*\[(?P<inside>[^\[\]]*)\]"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<sign>[-+*/()<>]))\s*"
)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A measure under a policy.

    Attributes
    ----------
    measure, policy : str
        Their names; the policy's as of `sim.measures.policy_names`.
    span : {'', 'last', 'first', 'month'}
        Which months; empty for the whole horizon.
    months : int
        How many of them, or the month's number from 1; 0 for the whole horizon.
    sort : {'', 'tier', 'decile', 'pool', 'need', 'cohort'}
        The sort of the group; empty for everybody.
    group : str
        Its name; that of a cohort is written ``tier of policy``.
    """

    measure: str
    policy: str
    span: Span | Literal[""] = ""
    months: int = 0
    sort: Group | Literal[""] = ""
    group: str = ""

    def cohort(self) -> tuple[str, str] | None:
        """Return the tier and the policy of a cohort; None for any other group."""
        found = _COHORT.fullmatch(self.group) if self.sort == "cohort" else None
        return (found["tier"], found["policy"]) if found else None

    def window(self, horizon: int) -> slice | None:
        """Return its months as a slice of a run of so many, or None if the run is too short."""
        if not 0 <= self.months <= horizon:
            return None
        if self.span == "last":
            return slice(horizon - self.months, horizon)
        if self.span == "month":
            return slice(self.months - 1, self.months)
        return slice(0, self.months or horizon)


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions and an operator: ``+``, ``-``, ``*`` or ``/``."""

    sign: str
    left: Expression
    right: Expression


Expression = float | Term | Operation


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that one expression is above (``>``) or below (``<``) another."""

    left: Expression
    sign: str
    right: Expression

    def terms(self) -> tuple[Term, ...]:
        """Return the terms on both sides, each once, in the order of the text."""
        return tuple(dict.fromkeys([*_terms(self.left), *_terms(self.right)]))


def _terms(expression: Expression) -> Iterator[Term]:
    if isinstance(expression, Term):
        yield expression
    elif isinstance(expression, Operation):
        yield from _terms(expression.left)
        yield from _terms(expression.right)


def read_claim(text: str) -> Claim:
    """Parse a claim.

    Parameters
    ----------
    text : str
        Such as ``profit[value_tiers, last 12] > 1.1 * profit[equal, last 12]``.

    Raises
    ------
    ValueError
        If the text is no claim; the message says what is required.
    """
    reader = _Reader(text)
    left = reader.sum()
    sign = reader.take("<", ">")
    if sign is None:
        raise ValueError(f"must compare two sides by one > or < (at {reader.here()})")
    claim = Claim(left, sign, reader.sum())
    if reader.token is not None:
        more = "must have only one > or <" if reader.at("<", ">") else "has something left over"
        raise ValueError(f"{more} (at {reader.here()})")
    if not claim.terms():
        raise ValueError("must name a measure under a policy, such as profit[equal]")
    return claim


class _Reader:
    """A recursive descent parser with one token of lookahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._depth = 0
        self.token: re.Match[str] | None = None
        self._next()

    def sum(self) -> Expression:
        """Parse products joined by plus and minus."""
        expression = self._product()
        while (sign := self.take("+", "-")) is not None:
            expression = Operation(sign, expression, self._product())
        return expression

    def at(self, *signs: str) -> bool:
        """Return whether one of these signs comes next."""
        return self.token is not None and self.token["sign"] in signs

    def take(self, *signs: str) -> str | None:
        """Take the next sign if it is one of these."""
        if self.token is None or not self.at(*signs):
            return None
        sign: str = self.token["sign"]
        self._next()
        return sign

    def here(self) -> str:
        """Return what comes next, for a message."""
        return "the end" if self.token is None else f"`{self.token[0].strip()}`"

    def _next(self) -> None:
        if self._position >= len(self._text.rstrip()):
            self.token = None
            return
        self.token = _TOKEN.match(self._text, self._position)
        if self.token is None:
            rest = self._text[self._position :].strip()[:20]
            raise ValueError(
                f"cannot be read at `{rest}`; a measure is written measure[policy], and signs are "
                "+ - * / ( ) > <"
            )
        self._position = self.token.end()

    def _product(self) -> Expression:
        expression = self._part()
        while (sign := self.take("*", "/")) is not None:
            expression = Operation(sign, expression, self._part())
        return expression

    def _part(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError(f"is nested more than {MAX_DEPTH} deep")
        expression = self._signed() if self.at("-", "(") else self._leaf()
        self._depth -= 1
        return expression

    def _signed(self) -> Expression:
        if self.take("-"):
            return Operation("-", 0.0, self._part())
        self.take("(")
        inside = self.sum()
        if not self.take(")"):
            raise ValueError(f"has a ( without its ) (at {self.here()})")
        return inside

    def _leaf(self) -> Expression:
        token = self.token
        if token is None or token["sign"]:
            raise ValueError(f"lacks a number or a measure[policy] (at {self.here()})")
        self._next()
        if token["number"]:
            number = float(token["number"])
            if not math.isfinite(number):
                raise ValueError(f"has a number that is not finite: {token['number']}")
            return number
        return _term(token["term"], token["inside"])


def _term(measure: str, inside: str) -> Term:
    """Parse the term of a measure and the text in its brackets."""
    policy, *selectors = (part.strip() for part in inside.split(","))
    try:
        name = read_policy_name(policy)
    except ValueError:
        raise ValueError(
            f"must name a policy first in {measure}[...] (got `{inside.strip()}`)"
        ) from None
    term = Term(measure, str(name))
    for selector in selectors:
        term = _selected(term, selector)
    return term


def _selected(term: Term, selector: str) -> Term:
    word, _, value = selector.partition(" ")
    value = " ".join(value.split())
    if word == "without" and re.fullmatch(r"\w+", value):
        return replace(term, policy=str(read_policy_name(f"{term.policy} without {value}")))
    if word in get_args(Span) and not term.span:
        if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) == 0:
            raise ValueError(f"must have a number of at least 1 after `{word}` (got `{selector}`)")
        return replace(term, span=word, months=int(value))  # type: ignore[arg-type]
    if word in _GROUPS and not term.sort:
        if not value:
            raise ValueError(f"must have a name after `{word}`")
        sort = "cohort" if word == "tier" and _COHORT.fullmatch(value) else word
        return replace(term, sort=sort, group=value)  # type: ignore[arg-type]
    known = ", ".join((*get_args(Span), *_GROUPS, "without"))
    raise ValueError(
        f"`{selector}` is no selector; there are {known}, at most one of months and one of a group"
    )


def evaluated(expression: Expression, values: Mapping[Term, float]) -> float:
    """Evaluate one side of a claim; NaN where a term is undefined or a divisor is 0."""
    if isinstance(expression, Term):
        return values[expression]
    if not isinstance(expression, Operation):
        return expression
    left, right = evaluated(expression.left, values), evaluated(expression.right, values)
    if expression.sign == "+":
        return left + right
    if expression.sign == "-":
        return left - right
    if expression.sign == "*":
        return left * right
    return left / right if right != 0.0 else math.nan
