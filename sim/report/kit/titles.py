"""Name policies, tiers and pools for people: words in place of identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.report.kit.number_format import isolated, shorten

__all__ = ["isolate", "short_title", "title_of"]

_IDENTIFIER = re.compile(r"(placebo )?[a-z0-9]+(_[a-z0-9]+)*( by [a-z]+)?(, [a-z_ ]+)?")
_LONGEST = 60  # letters of what somebody may have meant as an identifier
_CAPITALS = {"vip": "VIP", "vips": "VIPs", "sla": "SLA", "ab": "A/B"}
_SAID = {
    "equal": "Equal treatment",
    "complaint_rewarding": "Rewarding complaints",
    "boss_takes_it": "The boss takes it",
    "paying_only": "Only who pays",
}
"""Policies of the library whose names are not English once they are words."""


def title_of(name: str) -> str:
    """Return a name as words: ``value_tiers`` is Value tiers.

    What is no identifier, such as a name with capitals or of another script, stays as it is.

    Parameters
    ----------
    name : str
        Of a policy, tier or pool.
    """
    if name in _SAID:
        return _SAID[name]
    if len(name) > _LONGEST or not _IDENTIFIER.fullmatch(name):
        return name
    words = name.replace("placebo ", "placebo of ", 1).replace("_", " ").split(" ")
    said = " ".join(_CAPITALS.get(word, word) for word in words)
    return said[:1].upper() + said[1:]


def isolate(sentence: str, names: Iterable[str]) -> str:
    """Mark the names in a sentence, so that a page isolates them and shows their words.

    Parameters
    ----------
    sentence : str
    names : iterable of str
        Of policies. A part of a dotted path is not one.
    """
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    if not longest_first:
        return sentence
    either = "|".join(map(re.escape, longest_first))
    return re.sub(rf"(?<![\w.])({either})(?![\w.]\w)", lambda one: isolated(one[1]), sentence)


def short_title(name: str, longest: int = 26) -> str:
    """Return a name's words, shortened for a picture."""
    return shorten(title_of(name), longest)
