"""Numbers and names as people read them."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = [
    "ISOLATED",
    "MINUS",
    "MISSING",
    "Quantity",
    "isolated",
    "legible",
    "number",
    "p_value",
    "places_for",
    "quantity",
    "quoted",
    "scale",
    "shorten",
    "unit_label",
]

MINUS = "\N{MINUS SIGN}"
"""Stands before a negative number, as wide as a plus."""

MISSING = "\N{EN DASH}"
"""Stands where there is no number."""

ISOLATED = ("\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}")
"""Stand around a name in a sentence, so that its letters' direction is its own affair."""

_SHARE = "share"
_YES_OR_NO = "0/1"  # whose mean is a share of the runs
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # scripts are written with these


@dataclass(frozen=True, slots=True)
class Quantity:
    """A mean with its interval, as text with digits that the interval supports.

    Attributes
    ----------
    mean, low, high, half : str
        Texts; `MISSING` where there is no number. `half` is half of the interval's width.
    unit : str
        What the numbers count, such as ``minutes`` or ``%``.
    even : bool
        Whether the mean is in the interval's middle.
    """

    mean: str
    low: str
    high: str
    half: str
    unit: str
    even: bool = True

    @property
    def certain(self) -> bool:
        """Whether there is an interval."""
        return self.low != MISSING and self.high != MISSING

    @property
    def margin(self) -> str:
        """The interval in the shortest words; empty where there is none."""
        if not self.certain:
            return ""
        return f"± {self.half}" if self.even else f"{self.low} to {self.high}"


def quantity(
    mean: float | None,
    low: float | None,
    high: float | None,
    unit: str,
    *,
    difference: bool = False,
) -> Quantity:
    """Write a mean and its interval with two significant digits of the half-width.

    Parameters
    ----------
    mean, low, high : float or None
        In the measure's unit; None or not finite where there is no number.
    unit : str
        The measure's unit; a share is written in per cent.
    difference : bool
        Write signs, and percentage points for shares.
    """
    factor = scale(unit)
    values = [None if v is None or not math.isfinite(v) else v * factor for v in (mean, low, high)]
    centre, bottom, top = values
    half = None if bottom is None or top is None else (top - bottom) / 2
    places = places_for(half, centre)
    own = places_for(half, None) if half else places
    return Quantity(
        mean=number(centre, places, signed=difference),
        low=number(bottom, places, signed=difference),
        high=number(top, places, signed=difference),
        half=number(half, max(places, own - 1)),
        unit=unit_label(unit, difference=difference),
        even=_even(centre, bottom, top),
    )


def _even(centre: float | None, bottom: float | None, top: float | None) -> bool:
    if centre is None or bottom is None or top is None:
        return True
    return abs((top - centre) - (centre - bottom)) <= 1e-6 * (top - bottom)


def scale(unit: str) -> float:
    """Give the factor from a measure's unit to the one written."""
    return 100.0 if unit in (_SHARE, _YES_OR_NO) else 1.0


def unit_label(unit: str, *, difference: bool = False) -> str:
    """Name the unit that is written: per cent for shares and for what happens or does not.

    Points for their differences.
    """
    if unit not in (_SHARE, _YES_OR_NO):
        return unit
    points = "percentage points" if difference else "%"
    return f"{points} of runs" if unit == _YES_OR_NO else points


def places_for(half: float | None, value: float | None) -> int:
    """Choose decimal places, -9 to 6: two digits of the half-width, at most five of the value."""
    places = []
    if half:
        places.append(1 - math.floor(math.log10(abs(half))))
    if value and (not half or abs(value) > abs(half)):
        places.append((4 if half else 3) - math.floor(math.log10(abs(value))))
    # Without an interval a whole number loses nothing by being written out.
    return min(max(min(places, default=0), -9 if half else 0), 6)


def number(value: float | None, places: int, *, signed: bool = False) -> str:
    """Write a number with thousands apart and a true minus; `MISSING` for None and not finite."""
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = round(value, places) + 0.0
    if abs(rounded) >= 1e15:
        text = f"{rounded:.3g}"
    else:
        text = f"{rounded:,.{max(places, 0)}f}"
    plus = "+" if signed and rounded > 0 else ""
    return plus + text.replace("-", MINUS)


def p_value(value: float | None) -> str:
    """Write a p value to three decimal places, at least 0.001."""
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else number(value, 3)


def shorten(name: str, longest: int = 26) -> str:
    """Make a name fit for a picture: no control characters, at most `longest` characters."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in name)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def legible(text: str) -> str:
    """Show characters that nobody can see as �; keep line ends and the joiners of scripts."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" + _JOINERS else "�" for letter in text
    )


def isolated(name: str) -> str:
    """Set a name in a text apart, whichever way it is written; see `ISOLATED`."""
    begin, end = ISOLATED
    return f"{begin}{legible(name)}{end}"


def quoted(name: str) -> str:
    """Quote a name in a sentence, set apart."""
    return f"“{isolated(name)}”"
