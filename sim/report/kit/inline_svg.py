"""Make a plot part of a page: smaller, in the page's fonts, and in its colours, dark ones too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

from markupsafe import Markup, escape

from sim.report.kit.style import INK, MUTED, PLOT_COLOURS, RULE, WASH

__all__ = ["CAPTION", "TITLE", "ViewBox", "inline_parts", "inline_svg"]

TITLE, CAPTION = "title", "caption"
"""Ids of what the page says beside a plot, in the page's own type."""

ViewBox = tuple[float, float, float, float]
"""Left, top, width and height in points, from the upper left corner."""

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_COLOURS = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    WASH: "--wash",
    "#ffffff": "--paper",
    **{colour.lower(): f"--{name}" for name, colour in PLOT_COLOURS.items()},
}
_HEX = re.compile(r"#[0-9a-f]{6}\b")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_GAP = re.compile(r" ?([MLCQz]) ?")
_REFERRED = re.compile(r"url\(#([^)]+)\)")
# What the page's style sheet says already, or what is so by itself.
_IDLE = re.compile(
    r"font-family: [^;]*;? ?|text-anchor: start;? ?|stroke-linejoin: round;? ?|fill-opacity: 1;? ?"
)
_DROPPED = {f"{_SVG}{tag}" for tag in ("title", "desc", "metadata", "style")}


def inline_svg(
    vector: bytes, prefix: str, alt: str, head: float = 0.0, foot: float = 0.0, kind: str = ""
) -> Markup:
    """Return an SVG of Matplotlib as an element of HTML.

    Parameters
    ----------
    vector : bytes
    prefix : str
        What its ids begin with, so that those of several plots differ.
    alt : str
        Description for readers who cannot see it.
    head, foot : float
        What is cut off above and below, in points: the room of title and caption.
    kind : str
        A class for the style sheet.
    """
    root = _read(vector)
    _shorten_all([root], prefix)
    _, _, across, up = map(float, root.attrib["viewBox"].split())
    attributes = Markup(' role="img" aria-label="{}"').format(alt)
    return _element(kind, (0.0, head, across, up - head - foot), _inside(root), attributes)


def inline_parts(
    vector: bytes, prefix: str, alt: str, boxes: Sequence[ViewBox], columns: int, kind: str = ""
) -> Markup:
    """Return the axes of an SVG of Matplotlib, below each other where a page is narrow.

    Parameters
    ----------
    vector, prefix, alt, kind
        As of `inline_svg`.
    boxes : sequence of ViewBox
        Where each of the axes stands, with its ticks and heading.
    columns : int
        Parts in a row where a page is wide.
    """
    root = _read(vector)
    panels = _panels(root)
    _shorten_all([root, *panels], prefix)
    referred, *parts = map(_inside, (root, *panels))
    parts[0] = referred + parts[0]
    cells = [_element("cell", box, part) for box, part in zip(boxes, parts, strict=True)]
    return Markup('<div class="cells across-{} {}" role="img" aria-label="{}">{}</div>').format(
        columns, kind, alt, Markup("").join(cells)
    )


def _read(vector: bytes) -> ET.Element:
    """Read a picture without what the page says itself."""
    root = ET.fromstring(vector)
    _drop(root)
    return root


def _panels(root: ET.Element) -> list[ET.Element]:
    """Take the groups that hold axes out of a picture, and leave only what they refer to."""
    [figure] = [one for one in root if one.get("id", "").startswith("figure_")]
    root.remove(figure)
    return [one for one in figure if one.get("id", "").startswith("axes_")]


def _shorten_all(roots: Sequence[ET.Element], prefix: str) -> None:
    elements = [element for root in roots for element in root.iter()]
    ids = {old: f"{prefix}-{number}" for number, old in enumerate(_referred(elements))}
    for element in elements:
        _shorten(element, ids)


def _element(kind: str, box: ViewBox, inner: str, attributes: str = "") -> Markup:
    left, top, wide, high = box
    return Markup(
        '<svg class="plot {}"{} viewBox="{:.6g} {:.6g} {:.6g} {:.6g}" '
        'width="{:.6g}" height="{:.6g}">{}</svg>'
    ).format(kind, attributes, left, top, wide, high, wide * 4 / 3, high * 4 / 3, Markup(inner))


