"""Leave out of a fitted scenario what a log of contacts says nothing about."""

from __future__ import annotations

from typing import Any

__all__ = ["SILENT", "desk_alone"]

SILENT = (
    "satisfaction", "expectation", "voice", "recovery", "talk", "fairness", "churn", "growth",
    "adoption",
)  # fmt: skip
"""Parts of `behaviour` that no log of contacts tells anything of."""


def desk_alone(sections: dict[str, Any]) -> dict[str, Any]:
    """Return a fitted scenario in which people call, wait, leave and call again, and nothing else.

    Complaints, word of mouth, churn and the staff's morale are switched off.

    Parameters
    ----------
    sections : dict
        The scenario as plain data, with `people` and `behaviour.contact`.
    """
    return {
        **sections,
        "history_months": 0,
        "people": {**sections["people"], "demanding_share": {"mean": 0}},
        "network": {"kind": "none"},
        "behaviour": {**dict.fromkeys(SILENT, "none"), **sections["behaviour"]},
        "staff": "none",
        "product": "none",
    }
