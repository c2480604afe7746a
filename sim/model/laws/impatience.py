"""How long people are willing to wait.

References
----------
Garnett, O., Mandelbaum, A. & Reiman, M. (2002). Designing a call center with impatient customers.
Manufacturing & Service Operations Management 4(3), 208-227.
https://doi.org/10.1287/msom.4.3.208.7753
"""

from __future__ import annotations

from sim.core.compile import inlined

__all__ = ["relative_patience"]


@inlined
def relative_patience(patience: float, mean: float) -> float:
    """Return a person's patience over the mean of people; 1 where that mean says nothing (0)."""
    return patience / mean if mean > 0.0 else 1.0
