"""Every case there is."""

from __future__ import annotations

from collections.abc import Iterable

from sim.verification.claims import Case, Family, Setting
from sim.verification.crowds import crowd_cases
from sim.verification.lives import life_cases
from sim.verification.priorities import priority_cases
from sim.verification.queues import queue_cases
from sim.verification.stories import story_cases

__all__ = ["all_cases", "families_of", "settings_of"]


def all_cases() -> tuple[Case, ...]:
    """Return the cases, family by family."""
    return (*queue_cases(), *priority_cases(), *crowd_cases(), *life_cases(), *story_cases())


def families_of(cases: Iterable[Case]) -> tuple[Family, ...]:
    """Return the families of cases, in their order."""
    return tuple(dict.fromkeys(case.family for case in cases))


def settings_of(cases: Iterable[Case]) -> tuple[Setting, ...]:
    """Return the settings that cases need, each once, in their order."""
    return tuple(dict.fromkeys(case.setting for case in cases))
