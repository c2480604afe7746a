"""Exponential and logarithm in plain IEEE arithmetic, the same to the last bit on every machine.

The C library's functions differ in the last place between processors and releases; one such bit
can change a choice, and with it a run. These functions use additions, multiplications and one
division, each correctly rounded everywhere. Errors stay below one unit in the last place.

References
----------
Cody, W. J. & Waite, W. (1980). Software Manual for the Elementary Functions. Prentice-Hall.
The polynomials' coefficients are those of fdlibm (Sun Microsystems, 1993).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.compile import entry, inlined, inlined_entry

__all__ = ["GRID", "ROUNDED_UP", "exp", "log", "log_of_uniform", "on_grid"]

GRID = 2.0**20  # steps of the clock in a minute
ROUNDED_UP = 1.0 + 1e-9  # times a bound: far more than what arithmetic rounds off

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_OVERFLOW = 709.0
_UNDERFLOW = -708.0

# A double's bits: sign, 11 of a biased exponent, 52 of the mantissa's fraction.
_MANTISSA = 52
_BIAS = 1023
_FRACTION = (1 << _MANTISSA) - 1
_FRACTION_OF_ROOT = 0x6A09E667F3BCD  # of sqrt(1/2), as of 1/2 <= m < 1
_SMALLEST_NORMAL = 2.0**-1022
_LIFT = 2.0**54  # makes a subnormal number a normal one


@entry
def exp(x: float) -> float:
    """Return e to the power x; infinity above 709, 0 below -708."""
    if x > _OVERFLOW:
        return math.inf
    if x < _UNDERFLOW:
        return 0.0
    halves = math.floor(x * 1.44269504088896338700 + 0.5)
    high = x - halves * _LN2_HIGH
    low = halves * _LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t
            * (
                6.61375632143793436117e-05
                + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)
            )
        )
    )
    return (1.0 - ((low - (r * c) / (2.0 - c)) - high)) * _power_of_2(int(halves))


@inlined
def _power_of_2(n: int) -> float:
    """Return 2**n, -1022 to 1023, by writing its exponent's bits."""
    return np.int64((n + _BIAS) << _MANTISSA).view(np.float64)


@inlined
def _parts_about_1(x: float) -> Any:
    """Return m and n with x = m 2**n and sqrt(1/2) <= m < sqrt(2), of a normal number above 0."""
    bits = np.float64(x).view(np.int64)
    fraction = bits & _FRACTION
    # Added rather than asked for: no processor can guess which half a random number is in.
    doubled = np.int64(fraction < _FRACTION_OF_ROOT)
    mantissa = np.int64(fraction | (_BIAS - 1 + doubled) << _MANTISSA).view(np.float64)
    return mantissa, (bits >> _MANTISSA) - (_BIAS - 1) - doubled


@entry
def log(x: float) -> float:
    """Return the natural logarithm of x; minus infinity at 0, NaN below."""
    if x <= 0.0:
        return -math.inf if x == 0.0 else math.nan
    if x == math.inf:
        return math.inf
    if x < _SMALLEST_NORMAL:
        return _log_of_normal(x * _LIFT, 54)
    return _log_of_normal(x, 0)


@inlined
def log_of_uniform(x: float) -> float:
    """Return the same as `log` for a finite number of at least 2**-1022, such as a uniform draw."""
    return _log_of_normal(x, 0)


@inlined
def _log_of_normal(x: float, lifted: int) -> float:
    """Return the logarithm of a normal number above 0 that was multiplied by 2**lifted."""
    mantissa, exponent = _parts_about_1(x)
    exponent -= lifted
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    even = z * z
    r = z * (
        6.666666666666735130e-01
        + even
        * (
            2.857142874366239149e-01
            + even * (1.818357216161805012e-01 + even * 1.479819860511658591e-01)
        )
    ) + even * (
        3.999999999940941908e-01
        + even * (2.222219843214978396e-01 + even * 1.531383769920937332e-01)
    )
    half = 0.5 * f * f
    k = float(exponent)
    return k * _LN2_HIGH - ((half - (s * (half + r) + k * _LN2_LOW)) - f)


@inlined_entry
def on_grid(minutes: float) -> float:
    """Return a time rounded up to the clock's grid of 2**-20 minutes, on which sums are exact."""
    return np.ceil(minutes * GRID) / GRID
