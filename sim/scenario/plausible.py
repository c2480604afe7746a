"""What is assumed in a scenario, and what else it might plausibly be.

The rule was fixed before any verdict was looked at: a key whose default rests on evidence may be
two standard errors from it, or lie in the range that was found; a key whose default, or its size,
is an assumption may be half to double of the scenario's own value; a share, half to double of its
odds. Where that is wrong, a plausible range is declared beside the default. `beliefs:` goes before
all of these. What a manager chooses, the levers, is never a belief.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from sim.errors import nearest
from sim.scenario.ranges import Range
from sim.scenario.schema.beliefs import Belief
from sim.scenario.schema.fields import Section, Violation
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.walk import bare_type

__all__ = [
    "BELIEVED", "COMPOSITIONS", "Beliefs", "assumed", "belief_violations", "beliefs_of", "rule_of",
]  # fmt: skip

BELIEVED = (
    "people", "network", "needs", "behaviour", "staff", "product", "market", "company",
)  # fmt: skip
"""Sections that say how the world is; the others say what a manager does or what is run."""

COMPOSITIONS = ("needs.*.share", "behaviour.perception.weights.*")
"""Keys that sum to 1, and so move together."""

_ALLOWED = (*BELIEVED, "desk")
_LEVERS = ("policies", "desk.pools", "desk.opening")


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is uncertain about a scenario's world.

    Attributes
    ----------
    ranges : tuple of Range
        One for each uncertain key, in the order of the schema.
    off : mapping of str to str
        Keys without a range though they are assumed, or rest on evidence, and why.
    """

    ranges: tuple[Range, ...]
    off: Mapping[str, str]

    @property
    def paths(self) -> tuple[str, ...]:
        """The uncertain keys."""
        return tuple(one.path for one in self.ranges)

    def values(self, shares: Iterable[float]) -> dict[str, float]:
        """Return the values at a point of the unit cube, those that sum to 1 made to do so.

        Parameters
        ----------
        shares : iterable of float
            For each range, how far up its law: 0 to 1.
        """
        found = {one.path: one.at(share) for one, share in zip(self.ranges, shares, strict=True)}
        for pattern in COMPOSITIONS:
            members = [one for one in self.ranges if _matches(one.path, pattern)]
            total = sum(found[one.path] for one in members)
            whole = sum(one.own for one in members)
            found |= {one.path: _tidy(found[one.path] * whole / total) for one in members}
        return found

    def widened(self, factor: float) -> Beliefs:
        """Return the same with all ranges wider by a factor."""
        return Beliefs(tuple(one.widened(factor) for one in self.ranges), self.off)


def beliefs_of(scenario: Scenario) -> Beliefs:
    """Return what is uncertain about a scenario's world: what it says, else what is declared."""
    ranges: list[Range] = []
    off: dict[str, str] = {}
    for path, field, value in _numbers(scenario):
        written = _written(scenario.beliefs, path)
        if written is not None:
            ranges.append(_as_written(path, field, value, written))
        elif not _is_uncertain(path, field):
            continue
        elif reason := _extra(field).get("no_belief"):
            off[path] = str(reason)
        else:
            made = _by_rule(path, field, value)
            ranges += [made] if made else []
            off |= {} if made else {path: "off: no range is declared"}
    return Beliefs(tuple(ranges), off)


def belief_violations(scenario: Scenario) -> Iterator[Violation]:
    """Yield beliefs about what is no number of the scenario, is a lever, or cannot be so."""
    places = {path: (field, value) for path, field, value in _numbers(scenario)}
    for pattern, belief in scenario.beliefs.items():
        matching = [path for path in places if _matches(path, pattern)]
        rule, hint = _path_rule(pattern, matching, places)
        if rule:
            yield Violation((pattern,), rule, hint)
        for path in matching if not rule else ():
            yield from _range_violations(pattern, path, *places[path], belief)


def assumed(field: FieldInfo) -> bool:
    """Tell whether a key is a number whose default, or its size, is an assumption."""
    source = str(_extra(field).get("source", ""))
    return _is_number(field) and any(word in source for word in ("assum", "unknown"))


def rule_of(path: str, field: FieldInfo) -> str:
    """Return in words what range a key has about a scenario's own value; nothing if it has none."""
    if not _is_uncertain(path, field):
        return ""
    extra = _extra(field)
    if reason := extra.get("no_belief"):
        return f"none: {reason}"
    if "plausible" in extra:
        low, high = extra["plausible"]
        return f"{low:g} to {high:g}"
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    made = _by_rule(path, field, default) if isinstance(default, (int, float)) else None
    share = "half to double" + " of the odds" * _is_share(field)
    if made is None:
        return share if default is None else "none: it is off"
    return f"{made.low:.3g} to {made.high:.3g}"


def _path_rule(pattern: str, matching: list[str], places: Iterable[str]) -> tuple[str, str]:
    """Return the rule that the path of a belief breaks and a suggestion, or two empty texts."""
    if any(pattern == lever or pattern.startswith(f"{lever}.") for lever in _LEVERS):
        return "is for a manager to choose, so it is no belief; vary it under `sweep`", ""
    if not matching:
        return "is no number of this scenario's world", nearest(pattern, list(places))
    return "", ""


