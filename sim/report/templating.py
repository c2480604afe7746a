"""Pages of HTML from templates: names and texts of a scenario stay text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["fill"]


def fill(template: str, context: Mapping[str, Any]) -> str:
    """Fill a template of ``sim/report/templates``.

    Parameters
    ----------
    template : str
        Its file's name. It extends ``base.html.j2``, which has the style sheet and the landmarks.
    context : mapping of str to object
        What it names; a name that is not there is an error. All texts are escaped.
    """
    environment = Environment(
        loader=PackageLoader("sim.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(context)
