"""Render pages from templates: HTML with all names and texts escaped, and Markdown of our own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from sim.report.kit.number_format import ISOLATED, legible
from sim.report.kit.setting_meanings import meaning_of
from sim.report.kit.style import MARKER_PATHS, of_page
from sim.report.kit.titles import title_of

__all__ = ["environment", "render_markdown", "render_template", "share_styles"]

_PLOT = re.compile(r'<svg class="plot .*?</svg>', re.DOTALL)
_STYLE = re.compile(r' style="([^"]*)"')
_ISOLATED = re.compile(f"{ISOLATED[0]}(.*?){ISOLATED[1]}", re.DOTALL)


def render_template(template: str, context: Mapping[str, Any]) -> str:
    """Render a template of ``sim/report/templates``.

    Parameters
    ----------
    template : str
        Its file name. It extends ``base.html.j2``, which has the style sheet and the landmarks.
    context : mapping of str to object
        The template's variables; a missing one is an error. All texts are escaped, and invisible
        characters are shown. The filter ``name`` isolates the writing direction of a name,
        ``titled`` puts words in place of an identifier too, ``isolate_names`` does so with the
        names quoted in a sentence, and ``setting`` says what a setting's path means.
    """
    return share_styles(environment().get_template(template).render(context))


def render_markdown(package: str, template: str, context: Mapping[str, Any]) -> str:
    """Render a template of Markdown, in which nothing is escaped; a missing variable is an error.

    Parameters
    ----------
    package : str
        That holds the template.
    template : str
        Its file name.
    context : mapping of str to object
        The template's variables.
    """
    made = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return made.from_string((files(package) / template).read_text("utf-8")).render(context)


def share_styles(page: str) -> str:
    """Put styles that plots repeat into the style sheet, which halves what plots take.

    Parameters
    ----------
    page : str
        With plots of `sim.report.kit.inline_svg` and a style sheet.
    """
    counts = Counter(style for plot in _PLOT.findall(page) for style in _STYLE.findall(plot))
    often = [style for style, count in counts.items() if count > 1]
    classes = {style: f"s{number}" for number, style in enumerate(often)}

    def shorten(plot: re.Match[str]) -> str:
        return _STYLE.sub(lambda one: _class_or_style(one, classes), plot[0])

    rules = "\n".join(f".{name}{{{style}}}" for style, name in classes.items())
    return _PLOT.sub(shorten, page).replace("</style>", f"{rules}\n</style>", 1)


def _class_or_style(found: re.Match[str], classes: Mapping[str, str]) -> str:
    return f' class="{classes[found[1]]}"' if found[1] in classes else found[0]


def environment() -> Environment:
    """Make the template environment: texts are escaped, undefined variables are errors."""
    templates = Environment(
        loader=PackageLoader("sim.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_legible,
    )
    templates.filters |= {"name": _name, "titled": _titled, "isolate_names": _isolate_names}
    templates.filters |= {"of_page": of_page, "words": title_of, "setting": _setting}
    templates.globals["marker_paths"] = MARKER_PATHS
    templates.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    return templates


def _legible(value: Any) -> Any:
    # Markup has been through here already.
    return legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _name(text: object) -> Markup:
    return Markup("<bdi>{}</bdi>").format(legible(str(text)))


def _titled(text: object) -> Markup:
    """Return the words of a policy's, tier's or pool's name."""
    return _name(title_of(str(text)))


def _setting(path: object) -> Markup:
    """Return a setting's path, and under it what it means."""
    meaning = meaning_of(str(path))
    said = Markup('<span class="unit">{}</span>').format(legible(meaning)) if meaning else ""
    return _name(path) + said


def _isolate_names(sentence: str) -> Markup:
    pieces = _ISOLATED.split(sentence)
    marked = (
        _titled(piece) if index % 2 else escape(legible(piece))
        for index, piece in enumerate(pieces)
    )
    return Markup("").join(marked)