def _drop(parent: ET.Element) -> None:
    """Remove what the page says itself, and what draws nothing."""
    for child in list(parent):
        _drop(child)
        if child.tag in _DROPPED or child.get("id") in (TITLE, CAPTION) or _is_empty(child):
            parent.remove(child)


def _is_empty(element: ET.Element) -> bool:
    return element.tag in (f"{_SVG}g", f"{_SVG}defs") and len(element) == 0


def _referred(elements: Iterable[ET.Element]) -> Iterator[str]:
    """Yield the ids that something refers to, each once, in the order of reference."""
    found: dict[str, None] = {}
    for element in elements:
        for name, value in element.attrib.items():
            named = _linked(value) if name == _LINK else _REFERRED.findall(value)
            found |= dict.fromkeys(named)
    yield from found


def _linked(link: str) -> list[str]:
    """Return the id that a link leads to; none where it holds a picture, as that of a map."""
    return [link[1:]] if link.startswith("#") else []


def _shorten(element: ET.Element, ids: Mapping[str, str]) -> None:
    """Rename ids, round numbers to a hundredth of a point, and take colours from the page."""
    old = element.attrib.pop("id", "")
    if old in ids:
        element.set("id", ids[old])
    if _LINK in element.attrib:
        link = element.attrib.pop(_LINK)
        element.set("href", f"#{ids[link[1:]]}" if _linked(link) else link)
    for name in ("x", "y", "width", "height", "d", "transform", "points"):
        if name in element.attrib:
            element.set(name, _rounded(element.attrib[name]))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for name in ("fill", "stroke"):
        if name in element.attrib:
            style = f"{element.attrib.get('style', '')}; {name}: {element.attrib.pop(name)}"
            element.set("style", style.removeprefix("; "))
    for name in ("clip-path", "style"):
        if name in element.attrib:
            renamed = _REFERRED.sub(lambda one: f"url(#{ids[one[1]]})", element.attrib[name])
            element.set(name, _styled(renamed))


def _styled(style: str) -> str:
    coloured = _HEX.sub(_of_page, _IDLE.sub("", style))
    coloured = _LONG.sub(_hundredths, coloured)
    return coloured.replace(": ", ":").replace("; ", ";").rstrip(";")


def _of_page(found: re.Match[str]) -> str:
    name = _COLOURS.get(found[0])
    return f"var({name})" if name else found[0]


def _rounded(text: str) -> str:
    return _GAP.sub(r"\1", " ".join(_LONG.sub(_hundredths, text).split()))


def _hundredths(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _inside(parent: ET.Element) -> str:
    """Write what an element holds, with lines of one style that follow each other as one path."""
    together: list[ET.Element] = []
    for child in _flat(parent):
        last = together[-1] if together else None
        if last is not None and _are_lines_alike(last, child):
            last.set("d", last.attrib["d"] + child.attrib["d"])
        else:
            together.append(child)
    return "".join(map(_written, together))


def _flat(parent: ET.Element) -> Iterator[ET.Element]:
    """Yield what an element holds, without the groups that say nothing."""
    for child in parent:
        if child.tag == f"{_SVG}g" and not child.attrib:
            yield from _flat(child)
        else:
            yield child


def _are_lines_alike(one: ET.Element, other: ET.Element) -> bool:
    """Tell whether two elements are lines that one path may draw; one without points is none."""
    if {one.tag, other.tag} != {f"{_SVG}path"} or "fill:none" not in one.get("style", ""):
        return False
    if "d" not in one.attrib or "d" not in other.attrib:
        return False
    return all(one.get(name) == other.get(name) for name in {*one.attrib, *other.attrib} - {"d"})


def _written(element: ET.Element) -> str:
    """Write an element as HTML."""
    inner = str(escape(element.text.strip())) if element.text else ""
    inner += _inside(element)
    tag = element.tag.removeprefix(_SVG)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attrib.items())
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"
