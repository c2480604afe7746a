"""Experiments: replications over any executor, and the statistics of their results.

Experiments know nothing of the model.
"""

from sim.experiment.executors import InProcess, open_executor, usable_cores
from sim.experiment.precision import MOST, Precision
from sim.experiment.replicate import Progress, Unit, plan, replicate
from sim.experiment.statistics import (
    ALPHA,
    CONFIDENCE,
    Difference,
    Estimate,
    difference,
    estimate,
    holm,
)
from sim.experiment.verdicts import Verdict, judge, judge_all

__all__ = [
    "ALPHA",
    "CONFIDENCE",
    "MOST",
    "Difference",
    "Estimate",
    "InProcess",
    "Precision",
    "Progress",
    "Unit",
    "Verdict",
    "difference",
    "estimate",
    "holm",
    "judge",
    "judge_all",
    "open_executor",
    "plan",
    "replicate",
    "usable_cores",
]
