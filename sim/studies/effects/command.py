"""``sim effects``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import policy_names
from sim.commands.options import Json, Out, Reference, as_json_text, with_options
from sim.commands.output import print_text

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

__all__ = ["effects"]


@with_options()
def effects(
    *,
    selection: ScenarioSelection,
    looked_at: Annotated[
        str,
        typer.Argument(metavar="POLICY", help="Whose effects.", autocompletion=policy_names),
    ],
    execution: Execution,
    reference: Reference = None,
    folds: Annotated[
        int,
        typer.Option(
            help="How many fiftieths of the people are kept out in turn; 0 takes nothing apart."
        ),
    ] = 10,
    ab: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE", help="Say what an A/B test with this share would have reported."
        ),
    ] = None,
    switchback: Annotated[
        int | None,
        typer.Option(
            metavar="MONTHS", help="Say what a switchback with such periods would have reported."
        ),
    ] = None,
    by: Annotated[
        str, typer.Option(metavar="OUTCOME", help="Look for gainers and losers in this.")
    ] = "satisfaction",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Find what a policy does to each person, by their own treatment and by that of the others.

    Everybody lives under both policies with the same luck. A fiftieth at a time is kept out while
    all others have the policy: what that changes for them is their own treatment's effect; the rest
    comes from the others, by queue, stories, staff and product.

    Example: sim effects broadband value_tiers --months 12 -n 5 --ab 0.5
    """
    from sim.studies.effects.api import effects_selection

    found = effects_selection(
        selection,
        execution,
        looked_at,
        reference=reference,
        folds=folds,
        ab_share=ab,
        switchback_months=switchback,
        by=by,
        out=out,
    )
    if as_json:
        print_text(as_json_text(found.as_data()))
    for line in found.answer():
        print_text(line, err=as_json)
    print_text(f"Report: {found.build_report()}", err=as_json)
