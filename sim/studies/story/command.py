"""``sim story``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import policy_names
from sim.commands.options import Json, as_json_text, with_options
from sim.commands.output import print_text

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

__all__ = ["story"]

OneOrTwo = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="NAME",
        help="One policy, or two: give it twice.",
        autocompletion=policy_names,
    ),
]


@with_options(
    without=("replications", "seed", "engine", "workers", "cluster", "quiet"), policy=OneOrTwo
)
def story(
    *,
    selection: ScenarioSelection,
    execution: Execution,
    person: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="An id of the customer file, or a number from 0; else chosen."
        ),
    ] = None,
    replication: Annotated[
        int, typer.Option(min=0, help="Which replication, from 0: its people and random numbers.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Tell one person's life, event by event, under one policy or two side by side.

    Without --person, one is chosen who fares better under the policy under which more people do,
    and the story says why. Under one policy, it is the person with the most contacts.

    Example: sim story broadband --policy equal --policy value_tiers --months 6
    """
    from sim.studies.story.api import story_of

    result = story_of(selection, execution, person, replication)
    print_text(as_json_text(result.as_data()) if as_json else result.text)
