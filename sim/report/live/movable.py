"""What may move in a page: settings whose only effect on a world before time starts is their value.

A setting is tried by building worlds in which it has other values, near its own and at the ends
of its range. It may move if nothing changed but numbers of the world that held the setting's
value and now hold the new one, whatever array they lie in; so a page that writes a value there
starts the very run that the scenario with that value starts. Whatever else depends on it, such as
the agents' experience on how often they quit, would have to be built anew, and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

import sim.model.build as stores
from sim.errors import ScenarioError
from sim.report.live.packed_worlds import Arrays, words
from sim.scenario.plausible import COMPOSITIONS, beliefs_of
from sim.scenario.ranges import Range
from sim.scenario.reading.load import override
from sim.scenario.schema.fields import Section
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.walk import bare_type

__all__ = ["Place", "Setting", "places_of", "settings_of"]

STOPS = 24
"""Steps of a slider, from one end of its range to the other."""

_SECTIONS = ("policies", "desk", "company", "needs", "staff", "product", "behaviour", "market")
_OF_PEOPLE = ("people.spend.factor", "people.spend.noise_cv", "people.contacts_per_month.factor")
# Not tried, because what a world holds is worked out from them: only so that less is tried.
_BUILT_ANEW = (
    "policies.*.window_months", "desk.day_cv", "desk.enquiry_minutes.*", "desk.complaint_minutes.*",
    "desk.pools.*.breaks.minutes", "needs.*.minutes.*", "company.discount_rate_per_year",
    "staff.morale.base", "staff.quit.base_per_month", "staff.quit.slope",
    "behaviour.satisfaction.start", "behaviour.expectation.market_norm", "behaviour.talk.cap",
)  # fmt: skip
# How far a setting is moved to find its places: a millionth, and for each a little more.
_NUDGE = 1e-6

# What is as large as there is room for contacts and stories.
_STORED = {
    *(f"W.{name}" for name in ("contacts", "stories", "tellings", "hearings", "scheduled")),
    *(f"E.{name}" for name in ("counters", "soon", "later", "waiters")),
}

Place = tuple[str, int]
"""An array, and which of its numbers."""

Builds = Callable[[Scenario], Iterable[tuple[str, Arrays]]]


@dataclass(frozen=True, slots=True)
class Setting:
    """A number of a scenario that may have a slider.

    Attributes
    ----------
    path : str
        Dotted path.
    own : float
        The scenario's own value.
    description, unit : str
    group : str
        The heading that it stands under.
    stops : tuple of float
        The slider's values in rising order, the own one among them.
    """

    path: str
    own: float
    description: str
    unit: str
    group: str
    stops: tuple[float, ...]


def settings_of(scenario: Scenario, prefixes: Sequence[str] = ()) -> tuple[Setting, ...]:
    """Return every number of a scenario above or below 0 that a slider could move.

    Ranges are those that `sim robust` draws from where it has any, else half to double of the
    value, of a share half to double of its odds.

    Parameters
    ----------
    scenario : Scenario
    prefixes : sequence of str
        Only settings whose dotted path begins so; empty for all.
    """
    ranges = {one.path: one for one in beliefs_of(scenario).ranges}
    found = []
    for path, declared, value in _numbers(scenario):
        if not value or any(_matches(path, pattern) for pattern in (*COMPOSITIONS, *_BUILT_ANEW)):
            continue
        if prefixes and not any(f"{path}.".startswith(f"{prefix}.") for prefix in prefixes):
            continue
        span = ranges.get(path) or _half_to_double(path, declared, value)
        stops = sorted({span.at(step / STOPS) for step in range(STOPS + 1)} | {value})
        if len(stops) > 2 and 0.0 not in stops:
            found.append(_setting(span, declared, tuple(stops)))
    return tuple(found)


def _setting(span: Range, declared: FieldInfo, stops: tuple[float, ...]) -> Setting:
    extra: Any = declared.json_schema_extra or {}
    parts = span.path.split(".")
    group = ".".join(parts[:2]) if parts[0] in ("behaviour", "policies") else parts[0]
    description = str(declared.description or "")
    return Setting(span.path, span.own, description, str(extra.get("unit", "")), group, stops)


def _matches(path: str, pattern: str) -> bool:
    parts, wanted = path.split("."), pattern.split(".")
    pairs = zip(parts, wanted, strict=False)
    return len(parts) == len(wanted) and all(want in ("*", part) for part, want in pairs)


def _half_to_double(path: str, declared: FieldInfo, value: float) -> Range:
    least, most = _bounds(declared)
    span = Range(path, value, "half to double", least, most, law="log")
    if (least, most) == (0.0, 1.0) and 0.0 < value < 1.0:
        odds = value / (1.0 - value)
        low, high = (each / (1.0 + each) for each in (odds / 2.0, odds * 2.0))
        return span.with_law("logit", low, high)
    return span.with_law("log", value / 2.0, value * 2.0)


def _bounds(declared: FieldInfo) -> tuple[float, float]:
    marks = (*declared.metadata, *bare_type(declared.annotation)[1])
    least = [getattr(mark, name) for mark in marks for kind, name in ((Ge, "ge"), (Gt, "gt"))
             if isinstance(mark, kind)]  # fmt: skip
    most = [getattr(mark, name) for mark in marks for kind, name in ((Le, "le"), (Lt, "lt"))
            if isinstance(mark, kind)]  # fmt: skip
    return max(least, default=-1e12), min(most, default=1e12)


def _numbers(scenario: Scenario) -> Iterator[tuple[str, FieldInfo, float]]:
    """Yield path, declaration and value of every number that is no count."""
    for name in _SECTIONS:
        yield from _inside(getattr(scenario, name), name)
    yield from (one for one in _inside(scenario.people, "people") if one[0] in _OF_PEOPLE)


def _inside(value: Any, path: str) -> Iterator[tuple[str, FieldInfo, float]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _inside(part, f"{path}.{name}")
    elif isinstance(value, tuple):
        for part in value:
            if name := getattr(part, "name", ""):
                yield from _inside(part, f"{path}.{name}")
    elif isinstance(value, Section):
        for name, declared in type(value).model_fields.items():
            own, below = getattr(value, name), f"{path}.{declared.alias or name}"
            if isinstance(own, float) and bare_type(declared.annotation)[0] is float:
                yield below, declared, own
            elif not isinstance(own, (str, int, float, bool)) and own is not None:
                yield from _inside(own, below)


def places_of(
    scenario: Scenario, settings: Sequence[Setting], builds: Builds
) -> dict[str, dict[str, list[Place]]]:
    """Return where each world holds the settings that may move: by world, then by path.

    Parameters
    ----------
    scenario : Scenario
    settings : sequence of Setting
    builds : callable
        Returns the arrays of each world of a scenario, by the world's name, before time starts.
    """
    before = dict(builds(scenario))
    trial = _trial(scenario, list(settings), before, builds)
    return {world: trial.places(world) for world in before}


@dataclass(frozen=True, slots=True)
class _Trial:
    """Settings that were moved together, and the places that explain all that changed."""

    settings: tuple[Setting, ...]
    found: Mapping[str, Mapping[str, list[Place]]]

    def places(self, world: str) -> dict[str, list[Place]]:
        return {one.path: list(self.found[world].get(one.path, ())) for one in self.settings
                if any(one.path in places for places in self.found.values())}  # fmt: skip


def _trial(
    scenario: Scenario, settings: list[Setting], before: Mapping[str, Arrays], builds: Builds
) -> _Trial:
    """Move settings together; where that leaves something unexplained, each half by itself."""
    nothing = _Trial((), {world: {} for world in before})
    if not settings:
        return nothing
    found = _explained(scenario, settings, before, builds)
    if found is not None:
        return _Trial(tuple(settings), found)
    if len(settings) == 1:
        return nothing
    half = len(settings) // 2
    halves = [_trial(scenario, part, before, builds) for part in (settings[:half], settings[half:])]
    both = {world: {**halves[0].found[world], **halves[1].found[world]} for world in before}
    return _Trial((*halves[0].settings, *halves[1].settings), both)


def _explained(
    scenario: Scenario, settings: Sequence[Setting], before: Mapping[str, Arrays], builds: Builds
) -> dict[str, dict[str, list[Place]]] | None:
    """Return the places of settings in each world; None if moving them changed anything else."""
    sides = []
    for sign in (1.0, -1.0):
        values = {
            one.path: moved(one.own, sign * _NUDGE * (place + 1))
            for place, one in enumerate(settings)
        }
        try:
            sides.append((values, dict(builds(override(scenario, values)))))
        except ScenarioError:
            return None
    found: dict[str, dict[str, list[Place]]] = {}
    for world, arrays in before.items():
        each = [_places(settings, values, arrays, after[world]) for values, after in sides]
        if each[0] is None or each[0] != each[1]:
            return None
        found[world] = each[0]
    far = all(_holds_at(end, scenario, settings, found, before, builds) for end in (0, -1))
    return found if far else None


def _holds_at(
    end: int,
    scenario: Scenario,
    settings: Sequence[Setting],
    found: Mapping[str, Mapping[str, list[Place]]],
    before: Mapping[str, Arrays],
    builds: Builds,
) -> bool:
    """Tell whether settings at the ends of their ranges change nothing but their places.

    What is decided by a threshold, such as who begins as a rival's customer, stays where a setting
    is moved by a millionth, and not where it is moved far.
    """
    try:
        moved_far = builds(override(scenario, {one.path: one.stops[end] for one in settings}))
        after = dict(moved_far)
    except ScenarioError:  # ends that fit each other are found in smaller groups
        return False
    return all(
        _changes_within(
            arrays, after[world], {cell for one in found[world].values() for cell in one}
        )
        for world, arrays in before.items()
    )


def _changes_within(before: Arrays, after: Arrays, places: set[Place]) -> bool:
    """Tell whether numbers changed in these places alone, whatever room is kept for what may come.

    How many people a story may reach decides how large stores begin, and nothing else.
    """
    run = before["W.run"].dtype
    same_room = before["W.run"]["reserve"] == after["W.run"]["reserve"]
    room = (
        ()
        if same_room
        else ("reserve", *(name for _, *names in stores.STORES.values() for name in names))
    )
    ignored = {("W.run", int(run.fields[name][1]) // 8) for name in room if run.fields is not None}
    for name in before.keys() - (set() if same_room else _STORED):
        if before[name].shape != after[name].shape:
            return False
        changed = np.flatnonzero(words(before[name]) != words(after[name])).tolist()
        if any((name, place) not in places | ignored for place in changed):
            return False
    return True


def moved(own: float, share: float) -> float:
    """Return a value moved by a share of itself."""
    return own * (1.0 + share)


def _places(
    settings: Sequence[Setting], values: Mapping[str, float], before: Arrays, after: Arrays
) -> dict[str, list[Place]] | None:
    """Return where each setting's value was and its new one is; None if anything else changed."""
    by_value = {(one.own, values[one.path]): one.path for one in settings}
    if len(by_value) < len(settings):
        return None
    found: dict[str, list[Place]] = {}
    for name, array in before.items():
        if array.shape != after[name].shape:
            return None
        old, new = words(array), words(after[name])
        for place in np.flatnonzero(old != new).tolist():
            pair = (float(old[place:place + 1].view(np.float64)[0]),
                    float(new[place:place + 1].view(np.float64)[0]))  # fmt: skip
            if pair not in by_value:
                return None
            found.setdefault(by_value[pair], []).append((name, place))
    return found
