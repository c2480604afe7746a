"""Experiments: replications over any executor, and the statistics of their results.

Experiments know nothing of the model.
"""

from sim.experiment.executors import InProcess, open_executor, usable_cores
from sim.experiment.replicate import Progress, Unit, plan, replicate
from sim.experiment.statistics import (
    CONFIDENCE,
    Difference,
    Estimate,
    difference,
    estimate,
    holm,
)

__all__ = [
    "CONFIDENCE",
    "Difference",
    "Estimate",
    "InProcess",
    "Progress",
    "Unit",
    "difference",
    "estimate",
    "holm",
    "open_executor",
    "plan",
    "replicate",
    "usable_cores",
]
