"""The mechanisms of the model: what each does, and which keys switch it off.

A mechanism is something that happens to people, agents or the product whatever the policy; it can
be switched off by itself. The values that stand for a whole section that is `none`, the page of
ablations and its tests, and ``sim explain`` follow from this declaration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from sim.errors import CommandError, nearest
from sim.scenario.company_mechanisms import COMPANY
from sim.scenario.contact_mechanisms import CONTACT
from sim.scenario.mechanism import Mechanism
from sim.scenario.talk_mechanisms import TALK

__all__ = ["GROUPS", "MECHANISMS", "neutral_values", "switched_off"]

_ALL = [*CONTACT, *TALK, *COMPANY]

MECHANISMS: dict[str, Mechanism] = {mechanism.name: mechanism for mechanism in _ALL}
"""Every mechanism by name."""

GROUPS: dict[str, tuple[str, ...]] = {
    group: tuple(one.name for one in _ALL if one.group == group)
    for group in dict.fromkeys(one.group for one in _ALL)
}
"""The names of the mechanisms of each group."""


def switched_off(name: str) -> dict[str, object]:
    """Return the values that switch off a mechanism, or all mechanisms of a group.

    Parameters
    ----------
    name : str
        Of a mechanism or a group.

    Returns
    -------
    dict of str to object
        Values by dotted path, as `sim.scenario.reading.load.override` takes them.

    Raises
    ------
    CommandError
        If there is no such mechanism or group.
    """
    if name not in GROUPS and name not in MECHANISMS:
        hint = nearest(name, [*MECHANISMS, *GROUPS])
        raise CommandError(f"{name}: is not a mechanism of the model. {hint}".rstrip())
    members = [name] if name in MECHANISMS else GROUPS[name]
    return {path: value for member in members for path, value in MECHANISMS[member].off.items()}


@cache
def neutral_values(section: str) -> Mapping[str, float]:
    """Return the values at which all mechanisms of a section are off, by path below the section."""
    start = f"{section}."
    values = {
        path.removeprefix(start): value
        for mechanism in _ALL
        for path, value in _numbers(mechanism.off)
        if path.startswith(start)
    }
    return MappingProxyType(values)


def _numbers(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """Yield the numbers among values, with the paths of those inside mappings written out."""
    for path, value in values.items():
        if isinstance(value, dict):
            yield from _numbers({f"{path}.{name}": one for name, one in value.items()})
        elif isinstance(value, (int, float)):
            yield path, float(value)
