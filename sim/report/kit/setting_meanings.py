"""Say what a setting means, for readers to whom its dotted path says little."""

from __future__ import annotations

from functools import cache

from sim.scenario.explain import Explanation, explanations
from sim.scenario.schema.walk import ANY

__all__ = ["declared_of", "meaning_of"]


@cache
def declared_of(path: str) -> Explanation:
    """Return what is declared of a setting, or of the nearest key above it.

    Parameters
    ----------
    path : str
        Dotted.

    Returns
    -------
    Explanation
        Without a description where nothing is declared, as of another version's setting.
    """
    parts = path.split(".")
    fitting = [one for key, one in _declared().items() if _leads_to(key, parts)]
    return max(fitting, key=lambda one: one.key.count("."), default=Explanation(path, ""))


@cache
def _declared() -> dict[tuple[str, ...], Explanation]:
    return {tuple(one.key.split(".")): one for one in explanations()}


def _leads_to(key: tuple[str, ...], parts: list[str]) -> bool:
    """Tell whether a key is the path or lies above it; `<name>` fits any name."""
    return len(key) <= len(parts) and all(a in (b, ANY) for a, b in zip(key, parts, strict=False))


def meaning_of(path: str) -> str:
    """Return what a setting means, in a sentence; empty where nothing is declared of it."""
    return declared_of(path).description
