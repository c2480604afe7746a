"""The page of `sim explore`: what may be changed, and what comes of it."""

from __future__ import annotations

from sim.report.kit.templating import render_template
from sim.report.live.what_if import WhatIf
from sim.scenario.dump import dump
from sim.scenario.schema.scenario import Scenario

__all__ = ["explore_page"]

_TITLES = {
    "what-if": "What if?",
    "policies": "Policies",
    "method": "Method",
    "scenario": "Scenario",
}


def explore_page(scenario: Scenario, live: WhatIf) -> str:
    """Return the page."""
    people = scenario.people.count or 0
    counts = (
        f"{len(scenario.policies)} policies",
        f"{live.facts['replications']} replications",
        f"{scenario.months} months of four weeks",
        *([f"{people:,} people"] if people else []),
        f"seed {scenario.seed}",
    )
    context = {
        "title": scenario.name,
        "question": scenario.describe or "",
        "facts": counts,
        "contents": _TITLES,
        "policies": {name: one.describe or "" for name, one in scenario.policies.items()},
        "live": live,
        "months": scenario.months,
        "scenario_text": dump(scenario),
    }
    return render_template("explore.html.j2", context)
