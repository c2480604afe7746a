"""Experiments: replications over any executor, and the statistics of their results.

Experiments know nothing of the model.
"""

from sim.experiment.arrays import estimate_each
from sim.experiment.cluster import Cluster
from sim.experiment.executors import InProcess, open_executor, usable_cores
from sim.experiment.precision import MOST, Precision
from sim.experiment.replicate import Progress, Unit, plan, replicate
from sim.experiment.selection import Selection, select
from sim.experiment.statistics import (
    ALPHA,
    CONFIDENCE,
    Difference,
    Estimate,
    difference,
    estimate,
    estimate_share,
    holm,
    unpaired_difference,
    variance_reduction,
)
from sim.experiment.turning import AS_IT_IS, Trial, in_order, turns
from sim.experiment.verdicts import Verdict, judge, judge_all

__all__ = [
    "ALPHA",
    "AS_IT_IS",
    "CONFIDENCE",
    "MOST",
    "Cluster",
    "Difference",
    "Estimate",
    "InProcess",
    "Precision",
    "Progress",
    "Selection",
    "Trial",
    "Unit",
    "Verdict",
    "difference",
    "estimate",
    "estimate_each",
    "estimate_share",
    "holm",
    "in_order",
    "judge",
    "judge_all",
    "open_executor",
    "plan",
    "replicate",
    "select",
    "turns",
    "unpaired_difference",
    "usable_cores",
    "variance_reduction",
]
