"""Pages of HTML from templates: names and texts of a scenario stay text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from sim.report.kit.number_format import ISOLATED, legible

__all__ = ["environment", "fill"]

_ISOLATED = re.compile(f"{ISOLATED[0]}(.*?){ISOLATED[1]}", re.DOTALL)


def fill(template: str, context: Mapping[str, Any]) -> str:
    """Fill a template of ``sim/report/templates``.

    Parameters
    ----------
    template : str
        Its file's name. It extends ``base.html.j2``, which has the style sheet and the landmarks.
    context : mapping of str to object
        What it names; a name that is not there is an error. All texts are escaped, and characters
        that cannot be seen are shown. The filter ``name`` sets a name's direction apart from the
        text around it, ``said`` does so for the names quoted in a sentence.
    """
    return environment().get_template(template).render(context)


def environment() -> Environment:
    """Make what fills templates: everything escaped, a name that is not there an error."""
    made = Environment(
        loader=PackageLoader("sim.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters |= {"name": _name, "said": _said}
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    return made


def _shown(value: Any) -> Any:
    # What is Markup has been through here already.
    return legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _name(text: object) -> Markup:
    return Markup("<bdi>{}</bdi>").format(legible(str(text)))


def _said(sentence: str) -> Markup:
    pieces = _ISOLATED.split(sentence)
    shown = (_name(one) if place % 2 else escape(legible(one)) for place, one in enumerate(pieces))
    return Markup("").join(shown)
