"""``sim decompose``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import policy_names
from sim.commands.options import Json, Measures, Out, Reference, as_json_text, with_options
from sim.commands.output import print_renderable, print_text

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

__all__ = ["decompose"]


@with_options()
def decompose(
    *,
    selection: ScenarioSelection,
    apart: Annotated[
        str,
        typer.Argument(metavar="POLICY", help="What to take apart.", autocompletion=policy_names),
    ],
    execution: Execution,
    reference: Reference = None,
    measure: Measures = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Take what a policy does apart: whom it chooses, and priority, care, generosity, dismissal.

    Each favour is run alone, with the same people and random numbers; what several do only together
    is the interaction. Against the policy's placebo one sees what choosing these people adds.

    Example: sim decompose broadband value_tiers --months 12 -n 5
    """
    from sim.studies.decompose.api import decompose_selection
    from sim.studies.decompose.terminal import explanation, parts_table

    found = decompose_selection(
        selection, execution, apart, reference=reference, measures=measure or None, out=out
    )
    if as_json:
        print_text(as_json_text(found.as_data()))
    else:
        print_renderable(parts_table(found))
        for line in explanation(found):
            print_text(line)
    print_text(f"Report: {found.result.report}", err=as_json)
