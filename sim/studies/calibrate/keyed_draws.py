"""Arrays of keyed random numbers, for what calibration draws."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.core import streams
from sim.core.compile import allocating_entry
from sim.core.rng import run_key, uniform

__all__ = ["normals", "uniforms"]

Floats = npt.NDArray[np.float64]


def uniforms(lap: int, first: int, rows: int, count: int) -> Floats:
    """Return uniform draws, shape (rows, count).

    Parameters
    ----------
    lap : int
        Which repetition.
    first : int
        The purpose of the first row; each row is a purpose of its own.
    rows, count : int
    """
    return _uniforms(run_key(0, lap), streams.INTEGRAL, first, rows, count)


def normals(lap: int, first: int, rows: int, count: int) -> Floats:
    """Return standard normal draws, as `uniforms` does."""
    return np.asarray(ndtri(uniforms(lap, first, rows, count)))


@allocating_entry
def _uniforms(key: int, stream: int, first: int, rows: int, count: int) -> Floats:
    drawn = np.empty((rows, count))
    for row in range(rows):
        for i in range(count):
            drawn[row, i] = uniform(key, stream, first + row, i)
    return drawn
