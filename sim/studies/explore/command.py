"""``sim explore``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import set_paths
from sim.commands.options import Json, Megabytes, WithPeople, as_json_text, carried, with_options
from sim.commands.output import at_terminal, print_text

if TYPE_CHECKING:
    from sim.execution.selection import ScenarioSelection

__all__ = ["explore"]


@with_options()
def explore(
    *,
    selection: ScenarioSelection,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY",
            help="Give sliders to settings whose dotted path begins so, and to no others "
            "(repeatable).",
            autocompletion=set_paths,
        ),
    ] = None,
    choice: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE,VALUE",
            help="Let the reader choose among values of a setting that no slider can move, such as "
            "the number of agents (repeatable).",
        ),
    ] = None,
    with_people: WithPeople = False,
    megabytes: Megabytes = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The page to write.")] = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the page, as is done at a terminal.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write a page that runs the model in the browser, with sliders for settings, and open it.

    The page is one file and needs no network. It gives the numbers of `sim run`, bit by bit.

    Example: sim explore saas --setting behaviour.talk --setting company --megabytes 4
    """
    import webbrowser

    from sim.studies.explore.api import explore_selection, read_choices

    held = carried(
        with_people=with_people,
        megabytes=megabytes,
        settings=setting or (),
        choices=read_choices(choice or ()),
    )
    page = explore_selection(selection, held, out)
    print_text(as_json_text({"page": str(page)}) if as_json else f"Page: {page}")
    if at_terminal() and not (no_open or as_json):
        webbrowser.open(page.resolve().as_uri())
