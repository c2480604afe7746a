"""Write numbers, estimates and names as text for readers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "ISOLATED",
    "MINUS",
    "MISSING",
    "FormattedEstimate",
    "decimal_places",
    "display_factor",
    "few_digits",
    "format_alike",
    "format_estimate",
    "format_number",
    "format_p",
    "isolated",
    "legible",
    "quoted",
    "shorten",
    "unit_label",
]

MINUS = "\N{MINUS SIGN}"
"""Sign of negative numbers, as wide as a plus."""

MISSING = "\N{EN DASH}"
"""Written where there is no number."""

ISOLATED = ("\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}")
"""Written around a name in a sentence, so that its writing direction does not affect the rest."""

_SHARE = "share"
_YES_OR_NO = "0/1"  # its mean is a share of runs
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # some scripts need these


@dataclass(frozen=True, slots=True)
class FormattedEstimate:
    """A mean with its interval as text, with the digits that the interval supports.

    Attributes
    ----------
    mean, low, high, half : str
        As text; `MISSING` where there is no number. `half` is half of the interval's width.
    unit : str
        Unit of the numbers, such as ``minutes`` or ``%``.
    symmetric : bool
        Whether the mean is in the middle of the interval.
    """

    mean: str
    low: str
    high: str
    half: str
    unit: str
    symmetric: bool = True

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval."""
        return self.low != MISSING and self.high != MISSING

    @property
    def margin(self) -> str:
        """The interval in its shortest form; empty where there is none."""
        if not self.has_interval:
            return ""
        return f"± {self.half}" if self.symmetric else f"{self.low} to {self.high}"


def format_estimate(
    mean: float | None,
    low: float | None,
    high: float | None,
    unit: str,
    *,
    difference: bool = False,
    places: int | None = None,
) -> FormattedEstimate:
    """Write a mean and its interval to two significant digits of the half-width.

    Parameters
    ----------
    mean, low, high : float or None
        In the measure's unit; None or not finite where there is no number.
    unit : str
        The measure's unit; a share is written in percent.
    difference : bool
        Whether to write signs, and percentage points for shares.
    places : int, optional
        Decimal places instead, so that several estimates are rounded alike.
    """
    centre, bottom, top = _displayed((mean, low, high), unit)
    half = None if bottom is None or top is None else (top - bottom) / 2
    places = decimal_places(half, centre) if places is None else places
    half_places = decimal_places(half, None) if half else places
    return FormattedEstimate(
        mean=format_number(centre, places, signed=difference),
        low=format_number(bottom, places, signed=difference),
        high=format_number(top, places, signed=difference),
        half=format_number(half, max(places, half_places - 1)),
        unit=unit_label(unit, difference=difference),
        symmetric=_symmetric(centre, bottom, top),
    )


def format_alike(
    estimates: Sequence[tuple[float | None, float | None, float | None]], unit: str
) -> list[FormattedEstimate]:
    """Write estimates that stand side by side, all rounded as the most precise of them needs.

    Rounded each by its own interval, two means could seem to differ the other way.

    Parameters
    ----------
    estimates : sequence of (mean, low, high)
        In the measure's unit.
    unit : str
        The measure's unit.
    """
    shown = [_displayed(one, unit) for one in estimates]
    needed = [
        ((top - bottom) / 2, centre)
        for centre, bottom, top in shown
        if bottom is not None and top is not None and top > bottom
    ]
    places = max((decimal_places(half, centre) for half, centre in needed), default=None)
    return [format_estimate(*one, unit, places=places) for one in estimates]


def _displayed(values: Sequence[float | None], unit: str) -> list[float | None]:
    factor = display_factor(unit)
    return [None if v is None or not math.isfinite(v) else v * factor for v in values]


def _symmetric(centre: float | None, bottom: float | None, top: float | None) -> bool:
    if centre is None or bottom is None or top is None:
        return True
    return abs((top - centre) - (centre - bottom)) <= 1e-6 * (top - bottom)


def display_factor(unit: str) -> float:
    """Return the factor from a measure's unit to the displayed unit."""
    return 100.0 if unit in (_SHARE, _YES_OR_NO) else 1.0


def unit_label(unit: str, *, difference: bool = False) -> str:
    """Return the displayed unit: percent for shares, percentage points for their differences."""
    if unit not in (_SHARE, _YES_OR_NO):
        return unit
    points = "percentage points" if difference else "%"
    return f"{points} of runs" if unit == _YES_OR_NO else points


def decimal_places(half: float | None, value: float | None) -> int:
    """Choose decimal places, -9 to 6: two digits of the half-width, at most five of the value."""
    places = []
    if half:
        places.append(1 - math.floor(math.log10(abs(half))))
    if value and (not half or abs(value) > abs(half)):
        places.append((4 if half else 3) - math.floor(math.log10(abs(value))))
    # Without an interval, whole numbers are written out.
    return min(max(min(places, default=0), -9 if half else 0), 6)


def format_number(value: float | None, places: int, *, signed: bool = False) -> str:
    """Write a number with thousands separators and a true minus; `MISSING` if not finite."""
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = round(value, places) + 0.0
    if abs(rounded) >= 1e15:
        text = f"{rounded:.3g}"
    else:
        text = f"{rounded:,.{max(places, 0)}f}"
    plus = "+" if signed and rounded > 0 else ""
    return plus + text.replace("-", MINUS)


def few_digits(value: float, digits: int = 3) -> str:
    """Write a number of a setting to so many significant digits, without an exponent if large."""
    short = f"{value:.{digits}g}"
    return f"{float(short):,.0f}" if "e+" in short or abs(value) >= 1000.0 else short


def format_p(value: float | None) -> str:
    """Write a p value to three decimal places, or as below 0.001."""
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else format_number(value, 3)


def shorten(name: str, longest: int = 26) -> str:
    """Shorten a name for a picture: no control characters, at most `longest` characters."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in name)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def legible(text: str) -> str:
    """Replace invisible characters by �, except line ends, tabs and the joiners of scripts."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" + _JOINERS else "�" for letter in text
    )


def isolated(name: str) -> str:
    """Isolate a name's writing direction from the text around it; see `ISOLATED`."""
    begin, end = ISOLATED
    return f"{begin}{legible(name)}{end}"


def quoted(name: str) -> str:
    """Quote a name in a sentence, with its writing direction isolated."""
    return f"“{isolated(name)}”"