def _range_violations(
    pattern: str, path: str, field: FieldInfo, value: float, belief: Belief
) -> Iterator[Violation]:
    least, most = _bounds(field)
    together = any(_matches(path, one) for one in COMPOSITIONS)
    if together and belief.spread is None:
        yield Violation((pattern,), "must be {spread}, for these sum to 1 and move together")
    if belief.spread is not None and value <= 0:
        yield Violation((pattern, "spread"), f"needs a value above 0; {path} is {value:g}")
    for name, end in (("from", belief.low), ("to", belief.high), ("mean", belief.mean)):
        if end is not None and not least <= end <= most:
            yield Violation((pattern, name), f"must be within {least:g} and {most:g}")


def _numbers(scenario: Scenario) -> Iterator[tuple[str, FieldInfo, float]]:
    """Yield path, declaration and value of every number that says how the world is."""
    for name in _ALLOWED:
        value = getattr(scenario, name)
        if isinstance(value, tuple):
            for part in value:
                yield from _numbers_in(part, f"{name}.{part.name}")
        elif value is not None:
            yield from _numbers_in(value, name)


def _numbers_in(section: Section, above: str) -> Iterator[tuple[str, FieldInfo, float]]:
    for name, field in type(section).model_fields.items():
        path, value = f"{above}.{field.alias or name}", getattr(section, name)
        if path in _LEVERS:
            continue
        if isinstance(value, Section):
            yield from _numbers_in(value, path)
        elif _is_number(field) and value is not None:
            yield path, field, value


def _is_number(field: FieldInfo) -> bool:
    return bare_type(field.annotation)[0] in (int, float)


def _is_uncertain(path: str, field: FieldInfo) -> bool:
    # The numbers of a distribution are based on what its own key is: a need's minutes on a log.
    top, above = path.partition(".")[0], path.rpartition(".")[0]
    inside = top == "needs" and above.endswith("minutes")
    rests = assumed(field) or (_is_number(field) and bool(_extra(field).get("source")))
    return top in BELIEVED and rests and not inside


def _written(beliefs: Mapping[str, Belief], path: str) -> Belief | None:
    """Return what is written of a key: under its own path, or else the last pattern that fits."""
    fitting = [belief for pattern, belief in beliefs.items() if _matches(path, pattern)]
    return beliefs.get(path, fitting[-1] if fitting else None)


def _matches(path: str, pattern: str) -> bool:
    """Compare part by part; `*` stands for any name."""
    steps, wanted = path.split("."), pattern.split(".")
    return len(steps) == len(wanted) and all(
        want in ("*", step) for step, want in zip(steps, wanted, strict=True)
    )


def _as_written(path: str, field: FieldInfo, own: float, belief: Belief) -> Range:
    made = _plain(path, field, own, "written under beliefs")
    if belief.spread is not None:
        return made.with_law("lognormal", own, belief.spread)
    if belief.mean is not None and belief.sd is not None:
        return made.with_law("normal", belief.mean, belief.sd)
    return made.with_law("uniform", float(belief.low or 0.0), float(belief.high or 0.0))


def _by_rule(path: str, field: FieldInfo, own: float) -> Range | None:
    """Return what the evidence leaves open, or the range of what is assumed; None if it is off."""
    return (_by_assumption if assumed(field) else _by_evidence)(path, field, own)


def _by_evidence(path: str, field: FieldInfo, own: float) -> Range | None:
    """Return two standard errors, or the range found, in proportion to the scenario's own value."""
    if own == 0:
        return None
    extra, least, most = _extra(field), *_bounds(field)
    ratio = own / field.get_default()
    if "se" in extra:
        made = _plain(path, field, own, "two standard errors")
        return made.with_law("normal", own, extra["se"] * abs(ratio))
    low, high = sorted(end * ratio for end in extra["plausible"])
    made = _plain(path, field, own, "range of the evidence")
    return made.with_law("uniform", max(low, least), min(high, most))


def _by_assumption(path: str, field: FieldInfo, own: float) -> Range | None:
    """Return the declared range if the value lies in it, else half to double of the value."""
    plausible = _extra(field).get("plausible")
    if plausible and plausible[0] <= own <= plausible[1]:
        return _plain(path, field, own, "declared range").with_law("uniform", *plausible)
    least, most = _bounds(field)
    if own == 0 or (_is_share(field) and own >= 1):
        return None
    if _is_share(field):
        ends = (own / (own + 2 * (1 - own)), 2 * own / (2 * own + 1 - own))
        return _plain(path, field, own, "half to double of the odds").with_law("logit", *ends)
    low, high = sorted((own / 2, own * 2))
    ends = (max(low, least), min(high, most))
    return _plain(path, field, own, "half to double").with_law("log", *ends)


def _plain(path: str, field: FieldInfo, own: float, basis: str) -> Range:
    least, most = _bounds(field)
    whole = bare_type(field.annotation)[0] is int
    step = int(_extra(field).get("step", 1 if whole else 0))
    return Range(path, float(own), basis, least, most, step)


def _is_share(field: FieldInfo) -> bool:
    return bare_type(field.annotation)[0] is float and _bounds(field) in ((0.0, 1.0),)


def _bounds(field: FieldInfo) -> tuple[float, float]:
    """Return the least and the most that may stand at a key."""
    _, metadata = bare_type(field.annotation)
    marks = (*field.metadata, *metadata)
    limits: dict[str, list[Any]] = {"ge": [], "gt": [], "le": [], "lt": []}
    for mark in marks:
        if isinstance(mark, (Ge, Gt, Le, Lt)):
            name = type(mark).__name__.lower()
            limits[name].append(getattr(mark, name))
    lows, highs = limits["ge"] + limits["gt"], limits["le"] + limits["lt"]
    return float(max(lows, default=-1e12)), float(min(highs, default=1e12))


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _tidy(value: float) -> float:
    return float(f"{value:.12g}")
