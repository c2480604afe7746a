"""Trials: who is kept out of the run's own policy from month 1 on, and lives under the control."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import jitted
from sim.core.rng import happens
from sim.model.policy_tables import PolicyTables
from sim.model.records import FOLD_OUT, NOBODY_OUT, PERIODS_OUT, SHARE_OUT
from sim.model.state import World

__all__ = ["is_control_period", "keep_out", "trial_of"]


def trial_of(tables: PolicyTables) -> dict[str, float]:
    """Return the fields of a run's record that say whom a trial keeps out, and of what.

    Parameters
    ----------
    tables : PolicyTables
    """
    trial, since = tables.trial, tables.rules["control_since"]
    fields: dict[str, float] = {"control": int((since == 0).argmax()), "trial": NOBODY_OUT}
    if trial is None:
        return fields
    if trial.months is not None:
        return fields | {"trial": PERIODS_OUT, "trial_months": trial.months}
    if trial.fold is not None and trial.folds is not None:
        return fields | {
            "trial": FOLD_OUT,
            "trial_fold": trial.fold,
            "trial_folds": trial.folds,
        }
    return fields | {"trial": SHARE_OUT, "trial_share": trial.withheld_share or 0.0}


@jitted
def keep_out(W: World) -> bool:
    """Choose who is kept out of the run's own policy, when it is time; return whether it was."""
    run = W.run[0]
    if run.trial == NOBODY_OUT or run.month < 0:
        return False
    due = run.month % run.trial_months == 0 if run.trial == PERIODS_OUT else run.month == 0
    if due:
        for i in range(W.people.shape[0]):
            W.people[i].withheld = int(_is_kept_out(W, i))
    return due


@jitted
def _is_kept_out(W: World, i: int) -> bool:
    """Return whether somebody is kept out: by lot, by their number, or by everybody's period."""
    run = W.run[0]
    if run.trial == SHARE_OUT:
        return happens(run.trial_share, run.key, streams.KEPT_OUT, i, 0)
    if run.trial == FOLD_OUT:
        return i % run.trial_folds == run.trial_fold
    return is_control_period(run.key, run.month, run.trial_months)


@jitted
def is_control_period(key: int, month: int, months: int) -> bool:
    """Return whether everybody is kept out in a month of a switchback.

    Parameters
    ----------
    key : int
        The replication's.
    month : int
        From 0.
    months : int
        Of a period. In each pair of periods lots decide which is the control's.
    """
    period = month // months
    control_first = happens(0.5, key, streams.KEPT_OUT, period // 2, 1)
    return (period % 2 == 0) == control_first
