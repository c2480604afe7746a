"""``sim story``."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.commands.completion import policy_names
from sim.commands.options import AllowCode, File, Json, Sets, as_json_text

__all__ = ["story"]


def story(
    file: File,
    person: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A customer file's id or a number from 0; else chosen."),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="NAME",
            help="One policy, or two: give it twice.",
            autocompletion=policy_names,
        ),
    ] = None,
    replication: Annotated[int, typer.Option(min=0, help="Which people and luck, from 0.")] = 0,
    months: Annotated[int | None, typer.Option(help="Months of four weeks.")] = None,
    sets: Sets = None,
    allow_code: AllowCode = False,
    as_json: Json = False,
) -> None:
    """Tell one person's life, moment by moment, under one policy or two side by side.

    Without --person it is who is a customer at the end under one policy only, or whose satisfaction
    then differs most; under one policy, who made the most contacts.

    Example: sim story broadband --policy equal --policy value_tiers --months 6
    """
    from sim.studies.story.api import story as tell

    told = tell(
        file,
        person,
        policies=policy,
        replication=replication,
        months=months,
        sets=sets or (),
        allow_code=allow_code,
    )
    typer.echo(as_json_text(told.as_data()) if as_json else told.text)
